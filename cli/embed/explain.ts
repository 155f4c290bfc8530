import { ExternRejected } from "../../runtime/bundle/errors.ts"
import { EventQueueFull, NoSuchTopic } from "../../runtime/bus/errors.ts"
import {
  BundleRejected,
  Fault,
  type Inspection,
  StoreUnavailable,
  TaskEnded,
  TaskNotFound,
  TaskNotPaused
} from "../../runtime/index.ts"
import { toPlain } from "../../runtime/value/plain.ts"
import { renderFault, textsOf } from "../fault.ts"
import { SxsArgumentError, SxsBundleError, SxsFault, SxsStopped, SxsStoreError, SxsTaskError } from "./errors.ts"

/** What stands for an error of the runtime. */
export type Explained<E> = E extends StoreUnavailable | EventQueueFull
  ? SxsStoreError
  : E extends BundleRejected | ExternRejected
    ? SxsBundleError
    : E extends Fault
      ? SxsFault
      : E extends TaskNotFound | TaskEnded | TaskNotPaused
        ? SxsTaskError
        : E extends NoSuchTopic
          ? SxsArgumentError
          : E

/** What the runtime has failed with, as who embeds it sees it. */
export const explained = <E>(error: E): Explained<E> => explain(error) as Explained<E>

const explain = (error: unknown): unknown => {
  if (error instanceof StoreUnavailable) return new SxsStoreError(error.reason, error.detail)
  if (error instanceof EventQueueFull) {
    const full = `the event queue is full, with ${error.eventsMax} events, and no task runs that would take some`
    return new SxsStoreError("full", full)
  }
  if (error instanceof BundleRejected) {
    return new SxsBundleError(`the program ${error.hash.slice(0, 12)} cannot run here: ${error.detail}`)
  }
  if (error instanceof ExternRejected) return new SxsBundleError(error.detail)
  if (error instanceof Fault) return faultOf(error)
  if (error instanceof NoSuchTopic) return new SxsArgumentError(error.detail)
  if (error instanceof TaskNotFound) {
    return error.wasRemoved === true
      ? new SxsTaskError("removed", error.task, `the task ${error.task} has ended and was removed`)
      : new SxsTaskError("missing", error.task, `there is no task ${error.task}`)
  }
  if (error instanceof TaskEnded)
    return new SxsTaskError("ended", error.task, `the task ${error.task} has ended: it is ${error.state}`)
  if (error instanceof TaskNotPaused)
    return new SxsTaskError("not paused", error.task, `the task ${error.task} is ${error.state}, not paused`)
  return error
}

const faultOf = ({ code, data, message }: Fault): SxsFault =>
  new SxsFault({ code, message, data: toPlain(data), calls: [], task: "", trace: `error ${code}: ${message}\n` })

/** Why an ended task has no result. */
export const endError = ({ error, ...ended }: Inspection): SxsFault | SxsStopped => {
  const { id } = ended.task
  if (error === undefined) return new SxsStopped("cancelled", id)
  const trace = renderFault(error, textsOf(ended), { colour: false })
  return new SxsFault({ ...error, data: toPlain(error.data), calls: error.trace, task: id, trace })
}
