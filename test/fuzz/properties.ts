import type { Datum } from "../../compiler/1-read/datum.ts"
import { decodeSource } from "../../compiler/1-read/decode.ts"
import { read } from "../../compiler/1-read/reader.ts"
import { type Compilation, compile } from "../../compiler/compile.ts"
import { type Diagnostic, hasErrors } from "../../compiler/diagnostic.ts"
import { format } from "../../compiler/format/format.ts"
import { renderDiagnostics } from "../../compiler/render.ts"
import { toJson, toSarif } from "../../compiler/report.ts"
import type { Source, Span } from "../../compiler/source.ts"
import { mistakesInCode } from "../support/emitted-code.ts"

/** Of one input; `kind` is the same for inputs that fail in the same way. */
export interface Failure {
  readonly kind: string
  readonly details: string
}

class Broken extends Error {
  readonly failure: Failure
  constructor(kind: string, details: string) {
    super(kind)
    this.failure = { kind, details }
  }
}

const insist = (holds: boolean, kind: string, details: () => string): void => {
  if (!holds) throw new Broken(kind, details())
}

/** What holds for any bytes: undefined, or what does not. */
export const failureOf = (bytes: Uint8Array): Failure | undefined => {
  try {
    checkBytes(bytes)
    return undefined
  } catch (error) {
    if (error instanceof Broken) return error.failure
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error))
    const [where = ""] = stack.split("\n").filter((line) => line.trim().startsWith("at "))
    return {
      kind: `throws ${message.replace(/[0-9]+/g, "N").slice(0, 80)} ${where.trim().replace(/:\d+:\d+/, "")}`,
      details: stack
    }
  }
}

const checkBytes = (bytes: Uint8Array): void => {
  const decoded = decodeSource("fuzz.sxs", bytes)
  checkDiagnostics(decoded.diagnostics, decoded.value)
  if (!hasErrors(decoded.diagnostics)) checkSource(decoded.value)
}

const checkSource = (source: Source): void => {
  const file = read(source)
  checkDiagnostics(file.diagnostics, source)
  const compiled = compile(source)
  checkDiagnostics(compiled.diagnostics, source)
  const isRight = !hasErrors(compiled.diagnostics)
  insist((compiled.bundle !== undefined) === isRight, "a bundle without errors, and none with", () =>
    codes(compiled).join(" ")
  )
  if (compiled.bundle !== undefined) checkCode(compiled.bundle.code)
  const formatted = format(source).value
  insist((formatted === undefined) === hasErrors(file.diagnostics), "formats what can be read", () => "")
  if (formatted !== undefined) checkFormatted(formatted, { source, compiled, forms: file.value.forms })
}

const checkCode = (code: string): void => {
  const mistakes = mistakesInCode(code)
  insist(mistakes.length === 0, `code: ${mistakes[0]}`, () => `${mistakes.join("\n")}\n${code}`)
}

interface Original {
  readonly source: Source
  readonly forms: ReadonlyArray<Datum>
  readonly compiled: Compilation
}

const checkFormatted = (text: string, { compiled, forms, source }: Original): void => {
  const formatted = { name: source.name, text }
  insist(format(formatted).value === text, "formatting again changes something", () => text)
  const after = read(formatted).value
  const withoutSpans = (all: ReadonlyArray<Datum>) =>
    JSON.stringify(all, (key, value) => (key === "span" ? undefined : printable(value)))
  insist(withoutSpans(after.forms) === withoutSpans(forms), "formatting changes a datum", () => text)
  // Where a form stands changes nothing about what it means; but the rest of a line behind `//`, as other languages begin
  // their comments, is one mistake.
  if (text.includes("//")) return
  const again = codes(compile(formatted))
  insist(again.join(" ") === codes(compiled).join(" "), "formatting changes the diagnostics", () =>
    [text, codes(compiled).join(" "), again.join(" ")].join("\n")
  )
}

const printable = (value: unknown): unknown =>
  typeof value === "bigint" || (typeof value === "number" && !Number.isSafeInteger(value)) || Object.is(value, -0)
    ? `${typeof value} ${Object.is(value, -0) ? "-0" : value}`
    : value

const codes = ({ diagnostics }: Compilation): ReadonlyArray<string> => diagnostics.map(({ code }) => code).toSorted()

const checkDiagnostics = (diagnostics: ReadonlyArray<Diagnostic>, source: Source): void => {
  for (const diagnostic of diagnostics) {
    const own = diagnostic.source ?? source
    insist(
      diagnostic.message !== "" && /^SXS\d{4}$/.test(diagnostic.code),
      "a code and a message",
      () => diagnostic.code
    )
    const places = [{ span: diagnostic.span }, ...(diagnostic.related ?? [])] as ReadonlyArray<{
      readonly span: Span
      readonly source?: Source
    }>
    for (const { source: file = own, span } of places) {
      insist(isInside(span, file), "a span inside the text", () => JSON.stringify(diagnostic))
      insist(file.name === source.name, "only the user's own file is named", () => JSON.stringify(diagnostic))
    }
  }
  renderDiagnostics(diagnostics, source, { colour: false })
  JSON.stringify([
    toJson(diagnostics, source),
    toSarif([{ source, diagnostics }], { version: "0", pageOf: () => undefined })
  ])
}

const isInside = ({ end, start }: Span, { text }: Source): boolean => start >= 0 && start <= end && end <= text.length
