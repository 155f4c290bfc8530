import { sxsCommand } from "./command-line.ts"
import { runProcess } from "./process.ts"
import { processShell } from "./shell.ts"

/** What the launcher calls: runs the command line of this process and ends it with the command's exit code. */
export const main = (args: ReadonlyArray<string>): Promise<void> =>
  runProcess(sxsCommand, withHelpFlag(args), processShell())

/** `sxs help kv get` is `sxs kv get --help`. */
const withHelpFlag = (args: ReadonlyArray<string>): ReadonlyArray<string> =>
  args[0] === "help" ? [...args.slice(1), "--help"] : args
