import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { ExternModule } from "../bundle/extern-import.ts"
import type { ExternFunction } from "../bundle/extern-modules.ts"
import { openNamespace } from "../namespace.ts"
import { Store, StoreUnavailable } from "../store/store.ts"
import type { Durability } from "../store/writer.ts"
import type { ExternContext } from "../task/extern-attempt.ts"
import type { LogLine } from "../task/segment.ts"
import { isEnded } from "../task/task.ts"
import type { Counters, CrashPoint, FaultKind, Hazards } from "./hazards.ts"
import { lastCommitIn, rawRecords, unshownIn } from "./picture.ts"
import { type ProcessEnd, SimulatedProcess, type TurnOrder } from "./process.ts"
import type { Memory, Outside, SimulatedProgram } from "./program.ts"
import type { Random } from "./random.ts"
import { type SimulatedDisk, SimulatedStore } from "./simulated-store.ts"

export const namespaceName = "default"

// The end of a run is looked at, however long it takes.
const keepAll = { ageMs: Number.POSITIVE_INFINITY, tasks: Number.POSITIVE_INFINITY }
const segmentsPerTurn = [1, 2, 50]
const joinersPerCommit = [1, 2, 50]
const cacheEntries = [1, 8, 1000]

export interface LifeOptions {
  readonly program: SimulatedProgram
  readonly disk: SimulatedDisk
  readonly durability: Durability
  readonly hazards: Hazards
  readonly counters: Counters
  readonly memory: Memory
  readonly random: Random
  readonly order: TurnOrder
  readonly startMs: number
  readonly turnsMax: number
}

/** What one process did from its start to its end. */
export interface Life {
  readonly ended: ProcessEnd<void, unknown>
  /** Lines that it has shown. */
  readonly shown: ReadonlyArray<LogLine>
  readonly commitCount: number
  readonly lineCount: number
  /** Something other than a crash was made to happen to it. */
  readonly faults: ReadonlySet<FaultKind>
  readonly crashedAt: CrashPoint | undefined
  /** The last commit that the store has acknowledged; 0 when there is none. */
  readonly acknowledged: number
  /** Wrong uses of the store, and lines that left too early. */
  readonly problems: ReadonlyArray<string>
  readonly endMs: number
}

/** Where a life stands: a crash at the same edge means something else in each of them. */
type Phase = "start-up" | "recovery" | "work"

/** One life of a process on the disk, from opening the namespace to the moment when nothing is left to do, or to its
 * death. */
export const live = async (options: LifeOptions): Promise<Life> => {
  const life = new LifeRecorder(options)
  const ended = await life.process.run(Effect.scoped(life.work), options.turnsMax)
  return life.report(ended)
}

class LifeRecorder {
  readonly process: SimulatedProcess
  readonly #options: LifeOptions
  readonly #store: SimulatedStore
  readonly #shown: Array<LogLine> = []
  readonly #problems: Array<string> = []
  readonly #faults = new Set<FaultKind>()
  /** All runs of the program are over. */
  readonly #hasEnded: boolean
  #phase: Phase
  #lineCount = 0
  #acknowledged = 0
  #crashedAt: CrashPoint | undefined

