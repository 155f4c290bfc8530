import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Keys } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"

const timersPerPage = 256

/** A longer sleep wraps around in the timers of JavaScript. */
const sleepMsMax = 2 ** 31 - 1

/**
 * The timers of a namespace: keys in the order of their due times, and one fiber that sleeps until the first. A sleeping
 * task costs nothing in memory. Due keys are read from a cursor on, because deleted ones before it are slow to skip.
 * A key is deleted by the woken task's commit, not here: after a crash in between it is found again.
 */
export class Timers {
  readonly #view: View
  readonly #keys: Keys
  readonly #clock: Clock.Clock
  readonly #fire: (task: string, due: number) => void
  readonly #changed: () => void
  readonly #poked = Latch.makeUnsafe(false)
  #cursor: string
  /** Earliest due time; `none`: there is no timer; `unknown`: it is being read. */
  #next: number | "none" | "unknown" = "unknown"

  constructor(options: {
    readonly view: View
    readonly keys: Keys
    readonly clock: Clock.Clock
    /** Wakes the task; must not wait. */
    readonly fire: (task: string, due: number) => void
    /** Called whenever `hasTimers` may have changed. */
    readonly changed: () => void
  }) {
    this.#view = options.view
    this.#keys = options.keys
    this.#clock = options.clock
    this.#fire = options.fire
    this.#changed = options.changed
    this.#cursor = options.keys.timerRange().from
  }

  get hasTimers(): boolean {
    return this.#next !== "none"
  }

  /** A timer at `due` was written. One later than the first needs nothing. */
  arm(due: number): void {
    const from = this.#keys.timerRange(due - 1).to
    if (from < this.#cursor) this.#cursor = from
    if (typeof this.#next === "number" && due >= this.#next) return
    this.#next = "unknown"
    this.#poked.openUnsafe()
  }

  /** Runs for as long as the namespace is active. */
  readonly run: Effect.Effect<never, StoreUnavailable> = Effect.forever(
    Effect.suspend(() => this.#turn()),
    { disableYield: true }
  )

  readonly #turn = Effect.fnUntraced({ self: this }, function* (this: Timers) {
    this.#poked.closeUnsafe()
    this.#next = "unknown"
    const range = { from: this.#cursor, to: this.#keys.timerRange().to }
    const page = yield* this.#view.scan(range, timersPerPage)
    if (this.#poked.isOpen()) return
    const first = this.#firePage(page.map(([key]) => key))
    if (first === undefined && page.length === timersPerPage) return
    this.#next = first ?? "none"
    this.#changed()
    yield* first === undefined ? this.#poked.await : this.#sleep(first)
  })

  /** Fires what is due; the due time of the first timer that is not. */
  #firePage(keys: ReadonlyArray<string>): number | undefined {
    const now = this.#clock.currentTimeMillisUnsafe()
    for (const key of keys) {
      const timer = this.#keys.parseTimer(key)
      if (timer.due > now) return timer.due
      this.#cursor = `${key}\0`
      this.#fire(timer.task, timer.due)
    }
    return undefined
  }

  #sleep(due: number): Effect.Effect<void> {
    const delayMs = Math.min(due - this.#clock.currentTimeMillisUnsafe(), sleepMsMax)
    return Effect.raceFirst(Effect.sleep(delayMs), this.#poked.await)
  }
}
