import type { Diagnostic } from "./diagnostic.ts"
import { lineTableOf, type Source, type Span } from "./source.ts"

export interface RenderOptions {
  /** Adds ANSI colours. Ask for it only when the output is a terminal. */
  readonly colour: boolean
}

/**
 * Diagnostics as text for people, a blank line between them and a line feed at the end; empty for none. Nothing in it
 * can control a terminal: characters of the source that would are shown as escapes. `source` is what they are about when
 * they do not say so themselves.
 */
export const renderDiagnostics = (
  diagnostics: ReadonlyArray<Diagnostic>,
  source: Source,
  options: RenderOptions
): string => {
  const paint = painters(options.colour)
  return diagnostics.map((diagnostic) => render(diagnostic, { source: diagnostic.source ?? source, paint })).join("\n")
}

export const renderDiagnostic = (diagnostic: Diagnostic, source: Source, options: RenderOptions): string =>
  renderDiagnostics([diagnostic], source, options)

interface Page {
  readonly source: Source
  readonly paint: Record<Role, (text: string) => string>
}

const render = (diagnostic: Diagnostic, page: Page): string => {
  const { paint } = page
  const title = paint[diagnostic.severity](`${diagnostic.severity} ${diagnostic.code}`)
  const parts = [`${title}: ${paint.message(visible(diagnostic.message))}`, ...excerpt(diagnostic.span, page, "")]
  for (const { message, source = page.source, span } of diagnostic.related ?? [])
    parts.push(...excerpt(span, { source, paint }, message, source !== page.source))
  if (diagnostic.hint !== undefined) parts.push(`${paint.help("help")}: ${visible(diagnostic.hint)}`)
  return `${parts.join("\n")}\n`
}

// ─── the source line ─────────────────────────────────────────────────────────────────────────────────────────────

/** UTF-16 units of a source line that are shown; a longer line is cut to a window around the span. */
const windowWidth = 100
/** Units of a longer line that are shown before the span. */
const leadWidth = 40
const tabWidth = 4

/** A related place carries its `label` behind the marks; the place of the diagnostic itself has its name above, and one in
 * another file has both. */
const excerpt = (
  span: Span,
  { paint, source }: Page,
  label: string,
  isElsewhere = label === ""
): ReadonlyArray<string> => {
  const { column, line } = lineTableOf(source).position(span.start)
  const gutter = String(line)
  const blank = " ".repeat(gutter.length)
  const { code, lead, marks } = windowOf(source.text, span, span.start - column + 1)
  const underline = " ".repeat(lead) + paint[label === "" ? "mark" : "place"](marks)
  const place = `${blank}${paint.place("-->")} ${visible(source.name)}:${line}:${column}`
  return [
    ...(isElsewhere ? [place] : []),
    `${paint.place(`${gutter} |`)} ${code}`.trimEnd(),
    `${paint.place(`${blank} |`)} ${underline}${label === "" ? "" : ` ${visible(label)}`}`
  ]
}

interface Window {
  readonly code: string
  /** Columns before the marks. */
  readonly lead: number
  /** One at least; a span that goes on in the next line is marked to the end of its first. */
  readonly marks: string
}

// Looks at no more of a line than it shows: a file may be one line of many megabytes with a mistake in every word.
const windowOf = (text: string, span: Span, lineStart: number): Window => {
  const start = windowStart(text, span, lineStart)
  const { end, isCut } = windowEnd(text, start)
  const markEnd = Math.max(span.start, Math.min(span.end, end))
  const isCutBefore = start > lineStart
  const lead = cellsOf(text.slice(start, span.start), isCutBefore ? 1 : 0)
  const marked = cellsOf(text.slice(span.start, markEnd), lead.width)
  const rest = cellsOf(text.slice(markEnd, end).replace(/\r$/, ""), marked.width)
  return {
    code: `${isCutBefore ? "…" : ""}${lead.text}${marked.text}${rest.text}${isCut ? "…" : ""}`,
    lead: lead.width,
    marks: "^".repeat(Math.max(1, marked.width - lead.width))
  }
}

const windowStart = (text: string, span: Span, lineStart: number): number =>
  windowEnd(text, lineStart).isCut ? wholeCharacter(text, Math.max(lineStart, span.start - leadWidth)) : lineStart

const windowEnd = (text: string, start: number): { readonly end: number; readonly isCut: boolean } => {
  const shown = text.slice(start, start + windowWidth + 1)
  const lineEnd = shown.indexOf("\n")
  if (lineEnd >= 0) return { end: start + lineEnd, isCut: false }
  if (shown.length <= windowWidth) return { end: start + shown.length, isCut: false }
  return { end: wholeCharacter(text, start + windowWidth), isCut: true }
}

/** `offset`, or one less when a surrogate pair would be cut there. */
const wholeCharacter = (text: string, offset: number): number => {
  const isPair = (text.codePointAt(offset - 1) ?? 0) > 0xffff
  return isPair ? offset - 1 : offset
}

/** What a terminal shows for `text` when it begins in column `from`, and the column behind it. */
const cellsOf = (text: string, from: number): { readonly text: string; readonly width: number } => {
  let shown = ""
  let width = from
  for (const character of text) {
    const cell = character === "\t" ? " ".repeat(tabWidth - (width % tabWidth)) : visible(character)
    shown += cell
    width += cell.length === character.length && character !== "\t" ? widthOf(character) : cell.length
  }
  return { text: shown, width }
}

// ─── characters ──────────────────────────────────────────────────────────────────────────────────────────────────

// Control characters, marks that turn the direction of writing, line separators, and halves of surrogate pairs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu

const visible = (text: string): string =>
  text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)

const combining = /^[\p{Mn}\p{Me}]$/u

// East Asian wide and full-width blocks and emoji: near enough for placing marks, without a table of all of Unicode.
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u

const widthOf = (character: string): number => {
  if (character < "\u0300") return 1
  if (combining.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

// ─── colours ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Role = "error" | "warning" | "message" | "place" | "mark" | "help"

const ansi: Record<Role, string> = {
  error: "1;31",
  warning: "1;33",
  message: "1",
  place: "34",
  mark: "1;31",
  help: "36"
}

const painters = (colour: boolean): Page["paint"] => {
  const paint = (role: Role) => (text: string) => (colour ? `\u001b[${ansi[role]}m${text}\u001b[0m` : text)
  return {
    error: paint("error"),
    warning: paint("warning"),
    message: paint("message"),
    place: paint("place"),
    mark: paint("mark"),
    help: paint("help")
  }
}
