import type * as Exit from "effect/Exit"
import type { Fault } from "../errors.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { NewTask } from "./start-task.ts"
import type { TaskRecord } from "./task.ts"

/** What somebody outside wants a task to begin with, or to go on with, until it has its turn: that and the segment that follows are one
 * commit, and nothing of it is written before. */
// One object for each of thousands who wait, where closures would be several.
export abstract class Beginning {
  /** Who wanted it does not any more. */
  isGivenUp = false
  /** Whether what `make` yields is written by then. */
  abstract readonly isWritten: boolean

  /** Yields the task that is to run, whether it is written or not; undefined: there is nothing to run. What it throws is the answer. */
  abstract make(): NewTask | undefined

  /** The commit with it was handed over, as the last one; `record`: the task as it is then. */
  abstract begun(record: TaskRecord | undefined): void

  /** It never begins. */
  abstract refused(refusal: Exit.Exit<never, Fault | StoreUnavailable>): void
}
