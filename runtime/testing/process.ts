import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Scheduler from "effect/Scheduler"
import type { Random } from "./random.ts"
import { VirtualClock } from "./virtual-clock.ts"

/** How a simulated process came to its end. `stuck`: nothing runs, nobody sleeps, and it has not ended. `endless`: more
 * turns than it may have. */
export type ProcessEnd<A, E> =
  | { readonly end: "exit"; readonly exit: Exit.Exit<A, E> }
  | { readonly end: "killed" | "stuck" | "endless" }

/** Which of the fibers that are ready gets the next turn: the first in line, any of them, or mostly the last. */
export type TurnOrder = "first" | "any" | "mostly last"

const opsBeforeYield = 2048

/** How often the last in line is passed over, or a fiber that only gives way would keep all others waiting. */
const passedOver = 0.2

/**
 * A process whose time and turns are chosen: fibers run on this scheduler and this clock, one turn at a time, in an order
 * that follows from the seed. Killed, it just never gets another turn, as with `kill -9`: no finalizer runs. Time goes on
 * by itself when all sleep.
 */
export class SimulatedProcess {
  readonly clock: VirtualClock
  readonly #random: Random
  readonly #order: TurnOrder
  readonly #onQuiet: () => boolean
  readonly #outside: () => Promise<unknown> | undefined
  #ready: Array<() => void> = []
  #isDead = false
  #isLastTurn = false

  constructor(options: {
    readonly random: Random
    readonly startMs: number
    readonly order: TurnOrder
    /** Called when nothing can run before time goes on. True: it has done something about that. */
    readonly onQuiet?: () => boolean
    /** Settles when something has happened outside that the process waits for: until then time stands still. Undefined: it waits
     * for nothing. */
    readonly outside?: () => Promise<unknown> | undefined
  }) {
    this.#random = options.random
    this.#order = options.order
    this.#onQuiet = options.onQuiet ?? (() => false)
    this.#outside = options.outside ?? (() => undefined)
    this.clock = new VirtualClock(options.startMs)
  }

  /** Nothing that it still does in this turn leaves it. */
  get isDead(): boolean {
    return this.#isDead
  }

  /** It dies now: the rest of the turn that runs has no effect on anybody. */
  kill(): void {
    this.#isDead = true
    this.#isLastTurn = true
  }

  /** It dies with the end of the turn that runs now. */
  killAfterTurn(): void {
    this.#isLastTurn = true
  }

  /** Runs the effect until it ends, the process is killed, or nothing can happen any more; at most `turnsMax` turns. */
  async run<A, E>(effect: Effect.Effect<A, E>, turnsMax: number): Promise<ProcessEnd<A, E>> {
    const fiber = Effect.runForkWith(this.#context)(effect)
    for (let turns = 0; turns < turnsMax; ) {
      for (; this.#ready.length > 0 && !this.#isLastTurn && turns < turnsMax; turns++) this.#next()()
      if (this.#isLastTurn) return { end: "killed" }
      const exit = fiber.pollUnsafe()
      if (exit !== undefined) return { end: "exit", exit }
      if (this.#ready.length > 0) continue
      // Code is imported by the real process. That takes microtasks only, so behind them nothing is under way.
      await new Promise(setImmediate)
      turns++
      if (this.#ready.length > 0 || fiber.pollUnsafe() !== undefined) continue
      const outside = this.#outside()
      if (outside !== undefined) await outside
      else if (!this.#onQuiet() && !this.clock.advance()) return { end: "stuck" }
    }
    return { end: "endless" }
  }

  #next(): () => void {
    const count = this.#ready.length
    if (count === 1 || this.#order === "first") return this.#ready.shift()!
    if (this.#order === "mostly last" && !this.#random.chance(passedOver)) return this.#ready.pop()!
    return this.#ready.splice(this.#random.below(count), 1)[0]!
  }

  get #context(): Context.Context<never> {
    const scheduler: Scheduler.Scheduler = {
      executionMode: "async",
      shouldYield: (fiber) => fiber.currentOpCount >= opsBeforeYield,
      makeDispatcher: () => ({
        scheduleTask: (task) => void this.#ready.push(task),
        flush: () => {
          while (this.#ready.length > 0) this.#next()()
        }
      })
    }
    return Context.make(Scheduler.Scheduler, scheduler).pipe(
      Context.add(Clock.Clock, this.clock)
    ) as Context.Context<never>
  }
}
