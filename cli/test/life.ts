import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import {
  type Inspection,
  type Library,
  type Namespace,
  openNamespace,
  Store,
  type TaskView
} from "../../runtime/index.ts"
import { TimerSleepMsMax } from "../../runtime/task/timers.ts"
import { noHazards } from "../../runtime/testing/hazards.ts"
import { SimulatedProcess, type TurnOrder } from "../../runtime/testing/process.ts"
import type { Random } from "../../runtime/testing/random.ts"
import { type SimulatedDisk, SimulatedStore } from "../../runtime/testing/simulated-store.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { type TestConductor, testing, type Unmet } from "../../stdlib/impl/testing.ts"
import { evaluator } from "../evaluator.ts"
import { library } from "../library.ts"
import { RealCalls } from "./real-calls.ts"

/** What one process leaves to the next. */
export interface World {
  readonly disk: SimulatedDisk
  /** In ms since 1970. */
  readonly nowMs: number
  /** The task of the test; undefined until its start is known to be durable. */
  readonly task: string | undefined
}

export interface LifeOptions {
  readonly bundle: Bundle
  /** From which the modules are found that it calls. */
  readonly folder: string
  /** The text of the test, by which the bundle exports it. */
  readonly name: string
  readonly world: World
  readonly random: Random
  readonly order: TurnOrder
  readonly turnsMax: number
  /** Hears of each batch that is durable and acknowledged, from the start of the test on. */
  readonly onCommit?: (world: World) => void
}

/** How a process ended that ran a test. `stuck`: nothing can happen any more. `endless`: it was given all its turns. */
export interface Life {
  readonly end: "ended" | "crashed" | "stuck" | "endless"
  readonly world: World
  /** The task of the test; undefined after a crash. */
  readonly inspection: Inspection | undefined
  /** The others that can run for ever, when it is endless; a few of them. */
  readonly running: ReadonlyArray<TaskView>
  /** Other tasks that failed. */
  readonly failedTasks: ReadonlyArray<string>
  readonly lines: ReadonlyArray<string>
  readonly unmet: ReadonlyArray<Unmet>
}

/** One process, from its start until the test has ended or the process has. */
export const live = (options: LifeOptions): Promise<Life> => new Conductor(options).run()

/** Each commit is written before the next segment runs, so that there is an edge behind each of them. */
const atOnce: Random = { below: () => 0, chance: () => false, pick: (items) => items[0]!, fork: () => atOnce }

const runningMax = 5
const lookTurnsMax = 1000

/** Runs the test's task in a simulated process, and does what the task asks of it by pausing at `settle` and `crash`. */
class Conductor implements TestConductor {
  readonly #options: LifeOptions
  readonly #process: SimulatedProcess
  readonly #store: SimulatedStore
  readonly #lines: Array<string> = []
  readonly #failedTasks: Array<string> = []
  readonly #unmet: Array<Unmet> = []
  readonly #calls = new RealCalls()
  readonly #quiet = Latch.makeUnsafe(false)
  readonly #crash = Latch.makeUnsafe(false)
  readonly #settling = new Set<string>()
  #namespace: Namespace | undefined
  #task: string | undefined
  #ended: Inspection | undefined

