import { Fault, InvariantViolated } from "../errors.ts"
import { StoreUnavailable } from "../store/store.ts"
import { TaskAmbiguous, TaskEnded, TaskNotFound, TaskNotPaused } from "../task/errors.ts"
import type { Value } from "../value/value.ts"
import { isValue } from "./wire.ts"

/** What an operation may fail with. */
export type OperationError = Fault | StoreUnavailable | TaskNotFound | TaskAmbiguous | TaskEnded | TaskNotPaused

/** As data of the protocol. */
export const errorToData = (error: OperationError): object => {
  if (error instanceof Fault) return { tag: "Fault", code: error.code, message: error.message, data: error.data }
  switch (error._tag) {
    case "StoreUnavailable":
      return { tag: error._tag, operation: error.operation, reason: error.reason, detail: error.detail }
    case "TaskAmbiguous":
      return { tag: error._tag, task: error.task, matches: error.matches }
    case "TaskNotFound":
      return { tag: error._tag, task: error.task, wasRemoved: error.wasRemoved === true }
    case "TaskEnded":
    case "TaskNotPaused":
      return { tag: error._tag, task: error.task, state: error.state }
  }
}

/** What the data of an error may hold. */
type Fields = {
  readonly [Name in
    | "tag"
    | "code"
    | "message"
    | "data"
    | "operation"
    | "reason"
    | "detail"
    | "task"
    | "wasRemoved"
    | "matches"
    | "state"]?: unknown
}

/** The error of an answer; a defect of the owner when it is none of those. */
export const errorFromData = (data: unknown): OperationError | InvariantViolated => {
  const fields: Fields = typeof data === "object" && data !== null ? data : {}
  const task = String(fields.task)
  const state = String(fields.state)
  switch (fields.tag) {
    case "Fault":
      return new Fault(String(fields.code), String(fields.message), asValue(fields.data))
    case "StoreUnavailable":
      return new StoreUnavailable({
        operation: String(fields.operation),
        reason: reasons.find((reason) => reason === fields.reason) ?? "io",
        detail: String(fields.detail)
      })
    case "TaskAmbiguous":
      return new TaskAmbiguous({ task, matches: Array.isArray(fields.matches) ? fields.matches.map(String) : [] })
    case "TaskNotFound":
      return new TaskNotFound({ task, wasRemoved: fields.wasRemoved === true })
    case "TaskEnded":
      return new TaskEnded({ task, state })
    case "TaskNotPaused":
      return new TaskNotPaused({ task, state })
    default:
      return new InvariantViolated(`in the process that has the store: ${String(fields.message)}`)
  }
}

const reasons = ["full", "held", "format", "damaged", "io"] as const

const asValue = (data: unknown): Value => (isValue(data) ? data : null)
