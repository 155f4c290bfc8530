import type * as Exit from "effect/Exit"
import type { Fault } from "../errors.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { NewTask } from "./start-task.ts"
import type { TaskRecord } from "./task.ts"

/** A task that somebody outside wants to run, until it has its first turn: nothing of it is written before. */
// One object for each of thousands who wait, where closures would be several.
export abstract class Beginning {
  /** Who wanted it does not any more. */
  isGivenUp = false

  /** Makes the task, of which nothing is written; undefined: there is nothing to run. What it throws is the answer. */
  abstract make(): NewTask | undefined

  /** The commit with it was handed over, as the last one; `record`: the new task as it is then. */
  abstract begun(record: TaskRecord | undefined): void

  /** It never begins. */
  abstract refused(refusal: Exit.Exit<never, Fault | StoreUnavailable>): void
}
