import type * as Exit from "effect/Exit"
import type { Fault } from "../errors.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { NewTask } from "./start-task.ts"
import type { TaskRecord } from "./task.ts"

export interface BeginningParts {
  /** Makes the task, of which nothing is written; undefined: there is nothing to run. What it throws is the answer. */
  readonly make: () => NewTask | undefined
  /** The commit with it was handed over, as the last one; `record`: the new task as it is then. */
  readonly begun: (record: TaskRecord | undefined) => void
  /** It never begins. */
  readonly refused: (refusal: Exit.Exit<never, Fault | StoreUnavailable>) => void
}

/** A task that somebody outside wants to run, until it has its first turn: nothing of it is written before. */
export class Beginning {
  readonly make: BeginningParts["make"]
  readonly begun: BeginningParts["begun"]
  readonly refused: BeginningParts["refused"]
  /** Who wanted it does not any more. */
  isGivenUp = false

  constructor({ begun, make, refused }: BeginningParts) {
    this.make = make
    this.begun = begun
    this.refused = refused
  }
}
