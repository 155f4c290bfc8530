import { relative } from "node:path"
import { bundleCommand } from "./command-line.ts"
import { runProcess } from "./process.ts"
import { processShell, type ShellService } from "./shell.ts"
import { shellWord } from "./store-location.ts"

/** What a started bundle file calls, by way of the launcher: runs it with the flags of `sxs run` and ends the process. */
export const bundleMain = (path: string, args: ReadonlyArray<string>): Promise<void> => {
  const started = `node ${shellWord(relative(process.cwd(), path))}`
  const shell: ShellService = processShell(started)
  return runProcess(bundleCommand(path, started), args, shell)
}