  constructor(options: LifeOptions) {
    const { order, random, world } = options
    this.#options = options
    this.#task = world.task
    this.#process = new SimulatedProcess({
      random: random.fork(),
      startMs: world.nowMs,
      order,
      onQuiet: () => this.#onQuiet(),
      outside: () => this.#calls.settled
    })
    this.#store = new SimulatedStore({
      disk: world.disk,
      hazards: noHazards,
      random: order === "first" ? atOnce : random.fork(),
      crash: () => this.#process.kill(),
      onFault: () => undefined,
      onHang: () => undefined,
      onMisuse: () => undefined,
      isDead: () => this.#process.isDead,
      onAcknowledged: () => {
        if (this.#task !== undefined) options.onCommit?.(this.#world)
      }
    })
  }

  async run(): Promise<Life> {
    const ended = await this.#process.run(this.#work, this.#options.turnsMax)
    switch (ended.end) {
      case "exit":
        throw ended.exit._tag === "Failure" ? Cause.squash(ended.exit.cause) : new Error("a test has no end")
      case "killed":
        if (this.#ended !== undefined) return this.#life("ended", this.#ended)
        this.#options.world.disk.cutPower(0)
        return this.#life("crashed", undefined)
      default:
        return this.#life(ended.end, await this.#inspect(), await this.#running())
    }
  }

  unmet(unmet: Unmet): void {
    this.#unmet.push(unmet)
  }

  settles(task: string): void {
    this.#settling.add(task)
  }

  crashes(): void {
    Latch.openUnsafe(this.#crash)
  }

  #life(end: Life["end"], inspection: Inspection | undefined, running: Life["running"] = []): Life {
    return {
      end,
      inspection,
      running,
      world: this.#world,
      lines: this.#lines,
      failedTasks: this.#failedTasks,
      unmet: this.#unmet
    }
  }

  get #world(): World {
    return { disk: this.#options.world.disk, nowMs: this.#process.clock.currentTimeMillisUnsafe(), task: this.#task }
  }

  /** Nothing can run before time goes on. True: now something can. */
  #onQuiet(): boolean {
    if (this.#settling.size === 0) return false
    Latch.openUnsafe(this.#quiet)
    return true
  }

  readonly #work = Effect.suspend(() => this.#live()).pipe(
    Effect.scoped,
    Effect.provideService(TimerSleepMsMax, Number.POSITIVE_INFINITY),
    Effect.provideServiceEffect(
      Store,
      Effect.sync(() => this.#store.store)
    )
  )

  readonly #live = Effect.fnUntraced({ self: this }, function* (this: Conductor) {
    const { bundle, folder, name, order, random } = this.#options
    const taskOrder = random.fork()
    const namespace = yield* openNamespace({
      library: this.#library,
      // Also in a process after a crash each task runs one segment a turn: what depends on the order shows sooner.
      order: order === "any" ? (count) => taskOrder.below(count) : () => 0,
      segmentsPerTurn: 1,
      evaluator,
      externs: this.#calls.import,
      output: ({ text }) => void this.#lines.push(text),
      onDebug: (text) => void this.#lines.push(text),
      onFailed: (task) => {
        if (task.id !== this.#task) this.#failedTasks.push(`${task.id}: ${task.failure ?? ""}`)
      }
    })
    this.#namespace = namespace
    yield* Effect.forkChild(this.#settleTasks(namespace))
    yield* Effect.forkChild(this.#crashProcess(namespace))
    yield* namespace.install(bundle, folder)
    if (this.#task === undefined) this.#task = (yield* namespace.call({ bundle: bundle.hash, name, args: [] })).task
    else yield* this.#goOn(namespace)
    this.#ended = yield* namespace.ended(this.#task)
    // At once, as other tasks may have something to do for ever.
    this.#process.kill()
    return yield* Effect.never
  })

  /** All that was interrupted, and the tasks that have asked for what has happened by now. */
  readonly #goOn = Effect.fnUntraced({ self: this }, function* (this: Conductor, namespace: Namespace) {
    const paused = yield* namespace.tasks({ state: "paused", limit: Number.MAX_SAFE_INTEGER })
    yield* namespace.recover
    for (const { id } of paused) {
      const { frames } = yield* namespace.inspect(id)
      if (frames[0]?.callee === "core/test/settle") this.#settling.add(id)
      if (frames[0]?.callee === "core/test/crash") yield* namespace.resume(id, null)
    }
  })

  readonly #settleTasks = Effect.fnUntraced({ self: this }, function* (this: Conductor, namespace: Namespace) {
    for (;;) {
      yield* this.#quiet.await
      Latch.closeUnsafe(this.#quiet)
      const tasks = [...this.#settling].toSorted()
      this.#settling.clear()
      for (const task of tasks) yield* Effect.ignore(namespace.resume(task, null))
    }
  })

  readonly #crashProcess = Effect.fnUntraced({ self: this }, function* (this: Conductor, namespace: Namespace) {
    yield* this.#crash.await
    // The latch opens in the middle of a segment.
    yield* Effect.yieldNow
    yield* namespace.durable
    this.#process.kill()
    return yield* Effect.never
  })

  get #library(): Library {
    return {
      pure: library.pure,
      contextual: (segment) => new Map([...library.contextual(segment), ...testing(segment, this)])
    }
  }

  /** The task as it stands. */
  #inspect(): Promise<Inspection | undefined> {
    const task = this.#task
    return this.#look((namespace) => (task === undefined ? undefined : namespace.inspect(task)))
  }

  async #running(): Promise<ReadonlyArray<TaskView>> {
    const running = await this.#look((namespace) => namespace.tasks({ state: "running", limit: runningMax }))
    return running?.filter(({ id }) => id !== this.#task) ?? []
  }

  /** In the same process, which has no end of its own. */
  async #look<A, E>(at: (namespace: Namespace) => Effect.Effect<A, E> | undefined): Promise<A | undefined> {
    const look = this.#namespace && at(this.#namespace)
    if (look === undefined) return undefined
    const looked = await this.#process.run(look, lookTurnsMax)
    return looked.end === "exit" && looked.exit._tag === "Success" ? looked.exit.value : undefined
  }
}
