import { relative } from "node:path"
import { bundleCommand } from "./command-line.ts"
import { runProcess } from "./process.ts"
import { processShell } from "./shell.ts"
import { shellWord } from "./store-location.ts"

/** What a started bundle file calls, by way of the launcher: runs it with the flags of `sxs run` and ends the process. */
export const bundleMain = (path: string, args: ReadonlyArray<string>): Promise<void> => {
  const self = `node ${shellWord(relative(process.cwd(), path))}`
  return runProcess(bundleCommand(path, self), args, processShell())
}
