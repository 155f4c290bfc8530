import { type LogLine, StoreUnavailable } from "../runtime/index.ts"
import type { ShellService } from "./shell.ts"
import type { StoreLocation } from "./store-location.ts"

/** By this the failure of stdout is told from one of the store. */
const operation = "show output"

/** Shows a line that a task has printed. Fails with `StoreUnavailable` when stdout cannot be written: then the line stays in the
 * store, and nothing goes on. */
export const showLine = ({ text }: LogLine, shell: ShellService): Promise<void> | undefined => {
  const leaving = shell.out(`${text}\n`)
  if (leaving !== undefined) return leaving.then(() => refuse(shell))
  refuse(shell)
  return undefined
}

const refuse = (shell: ShellService): void => {
  const failure = shell.outFailure()
  if (failure !== undefined) throw new StoreUnavailable({ operation, reason: "io", detail: failure })
}

/** Why a program was stopped that could not print, and what has become of its lines; undefined when the store has failed. */
export const explainOutput = (error: StoreUnavailable, location: StoreLocation): string | undefined => {
  if (error.operation !== operation) return undefined
  const kept =
    location.kind === "memory"
      ? "The program was stopped; its store was in memory and is gone"
      : `The program was stopped. What it printed is kept, and shown by the next sxs run or sxs resume${location.flag}`
  return `${error.detail}.\n${kept}`
}