  constructor(options: LifeOptions) {
    this.#options = options
    const { disk, hazards, order, random, startMs } = options
    this.process = new SimulatedProcess({ random: random.fork(), startMs, order })
    const tasks = [...(rawRecords(disk.written, namespaceName)?.tasks.values() ?? [])]
    const runs = tasks.filter((task) => task.program !== undefined)
    this.#hasEnded = runs.length > 0 && runs.every((task) => isEnded(task.state))
    this.#phase = tasks.length === 0 ? "start-up" : "recovery"
    this.#store = new SimulatedStore({
      disk,
      hazards,
      random: random.fork(),
      crash: (point) => this.#crash(point),
      isDead: () => this.process.isDead,
      onHang: () => this.process.kill(),
      onFault: (kind) => this.#fault(kind),
      onMisuse: (what) => this.#problems.push(what),
      onAcknowledged: () => {
        this.#acknowledged = lastCommitIn(disk.written, namespaceName)
      }
    })
  }

  get work(): Effect.Effect<void, unknown, Scope.Scope> {
    return Effect.provideService(this.#work, Store, this.#store.store)
  }

  report(ended: ProcessEnd<void, unknown>): Life {
    return {
      ended,
      shown: this.#shown,
      commitCount: this.#store.commitCount,
      lineCount: this.#lineCount,
      faults: this.#faults,
      crashedAt: this.#crashedAt,
      acknowledged: this.#acknowledged,
      problems: this.#problems,
      endMs: this.process.clock.currentTimeMillisUnsafe()
    }
  }

  readonly #work = Effect.gen({ self: this }, function* (this: LifeRecorder) {
    const { durability, memory, program, random } = this.#options
    const turns = random.fork()
    const namespace = yield* openNamespace({
      order: (count) => turns.below(count),
      segmentsPerTurn: turns.pick(segmentsPerTurn),
      joinersPerCommit: turns.pick(joinersPerCommit),
      cacheEntriesMax: turns.pick(cacheEntries),
      retention: keepAll,
      ...program.options,
      externs: () => Promise.resolve(this.#externs(random.fork())),
      durability,
      output: (line) => this.#show(line)
    })
    const outside = { namespace, memory, random: random.fork() }
    // As `sxs run` does: an unfinished run goes on, and so does what a finished one has left.
    if (this.#hasEnded) yield* namespace.recover
    else yield* namespace.startProgram({ bundle: program.bundle, fresh: false, folder: "/" })
    this.#phase = "work"
    const client = yield* Effect.forkChild(program.client?.(outside) ?? Effect.void)
    yield* untilNothingIsLeft(program, outside)
    yield* Fiber.join(client)
    yield* untilNothingIsLeft(program, outside)
  })

  /** A dead process calls nobody, and what a call depends on is durable before. */
  #externs(random: Random): ExternModule {
    const { memory, program } = this.#options
    const externs = program.externs?.({ memory, random }) ?? {}
    const guarded =
      (run: ExternFunction): ExternFunction =>
      (...args) => {
        if (this.process.isDead) return new Promise(() => {})
        const context = args.at(-1)
        // A pure function gets none, and is called in the middle of a segment.
        if (typeof context === "object" && context !== null && "idempotencyKey" in context)
          this.#checkCall(context as ExternContext)
        return run(...args)
      }
    return Object.fromEntries(Object.entries(externs).map(([name, run]) => [name, guarded(run as ExternFunction)]))
  }

  #checkCall({ attempt, idempotencyKey }: ExternContext): void {
    const { disk, durability } = this.#options
    const raw = rawRecords(durability === "strict" ? disk.synced : disk.written, namespaceName)
    for (const { wait } of raw?.tasks.values() ?? []) {
      if (wait?.kind === "extern" && wait.key === idempotencyKey && wait.attempt === attempt && wait.phase === "begun")
        return
    }
    this.#problems.push(`attempt ${attempt} of the call ${idempotencyKey} was made before that was durable`)
  }

  #show(line: LogLine): void {
    if (this.process.isDead) return
    const hazard = this.#options.hazards.line(this.#lineCount++)
    if (hazard === "failed output") throw this.#outputFailed()
    // One that dies at the end of its turn still shows what it shows until then.
    if (hazard === "before a line" && this.#crashedAt === undefined) return this.#crash(hazard)
    this.#checkDurable(line)
    this.#shown.push(line)
    if (hazard === "after a line") this.#crash(hazard)
  }

  #checkDurable(line: LogLine): void {
    const { disk, durability } = this.#options
    const unshown = unshownIn(durability === "strict" ? disk.synced : disk.written, namespaceName)
    if (unshown.some((other) => other.task === line.task && other.text === line.text)) return
    this.#problems.push(`${line.task} showed ${JSON.stringify(line.text)} before that was durable`)
  }

  #outputFailed(): StoreUnavailable {
    this.#fault("failed output")
    return new StoreUnavailable({ operation: "output", reason: "io", detail: "simulated: failed output" })
  }

  #fault(kind: FaultKind): void {
    this.#faults.add(kind)
    this.#options.counters.count(kind)
  }

  #crash(point: CrashPoint): void {
    if (this.#crashedAt !== undefined) return
    this.#crashedAt = point
    this.#options.counters.count(`crash ${point}, in ${this.#phase}`)
    if (point === "after an acknowledgement") this.process.killAfterTurn()
    else this.process.kill()
  }
}

const untilNothingIsLeft = Effect.fnUntraced(function* (program: SimulatedProgram, outside: Outside) {
  do yield* outside.namespace.idle
  while (program.whenIdle !== undefined && (yield* program.whenIdle(outside)))
})
