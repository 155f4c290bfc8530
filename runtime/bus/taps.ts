import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import { limits } from "../limits.ts"
import type { TopicName } from "../store/keys.ts"
import type { BusEvent, Tap } from "./outside.ts"
import type { StoredEvent } from "./records.ts"

/**
 * Shows events to those outside. What a write set publishes is collected while somebody listens, and shown in one piece once it is
 * durable. Not by Effect's PubSub: to load that takes 15 ms of every start, and few programs are listened to.
 */
export class Taps {
  readonly #open = new Set<OpenTap>()
  #collected: Array<BusEvent> = []

  /** Adds an event to what the write set publishes. */
  published({ channel, topic }: TopicName, { at, data }: StoredEvent): void {
    if (this.#open.size > 0) this.#collected.push({ channel, topic, data, at })
  }

  /** How many were collected; `forgetSince` drops those that came later, as when their write set is rolled back. */
  get collected(): number {
    return this.#collected.length
  }

  forgetSince(collected: number): void {
    this.#collected.length = collected
  }

  /** What the write set publishes, as that is handed over. */
  take(): ReadonlyArray<BusEvent> {
    const collected = this.#collected
    this.#collected = []
    return collected
  }

  show(events: ReadonlyArray<BusEvent>): void {
    for (const tap of this.#open) tap.add(events)
  }

  /** What `isWanted` of all that becomes durable from now on. */
  tap(isWanted: (event: BusEvent) => boolean): Effect.Effect<Tap, never, Scope.Scope> {
    const opened = Effect.sync(() => {
      const tap = new OpenTap(isWanted)
      this.#open.add(tap)
      return tap
    })
    return Effect.acquireRelease(opened, (tap) => Effect.sync(() => this.#open.delete(tap)))
  }
}

class OpenTap implements Tap {
  readonly #isWanted: (event: BusEvent) => boolean
  readonly #some = Latch.makeUnsafe(false)
  #events: Array<BusEvent> = []
  #missed = 0

  constructor(isWanted: (event: BusEvent) => boolean) {
    this.#isWanted = isWanted
  }

  add(events: ReadonlyArray<BusEvent>): void {
    for (const event of events) if (this.#isWanted(event)) this.#events.push(event)
    const surplus = this.#events.length - limits.tappedEventsMax
    if (surplus > 0) this.#missed += this.#events.splice(0, surplus).length
    if (this.#events.length > 0) this.#some.openUnsafe()
  }

  readonly missed = (): number => this.#missed

  readonly take: Tap["take"] = Effect.suspend(() => {
    if (this.#events.length === 0) return Effect.andThen(this.#some.await, this.take)
    const events = this.#events
    this.#events = []
    this.#some.closeUnsafe()
    return Effect.succeed(events)
  })
}
