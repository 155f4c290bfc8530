import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { limits } from "../limits.ts"
import type { Target } from "./settings.ts"

/** What became of one request. `later`: it may be sent again, after `afterMs` if that is given. */
export type Sent =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "later"; readonly why: string; readonly afterMs?: number }

/** Sends one body; never fails. */
export type Send = (target: Target, body: string) => Effect.Effect<Sent>

export interface ExporterOptions<Item> {
  readonly target: Target
  readonly body: (items: ReadonlyArray<Item>) => object
  readonly send: Send
  /** Hears why something was not taken. */
  readonly onTrouble: (why: string) => void
}

/**
 * What is on its way to a collector. Nobody waits for it: at `limits.telemetryItemsMax` what comes is dropped and counted.
 * One request is under way at a time; while the collector is away, the pauses between two attempts grow.
 */
export class Exporter<Item> {
  readonly #options: ExporterOptions<Item>
  #waiting: Array<Item> = []
  #droppedCount = 0
  #failures = 0
  /** No request before that time, in ms since 1970. */
  #notBefore = 0
  #sending: Fiber.Fiber<void> | undefined

  constructor(options: ExporterOptions<Item>) {
    this.#options = options
  }

  /** Items that were not taken and never will be. */
  get droppedCount(): number {
    return this.#droppedCount
  }

  push(item: Item): void {
    if (this.#waiting.length >= limits.telemetryItemsMax) this.#droppedCount++
    else this.#waiting.push(item)
  }

  /** In the place of all that waits: of what tells the whole, the newest is enough. */
  replace(items: ReadonlyArray<Item>): void {
    this.#waiting = [...items]
  }

  /** Sends all that waits, as far as the collector takes it, unless that is to be left alone for now. */
  readonly send: Effect.Effect<void> = Effect.suspend(() =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => (now < this.#notBefore ? Effect.void : this.#sent))
  )

  /** Sends what waits at the end, behind what is under way; nothing is under way when it ends or is interrupted. */
  readonly finish: Effect.Effect<void> = Effect.suspend(() =>
    this.#sending === undefined ? this.#sent : Effect.andThen(this.#sent, this.#sent)
  ).pipe(
    Effect.ensuring(Effect.suspend(() => (this.#sending === undefined ? Effect.void : Fiber.interrupt(this.#sending))))
  )

  // In a fiber of its own: a request that was interrupted may have been taken all the same, and would be sent twice.
  readonly #sent: Effect.Effect<void> = Effect.suspend(() => {
    if (this.#sending !== undefined) return Fiber.join(this.#sending)
    const over = Effect.sync(() => {
      this.#sending = undefined
    })
    return Effect.flatMap(Effect.forkDetach(Effect.ensuring(this.#sendAll, over)), (fiber) => {
      this.#sending = fiber
      return Fiber.join(fiber)
    })
  })

  readonly #sendAll: Effect.Effect<void> = Effect.gen({ self: this }, function* (this: Exporter<Item>) {
    const { body, send, target } = this.#options
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, limits.telemetryBatchItems)
      const sent = yield* send(target, JSON.stringify(body(batch)))
      if (!this.#settle(sent, batch.length, yield* Clock.currentTimeMillis)) return
    }
  })

  /** Whether to go on with the next batch. What waits is taken away only now: it may be asked for again. */
  #settle(sent: Sent, count: number, now: number): boolean {
    if (sent.kind !== "taken") this.#options.onTrouble(sent.why)
    if (sent.kind === "later") {
      const pauseMs = sent.afterMs ?? limits.telemetryPauseMs * 2 ** Math.min(this.#failures++, pauseDoublings)
      this.#notBefore = now + Math.min(pauseMs, limits.telemetryPauseMsMax)
      return false
    }
    this.#waiting = this.#waiting.slice(count)
    this.#failures = 0
    if (sent.kind === "refused") this.#droppedCount += count
    return true
  }
}

/** From then on the pause is at its bound. */
const pauseDoublings = 10

/** By the `fetch` of Node. */
export const sendByFetch =
  (requestMs: number): Send =>
  ({ headers, url }, body) =>
    Effect.tryPromise(async (signal) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
        signal
      })
      await response.arrayBuffer()
      return sentBy(response)
    }).pipe(
      Effect.timeoutOrElse({
        duration: requestMs,
        orElse: () => Effect.succeed<Sent>({ kind: "later", why: `no answer within ${requestMs} ms` })
      }),
      Effect.catch((error) => Effect.succeed<Sent>({ kind: "later", why: whyOf(error.cause) }))
    )

const retryable = new Set([429, 502, 503, 504])

const sentBy = ({ headers, ok, status }: Response): Sent => {
  if (ok) return { kind: "taken" }
  const why = `it answered ${status}`
  if (!retryable.has(status)) return { kind: "refused", why }
  const seconds = Number(headers.get("retry-after") ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0
    ? { kind: "later", why, afterMs: seconds * 1000 }
    : { kind: "later", why }
}

/** What `fetch` rejects with says "fetch failed", and its cause why. */
const whyOf = (error: unknown): string => {
  const { cause, message } = error as { readonly cause?: unknown; readonly message?: string }
  const inner = cause as { readonly code?: string; readonly message?: string } | undefined
  return inner?.code ?? inner?.message ?? message ?? String(error)
}
