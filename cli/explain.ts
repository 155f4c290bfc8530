import { faultCodes } from "../runtime/errors.ts"
import type { OwnerLost } from "../runtime/host/operations.ts"
import { limits, type StoreUnavailable } from "../runtime/index.ts"
import { heldByOther } from "../runtime/store/lock.ts"
import { compilerVersion } from "../stdlib/abi/version.ts"
import { printNumber } from "./duration.ts"
import { CommandFailed, exitCodes, storeError, usageError } from "./exit.ts"
import { explainOutput } from "./program-output.ts"
import type { RuntimeError } from "./session.ts"
import type { StoreLocation } from "./store-location.ts"
import { visible } from "./visible.ts"

/** The words that ask for more about tasks. */
export interface Asking {
  readonly list: string
  readonly inspect: (task: string) => string
}

/** What the runtime failed with, as a message: what, where, what to do. */
export const explain = (
  error: RuntimeError,
  location: StoreLocation,
  ask: Asking = { list: `sxs ps --all${location.flag}`, inspect: (task) => `sxs inspect ${task}${location.flag}` }
): CommandFailed => {
  // Only a broken rule for keys and values comes without a tag.
  if (!("_tag" in error))
    return error.code === faultCodes.damaged ? storeError(error.message) : usageError(error.message)
  switch (error._tag) {
    case "StoreUnavailable":
      return new CommandFailed({
        exitCode: exitCodes.store,
        message: explainOutput(error, location) ?? explainStore(error, location) + doctorKnows(error, location),
        ...(error.holder !== undefined && { holder: error.holder })
      })
    case "BundleRejected":
      return new CommandFailed({
        exitCode: exitCodes.source,
        message: `the program ${error.hash.slice(0, 12)} cannot run here: ${error.detail}`
      })
    case "TaskNotFound":
      if (error.wasRemoved === true)
        return usageError(`the task ${error.task} has ended and was removed: ended tasks are not kept for ever`)
      return usageError(`there is no task ${error.task}; ${ask.list} lists them`)
    case "TaskAmbiguous":
      return usageError(`${error.task} may be ${list(error.matches)}; write more of it`)
    case "TaskEnded":
      return usageError(`${error.task} has ended (${error.state}) and stays so`)
    case "UpgradeRefused":
      return usageError(
        error.reason === "running"
          ? "tasks run here, and new code is given to tasks that rest: stop them first"
          : `more than ${printNumber(limits.upgradeTasksMax)} tasks, or too much of them, would move to the new code, and all move at once or none.\n` +
              "Nothing was changed: they go on with the code that they have. Try again when some of them have ended"
      )
    case "NoSuchTopic":
      return usageError(error.detail)
    case "EventQueueFull":
      return storeError(
        `${printNumber(error.eventsMax)} events wait already, as many as are kept, and nothing runs that would make room.\n` +
          `Nothing was published. Let them be handled first: sxs resume${location.flag}`
      )
    case "DeadLetterNotFound":
      return new CommandFailed({
        exitCode: exitCodes.failed,
        message: `there is no dead letter ${error.id}; sxs dead${location.flag} lists them`
      })
    case "TooManyFollow":
      return storeError(
        `the process that has the store open is being watched by ${error.max} others already, with sxs logs -f or sxs sub.\n` +
          "End one of them and run the command again"
      )
    case "OwnerLost":
      return explainLost(error, location)
    case "OwnerSilent":
      return storeError(
        `${heldBy(location)}, but does not answer: it may be stopped. Nothing was done.\n` +
          "Let it go on (kill -CONT) or end it, then run the command again"
      )
    case "OtherVersion":
      return storeError(
        `the store is in use by process ${error.pid}, which is sxs ${visible(error.version)}; this is ${compilerVersion}.\n` +
          "Use the same one, or wait until that process ends"
      )
    case "TaskNotPaused":
      return usageError(`${error.task} is not paused (${error.state}); ${ask.inspect(error.task)} shows why`)
  }
}

const list = (names: ReadonlyArray<string>): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`

const explainLost = ({ inDoubt, operation, pid, why }: OwnerLost, location: StoreLocation): CommandFailed => {
  const what =
    why === "ended" ? `process ${pid}, which had the store open, ended` : `process ${pid} does not answer any more`
  if (!inDoubt) return storeError(`${what}; nothing was changed. Run the command again`)
  return new CommandFailed({
    exitCode: exitCodes.inDoubt,
    message:
      `${what} before it said whether it has done what was asked (${operation}).\n` +
      `It may have: look with sxs ${lookWith(operation)}${location.flag} before you run the command again`
  })
}

/** Shows whether the operation was done. */
const lookWith = (operation: string): string => {
  if (operation === "bus publish") return "subs"
  if (operation.startsWith("bus")) return "dead"
  return operation.startsWith("kv") ? "kv get KEY" : "inspect TASK"
}

const heldBy = (location: StoreLocation): string => {
  const directory = location.kind === "directory" ? location.directory : ""
  return `the store ${directory} is in use: ${heldByOther(directory).holder}`
}

/** One message for each reason, without where to find out more: for the doctor. */
export const explainStore = ({ detail, operation, reason }: StoreUnavailable, location: StoreLocation): string => {
  const where = location.kind === "memory" ? "in memory" : location.directory
  switch (reason) {
    case "full":
      return (
        `no space is left for the store ${where}.\n` +
        "Free some and run the command again: nothing that was acknowledged is lost, and all goes on from there"
      )
    case "held":
      return `${detail}, or use another folder with --store`
    case "format":
    case "damaged":
      return detail.includes(where) ? detail : `the store ${where} cannot be read (${reason}): ${detail}`
    case "io":
      return `the store ${where} cannot be used (${operation}): ${detail}`
  }
}

/** A store that does not open says itself what to do. What a memory has lost, no doctor finds. */
const doctorKnows = ({ detail, reason }: StoreUnavailable, location: StoreLocation): string => {
  if (location.kind === "memory") return ""
  if (reason === "io") return `.\nsxs doctor${location.flag} says more`
  return reason === "damaged" && !detail.startsWith("the store ") ? `.\nsxs doctor${location.flag} says where` : ""
}
