import { appendFileSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { makeFolder, writeWhole } from "../files.ts"
import type { ShellService } from "../shell.ts"

/** What was typed in earlier sessions: a line each, the oldest first. */

export const historyLinesMax = 1000

/** `$XDG_STATE_HOME/sxs/repl-history`, else `~/.local/state/sxs/repl-history`; undefined where there is no home. */
export const historyFile = ({ env }: ShellService): string | undefined => {
  const state = env.XDG_STATE_HOME
  // The specification says that a relative path counts as none.
  if (state?.startsWith("/") === true) return join(state, "sxs", "repl-history")
  return env.HOME === undefined || env.HOME === ""
    ? undefined
    : join(env.HOME, ".local", "state", "sxs", "repl-history")
}

/** The newest first, as `node:readline` takes them. The file is cut when it has grown to twice what is kept. A file that cannot be
 * read costs the history, not the session. */
export const readHistory = (file: string | undefined): Array<string> => {
  if (file === undefined) return []
  try {
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1)
    const kept = lines.slice(-historyLinesMax)
    if (lines.length > 2 * historyLinesMax) writeWhole(file, `${kept.join("\n")}\n`, privateMode)
    return kept.toReversed()
  } catch {
    return []
  }
}

/** Only its owner may read it: secrets are typed too. */
const privateMode = 0o600

export const appendHistory = (file: string | undefined, line: string): void => {
  if (file === undefined || line.trim() === "") return
  try {
    makeFolder(dirname(file))
    appendFileSync(file, `${line}\n`, { mode: privateMode })
  } catch {
    return
  }
}
