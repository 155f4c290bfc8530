import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Keys } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"

const timersPerPage = 256

/** In ms. Due times are wall time, sleeping is not: after a jump of the clock, as behind a laptop's closed lid, nobody waits
 * longer than this for what is due. A clock that cannot jump need not be looked at in between. */
export const TimerSleepMsMax = Context.Reference<number>("sxs/runtime/task/TimerSleepMsMax", {
  defaultValue: () => 30_000
})

/**
 * The timers of a namespace: keys in the order of their due times, and one fiber that sleeps until the first. A sleeping
 * task costs nothing in memory. Due keys are read from a cursor on, because deleted ones before it are slow to skip.
 * A key is deleted by the woken task's commit, not here: after a crash in between it is found again.
 */
export class Timers {
  readonly #view: View
  readonly #keys: Keys
  readonly #clock: Clock.Clock
  readonly #ready: Effect.Effect<void, StoreUnavailable>
  readonly #fire: (task: string, due: number) => void
  readonly #changed: () => void
  readonly #poked = Latch.makeUnsafe(false)
  #cursor: string
  /** The earliest place of a timer that was armed since the page was asked for: it may not be in it. */
  #armed: string | undefined
  /** The earliest due time of those. */
  #armedDue = Number.POSITIVE_INFINITY
  /** Earliest due time; `none`: there is no timer; `unknown`: it is being read. */
  #next: number | "none" | "unknown" = "unknown"

  constructor(options: {
    readonly view: View
    readonly keys: Keys
    readonly clock: Clock.Clock
    /** Waits until there is room for the commit of a wake. */
    readonly ready: Effect.Effect<void, StoreUnavailable>
    /** Wakes the task, which may run at once, and may arm a timer again. */
    readonly fire: (task: string, due: number) => void
    /** Called whenever `hasTimers` may have changed. */
    readonly changed: () => void
  }) {
    this.#view = options.view
    this.#keys = options.keys
    this.#clock = options.clock
    this.#ready = options.ready
    this.#fire = options.fire
    this.#changed = options.changed
    this.#cursor = options.keys.timerRange().from
  }

  get hasTimers(): boolean {
    return this.#next !== "none"
  }

  /** A timer at `due` was written. One later than the first needs nothing. While that is being read, the reader hears of this one: in
   * a burst of tasks that go to sleep it would begin again for each. */
  arm(due: number): void {
    const from = this.#keys.timerRange(due - 1).to
    if (from < this.#cursor) this.#cursor = from
    if (this.#armed === undefined || from < this.#armed) this.#armed = from
    this.#armedDue = Math.min(due, this.#armedDue)
    if (this.#next === "unknown" || (this.#next !== "none" && due >= this.#next)) return
    this.#next = "unknown"
    this.#poked.openUnsafe()
  }

  /** The first timer may have been deleted: it is looked for again. */
  recheck(): void {
    if (this.#next === "none") return
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
    this.#armed = undefined
    this.#armedDue = Number.POSITIVE_INFINITY
    const range = { from: this.#cursor, to: this.#keys.timerRange().to }
    const page = yield* this.#view.scanKeys(range, timersPerPage)
    // What is due fires whatever was armed meanwhile, as somebody may arm one all the time.
    const { due, first } = this.#takeDue(page)
    for (const timer of due) {
      yield* this.#ready
      this.#fire(timer.task, timer.due)
    }
    if (this.#poked.isOpen() || (first === undefined && page.length === timersPerPage)) return
    // Whoever was woken may have armed a timer before those of this page.
    const next = Math.min(first ?? Number.POSITIVE_INFINITY, this.#armedDue)
    this.#next = Number.isFinite(next) ? next : "none"
    this.#changed()
    yield* Number.isFinite(next) ? this.#sleep(next) : this.#poked.await
    // Whoever poked is in the middle of a segment: what is due for it must wait for its end.
    yield* Effect.yieldNow
  })

  /** The timers of a page that are due, and the due time of the first that is not. The cursor is behind them before the
   * first fires, as a woken task may move it back. */
  #takeDue(keys: ReadonlyArray<string>) {
    const now = this.#clock.currentTimeMillisUnsafe()
    const timers = keys.map((key) => this.#keys.parseTimer(key))
    const due = timers.filter((timer) => timer.due <= now)
    const last = keys[due.length - 1]
    if (last !== undefined) this.#cursor = `${last}\0`
    if (this.#armed !== undefined && this.#armed < this.#cursor) this.#cursor = this.#armed
    return { due, first: timers[due.length]?.due }
  }

  #sleep(due: number): Effect.Effect<void> {
    return Effect.flatMap(TimerSleepMsMax, (sleepMsMax) => {
      const delayMs = Math.min(due - this.#clock.currentTimeMillisUnsafe(), sleepMsMax)
      return Effect.raceFirst(Effect.sleep(delayMs), this.#poked.await)
    })
  }
}
