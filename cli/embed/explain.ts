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
import { SxsBundleError, SxsFault, SxsStopped, SxsStoreError } from "./errors.ts"

/** What the runtime has failed with, as who embeds it sees it. */
export const explained = (error: unknown): unknown => {
  if (error instanceof StoreUnavailable) return new SxsStoreError(error.reason, error.detail)
  if (error instanceof BundleRejected) {
    return new SxsBundleError(`the program ${error.hash.slice(0, 12)} cannot run here: ${error.detail}`)
  }
  if (error instanceof Fault) {
    const { code, data, message } = error
    return new SxsFault({
      code,
      message,
      data: toPlain(data),
      calls: [],
      task: "",
      trace: `error ${code}: ${message}\n`
    })
  }
  if (error instanceof TaskNotFound)
    return new Error(
      error.wasRemoved === true ? `the task ${error.task} has ended and was removed` : `there is no task ${error.task}`
    )
  if (error instanceof TaskEnded || error instanceof TaskNotPaused) {
    return new Error(`the task ${error.task} is ${error.state}, not paused`)
  }
  return error
}

/** Why an ended task has no result. */
export const endError = (ended: Inspection): Error => {
  const { error, task } = ended
  if (error === undefined) return new SxsStopped("cancelled", task.id)
  const trace = renderFault(error, textsOf(ended), { colour: false })
  return new SxsFault({ ...error, data: toPlain(error.data), calls: error.trace, task: task.id, trace })
}
