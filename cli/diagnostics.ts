import type { Diagnostic } from "../compiler/diagnostic.ts"
import { renderDiagnostics } from "../compiler/render.ts"
import { type Findings, toJson, toSarif } from "../compiler/report.ts"
import { compilerVersion } from "../stdlib/abi/version.ts"
import { printCount } from "./duration.ts"
import { errorPage } from "./error-page.ts"
import { printJson } from "./json.ts"
import type { ShellService } from "./shell.ts"

export type { Findings }

/** A file with thousands of mistakes has one cause: showing more of them hides it. */
const shownMax = 100

/** Shows them on stderr, in the order of the source. */
export const showDiagnostics = ({ diagnostics, source }: Findings, shell: ShellService): void => {
  const shown = diagnostics.slice(0, shownMax)
  const text = renderDiagnostics(shown, source, { colour: shell.colour.err })
  const left = diagnostics.length - shown.length
  shell.err(left === 0 ? text : `${text}\n… and ${printCount(left, "more diagnostic")} in ${source.name}\n`)
}

/** The findings of several programs, without what was found before in a file that they share. */
export const distinct = (findings: ReadonlyArray<Findings>): ReadonlyArray<Findings> => {
  const seen = new Set<string>()
  return findings.map(({ diagnostics, source }) => {
    const isNew = ({ code, message, source: file = source, span }: Diagnostic): boolean => {
      const key = JSON.stringify([file.name, span.start, span.end, code, message])
      return !seen.has(key) && seen.add(key) !== undefined
    }
    return { source, diagnostics: diagnostics.filter(isNew) }
  })
}

/** All of them as one JSON array for programs. */
export const diagnosticsJson = (findings: ReadonlyArray<Findings>): string =>
  `${printJson(
    findings.flatMap(({ diagnostics, source }) => toJson(diagnostics, source)),
    2
  )}\n`

/** All of them as a SARIF log. */
export const diagnosticsSarif = (findings: ReadonlyArray<Findings>): string =>
  `${printJson(toSarif(findings, { version: compilerVersion, pageOf: errorPage }), 2)}\n`
