import { accessSync, constants, realpathSync, statSync } from "node:fs"
import { resolve } from "node:path"
import * as Effect from "effect/Effect"
import { decodeSource, format, hasErrors, toJson } from "../../compiler/index.ts"
import { type Findings, showDiagnostics } from "../diagnostics.ts"
import { attempt, CommandFailed, endWith, exitCodes, usageError } from "../exit.ts"
import { writeWhole } from "../files.ts"
import { printJson } from "../json.ts"
import { namedFiles, readNamedFile, stdinArgument } from "../named-files.ts"
import { Shell, type ShellService } from "../shell.ts"

export interface FmtOptions {
  /** Files, folders, and `-` for the standard input; none stand for the current folder. */
  readonly files: ReadonlyArray<string>
  /** Nothing is written; what would be is listed on stdout. */
  readonly check: boolean
  readonly json: boolean
}

interface Formatted {
  readonly name: string
  /** `unreadable`: it has mistakes and is left as it is. */
  readonly result: "unreadable" | "changed" | "unchanged"
  readonly findings: Findings
}

/**
 * Writes sources in the one format. A file that is in it already is not touched, one with mistakes of reading neither.
 * Ends with 65 when there is such a one, and with 1 when `check` found a file that is not in the format.
 */
export const fmt = Effect.fn("fmt")(function* (options: FmtOptions) {
  const shell = yield* Shell
  const files = options.files.length === 0 ? ["."] : options.files
  if (options.json && !options.check && files.includes(stdinArgument))
    return yield* usageError("the formatted text and --json are two outputs; add --check, or leave --json out")
  const formatted = yield* attempt(() => namedFiles(files, shell).map((file) => formatFile(file, options, shell)))
  if (options.json) shell.out(`${printJson(formatted.map(toRow), 2)}\n`)
  const results = formatted.map(({ result }) => result)
  if (results.includes("unreadable")) return yield* endWith(exitCodes.source)
  if (options.check && results.includes("changed")) return yield* endWith(exitCodes.failed)
})

const toRow = ({ findings, name, result }: Formatted) => ({
  file: name,
  result,
  diagnostics: toJson(findings.diagnostics, findings.source)
})

const formatFile = (file: string, options: FmtOptions, shell: ShellService): Formatted => {
  const { bytes, name } = readNamedFile(file, shell)
  const decoded = decodeSource(name, bytes)
  const source = decoded.value
  const { diagnostics, value: text } = hasErrors(decoded.diagnostics)
    ? { diagnostics: decoded.diagnostics, value: undefined }
    : format(source)
  const findings = { source, diagnostics }
  if (text === undefined) {
    if (!options.json) showDiagnostics(findings, shell)
    return { name, result: "unreadable", findings }
  }
  const isChanged = !Buffer.from(text).equals(bytes)
  hand({ file, name, text, isChanged }, options, shell)
  return { name, result: isChanged ? "changed" : "unchanged", findings }
}

interface Outcome {
  readonly file: string
  readonly name: string
  readonly text: string
  readonly isChanged: boolean
}

/** Writes the text to where it belongs, or says what would be written. */
const hand = ({ file, isChanged, name, text }: Outcome, { check, json }: FmtOptions, shell: ShellService): void => {
  if (check) {
    if (isChanged && !json) shell.out(`${name}\n`)
  } else if (file === stdinArgument) shell.out(text)
  else if (isChanged) {
    replace(file, text, shell)
    if (!json) shell.err(`formatted ${name}\n`)
  }
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
