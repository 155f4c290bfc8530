import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

const nanosPerMilli = 1_000_000n
/** What one look at the monotonic clock costs, so that a loop which works until some time has passed comes to its end. */
const nanosPerLook = 20_000n

/**
 * Time that passes only when it is told to. Effect's TestClock moves by an amount that the test must know; this one moves
 * to the next moment at which something happens, however far that is, and needs no fiber for it.
 */
export class VirtualClock implements Clock.Clock {
  #nowMs: number
  #looks = 0n
  #sleepers: Array<Sleeper> = []

  /** `startMs` in ms since 1970. */
  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  get isSleeping(): boolean {
    return this.#sleepers.length > 0
  }

  /** To the first moment at which a sleeper wakes, and wakes all whose time it is. False: nobody sleeps. */
  advance(): boolean {
    const first = this.#sleepers[0]
    if (first === undefined) return false
    this.#nowMs = first.until
    const count = this.#sleepers.findIndex((sleeper) => sleeper.until > this.#nowMs)
    for (const sleeper of this.#sleepers.splice(0, count < 0 ? this.#sleepers.length : count)) sleeper.wake()
    return true
  }

  currentTimeMillisUnsafe(): number {
    return this.#nowMs
  }

  currentTimeNanosUnsafe(): bigint {
    return BigInt(this.#nowMs) * nanosPerMilli
  }

  monotonicTimeNanosUnsafe(): bigint {
    this.#looks += nanosPerLook
    return BigInt(this.#nowMs) * nanosPerMilli + this.#looks
  }

  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe())
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos = Effect.sync(() => this.monotonicTimeNanosUnsafe())

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Math.ceil(Duration.toMillis(duration))
    if (millis === Number.POSITIVE_INFINITY) return Effect.never
    if (millis <= 0) return Effect.yieldNow
    return Effect.callback<void>((resume) => {
      const sleeper: Sleeper = { until: this.#nowMs + millis, wake: () => resume(Effect.void) }
      this.#insert(sleeper)
      return Effect.sync(() => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
      })
    })
  }

  // Of equal times the one that came first wakes first.
  #insert(sleeper: Sleeper): void {
    let at = this.#sleepers.length
    while (at > 0 && this.#sleepers[at - 1]!.until > sleeper.until) at--
    this.#sleepers.splice(at, 0, sleeper)
  }
}
