import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import { Fault } from "../errors.ts"
import type { Keys } from "../store/keys.ts"
import { StoreUnavailable } from "../store/store.ts"
import { closing } from "../store/unavailable.ts"
import { Beginning } from "./beginning.ts"
import { isDamagedTask } from "./damage.ts"
import type { LiveTask } from "./driver.ts"
import type { HandOver } from "./hand-over.ts"
import type { Observation } from "./observation.ts"
import type { Places } from "./places.ts"
import { RunQueue } from "./run-queue.ts"
import type { Segment } from "./segment.ts"
import { type NewTask, noteStart, writeTask } from "./start-task.ts"
import { isOver, type TaskRecord } from "./task.ts"
import type { TaskTable } from "./task-table.ts"

export interface BeginningsParts {
  readonly clock: Clock.Clock
  readonly keys: Keys
  readonly places: Places
  readonly tasks: TaskTable
  readonly segment: Segment
  readonly handOver: HandOver
  readonly observation: Observation | undefined
  /** Who runs tasks. */
  readonly runner: Runner
}

export interface Runner {
  /** Whether the task may be one more of those in memory. */
  readonly hasRoomFor: (task: string) => boolean
  /** The task in memory, in no list. */
  readonly makeLive: (task: NewTask) => LiveTask
  /** Lists it, so that others find it running. */
  readonly list: (live: LiveTask) => void
  /** Whether its code is here. */
  readonly canRun: (live: LiveTask, record: TaskRecord) => boolean
  /** Runs a segment of it. Undefined: nothing was done, as it needs other code first. */
  readonly run: (live: LiveTask, record: TaskRecord, now: number) => TaskRecord | undefined
  /** Its commit is handed over. `after`: what its segment has left, if one has run. */
  readonly handedOver: (live: LiveTask, after: TaskRecord | undefined, now: number) => void
  readonly forget: (live: LiveTask) => void
  /** Called when one has come. */
  readonly wake: () => void
  /** Called when one that waited has had its turn, or is gone. */
  readonly changed: () => void
}

/** How far one has come that has its turn. */
interface Begun {
  /** The time of its turn. */
  now: number
  record: TaskRecord | undefined
  live: LiveTask | undefined
  /** A segment was begun. */
  hasRun: boolean
  after: TaskRecord | undefined
}

/** Those that wait for their turn, in the order in which they came: in turn with the tasks that run, so that neither waits for all of
 * the others. */
export class Beginnings {
  readonly #parts: BeginningsParts
  readonly #waiting = new RunQueue<Beginning>(undefined)
  readonly #come = Latch.makeUnsafe(false)
  /** It was the turn of one of them last. */
  #hadTurn = false
  /** Why nothing begins any more. */
  #refusal: Exit.Exit<never, StoreUnavailable> | undefined

  constructor(parts: BeginningsParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Gives it a turn, or refuses it. */
  add(beginning: Beginning): void {
    if (this.#refusal !== undefined) return beginning.refused(this.#refusal)
    this.#waiting.push(beginning)
    this.#come.openUnsafe()
    this.writeStuck()
    this.#parts.runner.wake()
  }

  /** Succeeds when somebody waits. */
  get come(): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (this.#waiting.size === 0) this.#come.closeUnsafe()
      return this.#come.await
    })
  }

  /** The next one, if it is its turn. `othersWait`: a task waits for its own. */
  take(othersWait: boolean): Beginning | undefined {
    this.#hadTurn = this.#waiting.size > 0 && !(this.#hadTurn && othersWait)
    return this.#hadTurn ? this.#waiting.take() : undefined
  }

  /** Its turn: what it writes, and the segment that follows. */
  run(beginning: Beginning, now: number): void {
    this.#begin(beginning, now, true)
  }

