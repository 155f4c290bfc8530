import { sxsCommand } from "./command-line.ts"
import { runProcess } from "./process.ts"
import { processShell } from "./shell.ts"

/** What the launcher calls: runs the command line of this process and ends it with the command's exit code. */
export const main = (args: ReadonlyArray<string>): Promise<void> => runProcess(sxsCommand, args, processShell())
