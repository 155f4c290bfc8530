import * as Data from "effect/Data"
import { BundleRejected } from "../bundle/errors.ts"
import { DeadLetterNotFound, EventQueueFull, NoSuchTopic } from "../bus/errors.ts"
import { Fault, InvariantViolated } from "../errors.ts"
import { StoreUnavailable } from "../store/store.ts"
import { TaskAmbiguous, TaskEnded, TaskNotFound, TaskNotPaused, UpgradeRefused } from "../task/errors.ts"
import type { Value } from "../value/value.ts"
import { isValue } from "./wire.ts"

/** As many guests as the owner allows wait for what is still to come. Retry when one of them has ended. */
export class TooManyFollow extends Data.TaggedError("TooManyFollow")<{
  readonly max: number
}> {}

/** What an operation may fail with. */
export type OperationError =
  | NoSuchTopic
  | EventQueueFull
  | DeadLetterNotFound
  | UpgradeRefused
  | BundleRejected
  | Fault
  | StoreUnavailable
  | TaskNotFound
  | TaskAmbiguous
  | TaskEnded
  | TaskNotPaused
  | TooManyFollow

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
    case "UpgradeRefused":
      return { tag: error._tag, reason: error.reason }
    case "BundleRejected":
      return { tag: error._tag, hash: error.hash, reason: error.reason, detail: error.detail }
    case "NoSuchTopic":
      return { tag: error._tag, channel: error.channel, topic: error.topic, detail: error.detail }
    case "EventQueueFull":
      return { tag: error._tag, max: error.eventsMax }
    case "DeadLetterNotFound":
      return { tag: error._tag, id: error.id }
    case "TooManyFollow":
      return { tag: error._tag, max: error.max }
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
    | "state"
    | "hash"
    | "max"
    | "channel"
    | "topic"
    | "id"]?: unknown
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
    case "UpgradeRefused":
      return new UpgradeRefused({ reason: fields.reason === "running" ? "running" : "too large" })
    case "BundleRejected":
      return new BundleRejected({
        hash: String(fields.hash),
        reason: rejections.find((reason) => reason === fields.reason) ?? "code",
        detail: String(fields.detail)
      })
    case "NoSuchTopic":
      return new NoSuchTopic({
        channel: String(fields.channel),
        topic: asInt(fields.topic),
        detail: String(fields.detail)
      })
    case "EventQueueFull":
      return new EventQueueFull({ eventsMax: asInt(fields.max) })
    case "DeadLetterNotFound":
      return new DeadLetterNotFound({ id: String(fields.id) })
    case "TooManyFollow":
      return new TooManyFollow({ max: asInt(fields.max) })
    default:
      return new InvariantViolated(`in the process that has the store: ${String(fields.message)}`)
  }
}

const reasons = ["full", "held", "format", "damaged", "io"] as const

const rejections = ["hash", "abi", "library", "extern", "code"] as const

const asInt = (data: unknown): number => (Number.isSafeInteger(data) ? Number(data) : 0)

const asValue = (data: unknown): Value => (isValue(data) ? data : null)
