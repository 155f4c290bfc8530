import type { Diagnostic } from "../compiler/diagnostic.ts"
import { renderDiagnostics, toJson } from "../compiler/render.ts"
import type { Source } from "../compiler/source.ts"
import { printCount } from "./duration.ts"
import type { ShellService } from "./shell.ts"

/** Diagnostics of one source. */
export interface Findings {
  readonly source: Source
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** A file with thousands of mistakes has one cause: showing more of them hides it. */
const shownMax = 100

/** Shows them on stderr, in the order of the source. */
export const showDiagnostics = ({ diagnostics, source }: Findings, shell: ShellService): void => {
  const shown = diagnostics.slice(0, shownMax)
  const text = renderDiagnostics(shown, source, { colour: shell.colour.err })
  const left = diagnostics.length - shown.length
  shell.err(left === 0 ? text : `${text}\n… and ${printCount(left, "more diagnostic")} in ${source.name}\n`)
}

/** All of them as one JSON array for programs. */
export const diagnosticsJson = (findings: ReadonlyArray<Findings>): string =>
  `${JSON.stringify(
    findings.flatMap(({ diagnostics, source }) => toJson(diagnostics, source)),
    undefined,
    2
  )}\n`
