import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isTaskId } from "../store/keys.ts"
import { StoreUnavailable } from "../store/store.ts"
import type { StoreWriter } from "../store/writer.ts"
import type { HandOver } from "./hand-over.ts"
import { Listeners } from "./listeners.ts"
import type { LogLine } from "./segment.ts"
import { isEnded, type TaskRecord } from "./task.ts"
import type { TaskTable } from "./task-table.ts"

/** Hears of a task that has ended; of undefined when there is no such task. */
export type Told = (end: Exit.Exit<TaskRecord | undefined, StoreUnavailable>) => void

export interface EndingsParts {
  readonly tasks: TaskTable
  readonly writer: StoreWriter
  /** Read when somebody waits. */
  readonly handOver: () => HandOver
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
   * it is so. What it gives takes that back. */
  whenEnded(task: string, told: Told): () => void {
    const failure = this.#parts.handOver().failedWith
    const found = failure ?? this.#find(task)
    if (Exit.isFailure(found)) told(found)
    else if (found.value !== undefined && !isEnded(found.value.state)) {
      this.#watchFailure()
      this.#ends.add(task, told)
      return () => void this.#ends.delete(task, told)
    } else return this.#tellDurable([told], found.value)
    return () => undefined
  }

  /** `whenEnded` as an effect. */
  wait(task: string): Effect.Effect<TaskRecord | undefined, StoreUnavailable> {
    return Effect.callback((resume) => Effect.sync(this.whenEnded(task, resume)))
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
      if (told.length > 0) this.#tellDurable(told, record)
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

  /** Behind the lines of the last commit. Its output may be what could not be shown. */
  #tellDurable(told: ReadonlyArray<Told>, record: TaskRecord | undefined): () => void {
    const { gate, nextCommit } = this.#parts.writer
    return gate.onPassed(nextCommit - 1, {
      pass: () => {
        const end = this.#parts.handOver().failedWith ?? Exit.succeed(record)
        for (const tell of told) tell(end)
      },
      refuse: (error) => {
        for (const tell of told) tell(Exit.fail(error))
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
    for (const [, tell] of this.#ends.takeAll()) tell(Exit.failCause(cause))
  }
}
