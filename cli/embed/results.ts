import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type {
  BegunCall,
  Namespace,
  StoreUnavailable,
  TaskEnd,
  TaskNotFound,
  TaskRejected
} from "../../runtime/index.ts"
import { Listeners } from "../../runtime/task/listeners.ts"
import { toPlain } from "../../runtime/value/plain.ts"
import { SxsStopped } from "./errors.ts"
import { endError, explained } from "./explain.ts"
import type { SxsResultError } from "./service.ts"
import type { SxsValue } from "./types.ts"

/** Hears of the result of a task, or why there is none. */
export type TellResult = (result: Exit.Exit<SxsValue, SxsResultError>) => void

export type ResultsSource = Pick<Namespace, "whenEnded" | "whenSeenEnded" | "leaveEnded" | "inspect">

/**
 * Who waits for results of tasks: an entry for each, without a fiber, and one in the namespace for each task. A task that stands in code which cannot run here, or that is
 * damaged, is told of; where nobody waits for it, that is a warning of Node.
 */
export class Results {
  #namespace: ResultsSource | undefined
  readonly #rejected = new Map<string, TaskRejected>()
  readonly #waiting = new Listeners<TellResult>()

  /** To be called once, before anybody waits: the namespace rejects tasks as it is opened. */
  connect(namespace: ResultsSource): void {
    this.#namespace = namespace
  }

  /** Calls `told` once; what it gives takes that back. `record`: the task as it is now, where that is known. */
  when(task: string, told: TellResult, record?: BegunCall["record"]): () => void {
    const rejected = this.#rejected.get(task)
    if (rejected !== undefined) {
      told(Exit.fail(explained(rejected)))
      return () => undefined
    }
    const isFirst = !this.#waiting.has(task)
    this.#waiting.add(task, told)
    if (isFirst && record !== undefined) this.#namespace!.whenSeenEnded(record, this.#ended)
    else if (isFirst) this.#namespace!.whenEnded(task, this.#ended)
    return () => {
      if (this.#waiting.delete(task, told) && !this.#waiting.has(task)) this.#leave(task)
    }
  }

  /** `when` of a task that was just begun, and is now as `record` says. */
  whenBegun(record: NonNullable<BegunCall["record"]>, told: TellResult): () => void {
    if (record.state !== "done") return this.when(record.id, told, record)
    this.#namespace!.whenSeenEnded(record, (end, task) => this.#tell(task, told, end))
    return () => undefined
  }

  readonly reject = (task: string, rejected: TaskRejected): void => {
    this.#rejected.set(task, rejected)
    const waiting = this.#waiting.take(task)
    if (waiting.length === 0)
      process.emitWarning(`the task ${task} cannot go on here: ${rejected.detail}`, "SxsWarning")
    else this.#leave(task)
    for (const told of waiting) told(Exit.fail(explained(rejected)))
  }

  /** Before those that were rejected are tried again; what still cannot run is rejected anew. */
  clearRejected(): void {
    this.#rejected.clear()
  }

  /** Nobody hears of an end any more. */
  close(): void {
    for (const [task, told] of this.#waiting.takeAll()) {
      this.#leave(task)
      told(Exit.fail(new SxsStopped("closed", task)))
    }
  }

  #leave(task: string): void {
    this.#namespace!.leaveEnded(task, this.#ended)
  }

  // One for all tasks.
  readonly #ended = (end: Exit.Exit<TaskEnd, TaskNotFound | StoreUnavailable>, task: string): void => {
    for (const told of this.#waiting.take(task)) this.#tell(task, told, end)
  }

  #tell(task: string, told: TellResult, end: Exit.Exit<TaskEnd, TaskNotFound | StoreUnavailable>): void {
    if (Exit.isFailure(end)) told(Exit.failCause(Cause.map(end.cause, explained)))
    else if (end.value.state !== "done") this.#explain(task, told)
    else told(Exit.succeed(toPlain(end.value.result ?? null)))
  }

  /** Shows where it has failed, in the source. */
  #explain(task: string, told: TellResult): void {
    const explanation = Effect.flatMap(Effect.mapError(this.#namespace!.inspect(task), explained), (end) =>
      Effect.fail(endError(end))
    )
    Effect.runCallback(explanation, { onExit: told })
  }
}