  /** Where output cannot be shown no segment may run; but changes from outside do not wait for that: they are written. */
  writeStuck(): void {
    const { handOver } = this.#parts
    while (this.#waiting.size > 0 && !handOver.hasSegmentVacancy && handOver.hasVacancy)
      this.#begin(this.#waiting.take()!, this.#now, false)
  }

  /** Nothing runs any more: writes what tasks have waited for, which would be done again else, and refuses all others. */
  stop(): void {
    for (let left = this.#waiting.size; left > 0; left--) {
      const next = this.#waiting.take()!
      if (next.isWritten && this.#parts.handOver.hasVacancy) this.#begin(next, this.#now, false)
      else this.#waiting.push(next)
    }
    this.refuse()
  }

  /** Tells all who wait, and those that come later, that nothing begins any more. */
  refuse(): void {
    this.#refusal ??= this.#parts.handOver.failedWith ?? Exit.fail(closing())
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take()) next.refused(this.#refusal)
  }

  /** Lets a task go on with what `change` writes: in its turn, as one commit with its next segment. */
  goOnWith(task: string, change: () => void): Effect.Effect<void, StoreUnavailable> {
    return Effect.callback<void, StoreUnavailable>((resume) => {
      const goesOn = new GoesOn(() => this.#goingOn(task, change), resume)
      this.add(goesOn)
      return Effect.sync(() => {
        goesOn.isGivenUp = true
      })
    })
  }

  /** Undefined: it cannot run, or what is remembered will let it. */
  #goingOn(task: string, change: () => void): NewTask | undefined {
    const { places, runner, tasks } = this.#parts
    const remembered = tasks.remembered
    change()
    const marks = tasks.marks(task)
    const record = tasks.readAt(marks.record)
    if (record?.state !== "running" || !runner.hasRoomFor(task)) return undefined
    tasks.forgetSince(remembered)
    return { record, marks, stack: places.stack(record) }
  }

  #begin(beginning: Beginning, turn: number, mayRun: boolean): void {
    const { handOver, keys, runner, segment } = this.#parts
    if (beginning.isGivenUp) return runner.changed()
    const begun: Begun = { now: turn, record: undefined, live: undefined, after: undefined, hasRun: false }
    try {
      handOver.transact(
        () => this.#write(begun, beginning, mayRun),
        () => (begun.hasRun ? segment.lines : [])
      )
    } catch (thrown) {
      const { live } = begun
      if (!beginning.isWritten || live === undefined || !isDamagedTask(keys, thrown))
        return this.#refuse(beginning, begun, thrown)
      // It will stand still in its next turn; but what it has waited for must not be lost with that.
      runner.forget(live)
      return this.#begin(beginning, turn, false)
    }
    if (begun.live !== undefined) runner.handedOver(begun.live, begun.after, begun.now)
    beginning.begun(begun.record)
    runner.changed()
  }

  /** Where it cannot run at once, it is only written. */
  #write(begun: Begun, beginning: Beginning, mayRun: boolean): void {
    const task = beginning.make()
    if (task === undefined) return
    const { handOver, observation, places, runner } = this.#parts
    const { record } = task
    begun.record = record
    // The clock may have gone on since the turn began.
    begun.now = Math.max(begun.now, record.since)
    if (!mayRun || !runner.hasRoomFor(record.id)) {
      if (!beginning.isWritten) writeTask(places, task)
      noteStart(places, task)
      return
    }
    const live = runner.makeLive(task)
    begun.live = live
    this.#runFirst(begun, beginning, task, live)
    // Nobody looks for it before its commit is handed over, nor for one that is over then.
    if (begun.after === undefined || !isOver(begun.after)) runner.list(live)
    observation?.live(record, handOver.lastCommit + 1)
  }

  #runFirst(begun: Begun, { isWritten }: Beginning, task: NewTask, live: LiveTask): void {
    const { places, runner } = this.#parts
    const { marks, record, stack } = task
    const canRun = runner.canRun(live, record)
    // An argument that cannot be stored is a fault, and then nothing is done.
    if (!isWritten && canRun && marks.record.isNew && stack.beginsPlain) live.unwritten = stack.at(0)
    else if (!isWritten) writeTask(places, task)
    if (!canRun) return
    begun.hasRun = true
    begun.after = runner.run(live, record, begun.now)
    if (begun.after !== undefined) begun.record = begun.after
    if (live.unwritten === undefined) return
    writeTask(places, task)
    live.unwritten = undefined
  }

  #refuse(beginning: Beginning, { hasRun, live }: Begun, thrown: unknown): void {
    const { keys, runner } = this.#parts
    if (live !== undefined) runner.forget(live)
    runner.changed()
    const isKnown = thrown instanceof Fault || thrown instanceof StoreUnavailable
    beginning.refused(isKnown ? Exit.fail(thrown) : Exit.die(thrown))
    // Nothing of it is left; but what a segment throws otherwise nobody can go on from.
    if (hasRun && !(thrown instanceof Fault) && !isDamagedTask(keys, thrown)) throw thrown
  }

  get #now(): number {
    return this.#parts.clock.currentTimeMillisUnsafe()
  }
}

/** What a task has waited for is there. */
class GoesOn extends Beginning {
  readonly isWritten = true
  readonly #goOn: () => NewTask | undefined
  readonly #told: (exit: Exit.Exit<void, StoreUnavailable>) => void

  constructor(goOn: () => NewTask | undefined, told: (exit: Exit.Exit<void, StoreUnavailable>) => void) {
    super()
    this.#goOn = goOn
    this.#told = told
  }

  make(): NewTask | undefined {
    return this.#goOn()
  }

  begun(): void {
    this.#told(Exit.void)
  }

  refused(refusal: Exit.Exit<never, StoreUnavailable>): void {
    this.#told(refusal)
  }
}
