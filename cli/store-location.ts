import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { usageError } from "./exit.ts"
import type { ShellService } from "./shell.ts"

/** Where the store is; `flag` is what has to stand on a command line so that it finds the same one, often nothing. */
export type StoreLocation =
  | { readonly kind: "memory"; readonly flag: string }
  | { readonly kind: "directory"; readonly directory: string; readonly flag: string }

const memory = "memory:"

/** `--store`, else `SXS_STORE`, else `.sxs` beside the nearest `package.json`, else `.sxs` in the current folder. */
export const locateStore = (flag: string | undefined, shell: ShellService): StoreLocation => {
  const chosen = flag ?? nonEmpty(shell.env.SXS_STORE)
  const repeated = flag === undefined ? "" : ` --store ${shellWord(flag)}`
  if (chosen === memory) return { kind: "memory", flag: repeated }
  if (chosen === "") throw usageError("--store needs a folder, or memory:")
  const directory = chosen ?? join(projectFolder(shell.cwd), ".sxs")
  return { kind: "directory", directory: resolve(shell.cwd, directory), flag: repeated }
}

const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text)

const projectFolder = (cwd: string): string => {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder
    if (folder === dirname(folder)) return cwd
  }
}

/** The text as one word of a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
