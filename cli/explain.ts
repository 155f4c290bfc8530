import type { StoreUnavailable } from "../runtime/index.ts"
import { CommandFailed, exitCodes, usageError } from "./exit.ts"
import { explainOutput } from "./program-output.ts"
import type { RuntimeError } from "./session.ts"
import type { StoreLocation } from "./store-location.ts"

/** What the runtime failed with, as a message: what, where, what to do. */
export const explain = (error: RuntimeError, location: StoreLocation): CommandFailed => {
  // Only a broken rule for keys and values comes without a tag.
  if (!("_tag" in error)) return usageError(error.message)
  switch (error._tag) {
    case "StoreUnavailable":
      return new CommandFailed({
        exitCode: exitCodes.store,
        message: explainOutput(error, location) ?? explainStore(error, location),
        ...(error.holder !== undefined && { holder: error.holder })
      })
    case "BundleRejected":
      return new CommandFailed({
        exitCode: exitCodes.source,
        message: `the program ${error.hash.slice(0, 12)} cannot run here: ${error.detail}`
      })
    case "TaskNotFound":
      return usageError(`there is no task ${error.task}; sxs ps --all${location.flag} lists them`)
    case "TaskAmbiguous":
      return usageError(`${error.task} may be ${list(error.matches)}; write more of it`)
    case "TaskEnded":
      return usageError(`${error.task} has ended (${error.state}) and stays so`)
    case "TaskNotPaused":
      return usageError(
        `${error.task} is not paused (${error.state}); sxs inspect ${error.task}${location.flag} shows why`
      )
  }
}

const list = (names: ReadonlyArray<string>): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`

/** One message for each reason. */
const explainStore = ({ detail, operation, reason }: StoreUnavailable, location: StoreLocation): string => {
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
      return `the store ${where} cannot be used (${operation}): ${detail}.\nsxs doctor${location.flag} says more`
  }
}
