import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isTaskId } from "../store/keys.ts"
import { StoreUnavailable } from "../store/store.ts"
import type { StoreWriter } from "../store/writer.ts"
import type { TaskNotFound } from "./errors.ts"
import type { HandOver } from "./hand-over.ts"
import { Listeners } from "./listeners.ts"
import type { LogLine } from "./segment.ts"
import { isEnded, type TaskRecord } from "./task.ts"
import type { TaskTable } from "./task-table.ts"

/** Hears of a task that has ended, and which one, so that one function may hear of many. */
export type Told = (end: End, task: string) => void

type End = Exit.Exit<TaskRecord, TaskNotFound | StoreUnavailable>

export interface EndingsParts {
  readonly tasks: TaskTable
  readonly writer: StoreWriter
  /** Read when somebody waits. */
  readonly handOver: () => HandOver
  /** What is said of a task without a record. */
  readonly notFound: (task: string) => Exit.Exit<never, TaskNotFound>
  /** Gives an effect a fiber of the namespace's scope. */
  readonly fork: (effect: Effect.Effect<void>) => unknown
}

/**
 * Who waits from outside for tasks to end, or to log. Nothing of it is stored: after a crash the waiting is begun again by
 * whoever asks again. It holds an entry for each who waits, without a fiber, and none for a task that nobody waits for; one fiber
 * watches for all of them whether the namespace fails.
 */
export class Endings {
  readonly #parts: EndingsParts
  readonly #ends = new Listeners<Told>()
  readonly #changes = new Listeners<() => void>()
  #isWatching = false

  constructor(parts: EndingsParts) {
    this.#parts = parts
  }

  /** Calls `told` once, when the task has ended, that is durable and its output shown, or when there is no such task: at once if
   * it is so. */
  whenEnded(task: string, told: Told): void {
    const failure = this.#parts.handOver().failedWith
    const found = failure ?? this.#find(task)
    if (Exit.isFailure(found)) told(Exit.failCause(found.cause), task)
    else if (found.value === undefined) this.#tellDurable(task, [told], undefined)
    else this.#whenEnded(found.value, told)
  }

  /** `whenEnded` of a task that is now as `record` says. */
  whenSeenEnded(record: TaskRecord, told: Told): void {
    const failure = this.#parts.handOver().failedWith
    if (failure === undefined) this.#whenEnded(record, told)
    else told(failure, record.id)
  }

  #whenEnded(record: TaskRecord, told: Told): void {
    if (isEnded(record.state)) return this.#tellDurable(record.id, [told], record)
    this.#watchFailure()
    this.#ends.add(record.id, told)
  }

  /** Takes `whenEnded` back. Of a task that has ended already `told` may still hear. */
  leave(task: string, told: Told): void {
    this.#ends.delete(task, told)
  }

  /** `whenEnded` as an effect. */
  wait(task: string): Effect.Effect<TaskRecord, TaskNotFound | StoreUnavailable> {
    return Effect.callback((resume) => {
      const told = (end: End) => resume(end)
      this.whenEnded(task, told)
      return Effect.sync(() => this.leave(task, told))
    })
  }

  /** Succeeds when the task has ended or logged something; ask then what has become of it. */
  changed(task: string): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      const tell = () => resume(Effect.void)
      this.#changes.add(task, tell)
      return Effect.sync(() => void this.#changes.delete(task, tell))
    })
  }

  /** Says that the commit in which these tasks end is handed over, as the last one. */
  announce(ended: ReadonlyArray<TaskRecord>): void {
    for (const record of ended) {
      const told = this.#ends.take(record.id)
      if (told.length > 0) this.#tellDurable(record.id, told, record)
      this.#tellChange(record.id)
    }
  }

  /** Says that the commit with these lines is handed over. */
  logged(lines: ReadonlyArray<LogLine>): void {
    for (const { task } of lines) this.#tellChange(task)
  }

  #tellChange(task: string): void {
    for (const tell of this.#changes.take(task)) tell()
  }

  #find(task: string): Exit.Exit<TaskRecord | undefined, StoreUnavailable> {
    if (!isTaskId(task)) return Exit.succeed(undefined)
    try {
      return Exit.succeed(this.#parts.tasks.read(task))
    } catch (thrown) {
      if (thrown instanceof StoreUnavailable) return Exit.fail(thrown)
      throw thrown
    }
  }

  /** Behind the lines of the last commit. Its output may be what could not be shown. Without a record there is no such task. */
  #tellDurable(task: string, told: ReadonlyArray<Told>, record: TaskRecord | undefined): void {
    const { gate, nextCommit } = this.#parts.writer
    gate.enter({
      commit: nextCommit - 1,
      pass: () => {
        const end = record === undefined ? this.#parts.notFound(task) : Exit.succeed(record)
        const ending = this.#parts.handOver().failedWith ?? end
        for (const tell of told) tell(ending, task)
      },
      refuse: (error) => {
        for (const tell of told) tell(Exit.fail(error), task)
      }
    })
  }

  #watchFailure(): void {
    if (this.#isWatching) return
    this.#isWatching = true
    this.#parts.fork(
      Effect.catchCause(this.#parts.handOver().failure, (cause) => Effect.sync(() => this.#failAll(cause)))
    )
  }

  #failAll(cause: Cause.Cause<StoreUnavailable>): void {
    if (Cause.hasInterruptsOnly(cause)) return
    for (const [task, tell] of this.#ends.takeAll()) tell(Exit.failCause(cause), task)
  }
}
