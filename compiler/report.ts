/** Diagnostics as plain data, for editors, scripts and continuous integration; ready for `JSON.stringify`. */

import type { Diagnostic } from "./diagnostic.ts"
import { lineTableOf, type Source, type Span } from "./source.ts"

/** Diagnostics of one program: of its source, or of the files that it imports where they say so. */
export interface Findings {
  readonly source: Source
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

// ─── our own form ────────────────────────────────────────────────────────────────────────────────────────────────

export interface DiagnosticJson {
  readonly file: string
  readonly code: string
  readonly severity: Diagnostic["severity"]
  readonly message: string
  readonly hint: string | null
  readonly span: SpanJson
  readonly related: ReadonlyArray<{ readonly message: string; readonly file: string; readonly span: SpanJson }>
}

/** Lines and columns begin at 1, offsets at 0. Columns and offsets count UTF-16 units; the ends are exclusive. */
export interface SpanJson {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly start: number
  readonly end: number
}

export const toJson = (diagnostics: ReadonlyArray<Diagnostic>, source: Source): ReadonlyArray<DiagnosticJson> =>
  diagnostics.map(({ code, hint, message, related = [], severity, source: own = source, span }) => ({
    file: own.name,
    code,
    severity,
    message,
    hint: hint ?? null,
    span: spanJson(own, span),
    related: related.map(({ message, source = own, span }) => ({
      message,
      file: source.name,
      span: spanJson(source, span)
    }))
  }))

const spanJson = (source: Source, { end, start }: Span): SpanJson => {
  const lines = lineTableOf(source)
  const from = lines.position(start)
  const to = lines.position(end)
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column, start, end }
}

// ─── SARIF ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What explains a code. */
export interface ErrorPage {
  /** Its heading, without the code. */
  readonly title: string
  /** Markdown. */
  readonly text: string
  /** An absolute URI. */
  readonly uri: string
}

export interface SarifOptions {
  readonly version: string
  readonly pageOf: (code: string) => ErrorPage | undefined
}

/** The findings of one run in the format SARIF 2.1.0, which code scanning services read. */
export const toSarif = (findings: ReadonlyArray<Findings>, { pageOf, version }: SarifOptions) => {
  const all = findings.flatMap(({ diagnostics, source }) =>
    diagnostics.map((diagnostic) => ({ diagnostic, source: diagnostic.source ?? source }))
  )
  const severities = new Map(all.map(({ diagnostic }) => [diagnostic.code, diagnostic.severity] as const))
  const codes = [...severities.keys()].toSorted()
  const indexes = new Map(codes.map((code, index) => [code, index] as const))
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "sxs",
            version,
            rules: codes.map((code) => sarifRule(code, severities.get(code)!, pageOf(code)))
          }
        },
        columnKind: "utf16CodeUnits",
        results: all.map(({ diagnostic, source }) => ({
          ruleIndex: indexes.get(diagnostic.code)!,
          ...sarifResult(diagnostic, source)
        }))
      }
    ]
  } as const
}

const sarifRule = (code: string, severity: Diagnostic["severity"], page: ErrorPage | undefined) => ({
  id: code,
  defaultConfiguration: { level: severity },
  ...(page === undefined
    ? {}
    : {
        shortDescription: { text: page.title },
        helpUri: page.uri,
        help: { text: page.text, markdown: page.text }
      })
})

const sarifResult = ({ code, hint, message, related = [], severity, span }: Diagnostic, source: Source) => ({
  ruleId: code,
  level: severity,
  message: { text: hint === undefined ? message : `${message}\nhelp: ${hint}` },
  locations: [{ physicalLocation: sarifPlace(source, span) }],
  ...(related.length === 0
    ? {}
    : {
        relatedLocations: related.map((place, id) => ({
          id,
          message: { text: place.message },
          physicalLocation: sarifPlace(place.source ?? source, place.span)
        }))
      })
})

const sarifPlace = (source: Source, span: Span) => {
  const { column, endColumn, endLine, line } = spanJson(source, span)
  return {
    artifactLocation: { uri: uriOf(source.name) },
    region: {
      startLine: line,
      startColumn: column,
      endLine,
      endColumn,
      charOffset: span.start,
      charLength: span.end - span.start
    }
  }
}

/** A reference that is relative as the name is, and a file URI where that is absolute. */
const uriOf = (name: string): string => {
  const path = name.toWellFormed().replaceAll("\\", "/")
  const uri = path.split("/").map(encodeURIComponent).join("/")
  if (uri.startsWith("/")) return `file://${uri}`
  return /^[A-Za-z]:\//.test(path) ? `file:///${uri}` : uri.replace(/^\.\//, "")
}
