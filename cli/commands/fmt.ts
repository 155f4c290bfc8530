import { accessSync, constants, realpathSync, statSync } from "node:fs"
import { resolve } from "node:path"
import * as Effect from "effect/Effect"
import { decodeSource, format, hasErrors } from "../../compiler/index.ts"
import { showDiagnostics } from "../diagnostics.ts"
import { attempt, CommandFailed, endWith, exitCodes } from "../exit.ts"
import { writeWhole } from "../files.ts"
import { namedFiles, readNamedFile, stdinArgument } from "../named-files.ts"
import { Shell, type ShellService } from "../shell.ts"

export interface FmtOptions {
  /** Files, folders, and `-` for the standard input; none stand for the current folder. */
  readonly files: ReadonlyArray<string>
  /** Nothing is written; what would be is listed on stdout. */
  readonly check: boolean
}

type Result =
  /** It has mistakes, which have been shown; it is left as it is. */
  "unreadable" | "changed" | "unchanged"

/**
 * Writes sources in the one format. A file that is in it already is not touched, one with mistakes of reading neither.
 * Ends with 65 when there is such a one, and with 1 when `check` found a file that is not in the format.
 */
export const fmt = Effect.fn("fmt")(function* (options: FmtOptions) {
  const shell = yield* Shell
  const results = yield* attempt(() =>
    namedFiles(options.files.length === 0 ? ["."] : options.files, shell).map((file) =>
      formatFile(file, options, shell)
    )
  )
  if (results.includes("unreadable")) return yield* endWith(exitCodes.source)
  if (options.check && results.includes("changed")) return yield* endWith(exitCodes.failed)
})

const formatFile = (file: string, { check }: FmtOptions, shell: ShellService): Result => {
  const { bytes, name } = readNamedFile(file, shell)
  const source = decodeSource(name, bytes)
  const { diagnostics, value: text } = hasErrors(source.diagnostics)
    ? { diagnostics: source.diagnostics, value: undefined }
    : format(source.value)
  if (text === undefined) {
    showDiagnostics({ source: source.value, diagnostics }, shell)
    return "unreadable"
  }
  const isChanged = !Buffer.from(text).equals(bytes)
  if (check) {
    if (isChanged) shell.out(`${name}\n`)
  } else if (file === stdinArgument) shell.out(text)
  else if (isChanged) {
    replace(file, text, shell)
    shell.err(`formatted ${name}\n`)
  }
  return isChanged ? "changed" : "unchanged"
}

/** Replaces the file, or the one that it is a link to, at once; its mode stays. */
const replace = (file: string, text: string, shell: ShellService): void => {
  try {
    const path = realpathSync(resolve(shell.cwd, file))
    accessSync(path, constants.W_OK)
    writeWhole(path, text, statSync(path).mode)
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException
    throw new CommandFailed({ exitCode: exitCodes.failed, message: `${file} cannot be written: ${message}` })
  }
}
