import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Namespace, StoreUnavailable, TaskEnd, TaskNotFound, TaskRejected } from "../../runtime/index.ts"
import { toPlain } from "../../runtime/value/plain.ts"
import { SxsStopped } from "./errors.ts"
import { endError, explained } from "./explain.ts"
import type { SxsResultError } from "./service.ts"
import type { SxsValue } from "./types.ts"

/** Hears of the result of a task, or why there is none. */
export type TellResult = (result: Exit.Exit<SxsValue, SxsResultError>) => void

export type ResultsSource = Pick<Namespace, "whenEnded" | "inspect">

interface Waiting {
  readonly told: Set<TellResult>
  /** Stops listening for the end of the task. */
  leave: () => void
}

/**
 * Who waits for results of tasks: an entry for each, without a fiber. A task that stands in code which cannot run here, or that is
 * damaged, is told of; where nobody waits for it, that is a warning of Node.
 */
export class Results {
  #namespace: ResultsSource | undefined
  readonly #rejected = new Map<string, TaskRejected>()
  readonly #waiting = new Map<string, Waiting>()

  /** To be called once, before anybody waits: the namespace rejects tasks as it is opened. */
  connect(namespace: ResultsSource): void {
    this.#namespace = namespace
  }

  /** Calls `told` once; what it gives takes that back. */
  when(task: string, told: TellResult): () => void {
    const rejected = this.#rejected.get(task)
    if (rejected !== undefined) {
      told(Exit.fail(explained(rejected)))
      return () => undefined
    }
    const known = this.#waiting.get(task)
    if (known !== undefined) known.told.add(told)
    else this.#listen(task, told)
    return () => this.#leave(task, told)
  }

  readonly reject = (task: string, rejected: TaskRejected): void => {
    this.#rejected.set(task, rejected)
    const told = this.#stop(task)
    if (told.size === 0) process.emitWarning(`the task ${task} cannot go on here: ${rejected.detail}`, "SxsWarning")
    for (const tell of told) tell(Exit.fail(explained(rejected)))
  }

  /** Before those that were rejected are tried again; what still cannot run is rejected anew. */
  clearRejected(): void {
    this.#rejected.clear()
  }

  /** Nobody hears of an end any more. */
  close(): void {
    for (const task of [...this.#waiting.keys()])
      for (const tell of this.#stop(task)) tell(Exit.fail(new SxsStopped("closed", task)))
  }

  #listen(task: string, told: TellResult): void {
    const waiting: Waiting = { told: new Set([told]), leave: () => undefined }
    this.#waiting.set(task, waiting)
    waiting.leave = this.#namespace!.whenEnded(task, (end) => this.#ended(task, end))
  }

  #leave(task: string, told: TellResult): void {
    const waiting = this.#waiting.get(task)
    if (waiting?.told.delete(told) === true && waiting.told.size === 0) this.#stop(task)
  }

  /** Those who waited; nothing listens for them any more. */
  #stop(task: string): ReadonlySet<TellResult> {
    const waiting = this.#waiting.get(task)
    if (waiting === undefined) return nobody
    this.#waiting.delete(task)
    waiting.leave()
    return waiting.told
  }

  #ended(task: string, end: Exit.Exit<TaskEnd, TaskNotFound | StoreUnavailable>): void {
    const told = this.#waiting.get(task)?.told ?? nobody
    this.#waiting.delete(task)
    if (Exit.isFailure(end)) tellAll(told, Exit.failCause(Cause.map(end.cause, explained)))
    else if (end.value.state !== "done") this.#explain(task, told)
    // Each has a value of its own: lists and maps of JavaScript can be changed.
    else for (const tell of told) tell(Exit.succeed(toPlain(end.value.result ?? null)))
  }

  /** Shows where it has failed, in the source. */
  #explain(task: string, told: ReadonlySet<TellResult>): void {
    const explanation = Effect.flatMap(Effect.mapError(this.#namespace!.inspect(task), explained), (end) =>
      Effect.fail(endError(end))
    )
    Effect.runCallback(explanation, { onExit: (exit) => tellAll(told, exit) })
  }
}

const nobody: ReadonlySet<TellResult> = new Set()

const tellAll = (told: ReadonlySet<TellResult>, result: Exit.Exit<never, SxsResultError>): void => {
  for (const tell of told) tell(result)
}
