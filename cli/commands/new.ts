import { readdirSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { attempt, CommandFailed, exitCodes, usageError } from "../exit.ts"
import { makeFolder } from "../files.ts"
import { ownSpecifier } from "../new/own-specifier.ts"
import { wrongPackageName } from "../new/package-name.ts"
import { projectFiles } from "../new/project.ts"
import { Shell, type ShellService } from "../shell.ts"
import { shellWord } from "../store-location.ts"
import { visible } from "../visible.ts"

export interface NewOptions {
  /** Path of the folder; its last part is the name of the project. */
  readonly name: string
  /** What stands for sxs among the dependencies; undefined for this one. */
  readonly sxs: string | undefined
}

/** Makes a project in a folder that is new or empty, and says what to type next. Ends with 2 and writes nothing where it cannot. */
export const newProject = Effect.fn("new")(function* (options: NewOptions) {
  const shell = yield* Shell
  const folder = resolve(shell.cwd, options.name)
  yield* attempt(() => {
    checkName(basename(folder))
    checkEmpty(folder, options.name)
    writeProject(folder, options)
  })
  shell.err(next(folder, options, shell))
})

const checkName = (name: string): void => {
  const wrong = wrongPackageName(name)
  if (wrong !== undefined) throw usageError(`${visible(name)} cannot be the name of a package: ${wrong}`)
}

const checkEmpty = (folder: string, written: string): void => {
  const entries = entriesOf(folder, written)
  if (entries.length === 0) return
  const first = entries.slice(0, shownMax).map(visible).join(", ")
  throw usageError(
    `the folder ${visible(written)} is not empty (${first}${entries.length > shownMax ? ", …" : ""}): nothing was written.\n` +
      "Name a new folder"
  )
}

const shownMax = 3

const entriesOf = (folder: string, written: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === "ENOENT") return []
    throw usageError(
      code === "ENOTDIR" ? `${visible(written)} is a file, a folder is needed` : `${visible(written)}: ${message}`
    )
  }
}

const writeProject = (folder: string, { sxs }: NewOptions): void => {
  const files = projectFiles({ name: basename(folder), sxs: sxs ?? ownSpecifier() })
  try {
    for (const [path, text] of Object.entries(files)) {
      makeFolder(dirname(join(folder, path)))
      // What somebody else has put there meanwhile is not replaced.
      writeFileSync(join(folder, path), text, { flag: "wx" })
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new CommandFailed({ exitCode: exitCodes.usage, message: `the project cannot be written: ${message}` })
  }
}

const next = (folder: string, { name }: NewOptions, { cwd }: ShellService): string => {
  const isHere = folder === resolve(cwd)
  const change = isHere ? "" : `  cd ${shellWord(name)}\n`
  return `made ${isHere ? "the project" : visible(name)}. Next:\n${change}  npm install\n  npm start\n  npm test\n`
}
