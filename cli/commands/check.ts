import * as Effect from "effect/Effect"
import type { Diagnostic } from "../../compiler/diagnostic.ts"
import { compileBytes } from "../compile-file.ts"
import { diagnosticsJson, diagnosticsSarif, distinct, type Findings, showDiagnostics } from "../diagnostics.ts"
import { printCount } from "../duration.ts"
import { attempt, CommandFailed, endWith, exitCodes, usageError } from "../exit.ts"
import { ImportedFiles } from "../imported-files.ts"
import { namedFiles, readNamedFile } from "../named-files.ts"
import { Shell, type ShellService } from "../shell.ts"

export interface CheckOptions {
  /** Files, folders, and `-` for the standard input. */
  readonly files: ReadonlyArray<string>
  readonly json: boolean
  readonly sarif: boolean
  /** Warnings that are allowed; undefined for any number. */
  readonly warningsMax: number | undefined
}

/** Shows the diagnostics of all files; ends with 65 when there is an error among them, with 1 for too many warnings. */
export const check = Effect.fn("check")(function* (options: CheckOptions) {
  const shell = yield* Shell
  if (options.json && options.sarif) return yield* usageError("--json and --sarif are two outputs; choose one")
  const findings = yield* attempt(() => findingsOf(options.files, shell))
  if (options.sarif) shell.out(diagnosticsSarif(findings))
  else if (options.json) shell.out(diagnosticsJson(findings))
  else for (const each of findings) showDiagnostics(each, shell)
  const counts = countBySeverity(findings)
  if (counts.error > 0) return yield* endWith(exitCodes.source)
  if (options.warningsMax !== undefined && counts.warning > options.warningsMax) {
    return yield* tooManyWarnings(counts.warning, options.warningsMax)
  }
})

/** Each diagnostic once: a file that is named and that others import is compiled several times. */
const findingsOf = (files: ReadonlyArray<string>, shell: ShellService): ReadonlyArray<Findings> => {
  const imported = new ImportedFiles(shell.cwd)
  const findings = namedFiles(files, shell).map((file) => {
    const { bytes, name } = readNamedFile(file, shell)
    return compileBytes(name, bytes, imported).findings
  })
  return distinct(findings)
}

const countBySeverity = (findings: ReadonlyArray<Findings>): Record<Diagnostic["severity"], number> => {
  const counts = { error: 0, warning: 0 }
  for (const { diagnostics } of findings) for (const { severity } of diagnostics) counts[severity]++
  return counts
}

const tooManyWarnings = (count: number, max: number): CommandFailed =>
  new CommandFailed({
    exitCode: exitCodes.failed,
    message: `${printCount(count, "warning")}, where ${max === 0 ? "none is" : `at most ${max} ${max === 1 ? "is" : "are"}`} allowed`
  })
