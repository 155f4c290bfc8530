import type { Literal } from "../2-expand/core.ts"
import { placeIn, type Source } from "../source.ts"
import type { Writer } from "./writer.ts"

/** A text as a JavaScript literal: printable ASCII without brackets, so that no character of it has a meaning of its own. */
export const printText = (text: string): string => (isPlain.test(text) ? `"${text}"` : escaped(text))

/** The same, written. */
export const writeText = (out: Writer, text: string): void => {
  if (isPlain.test(text)) out.write('"', text, '"')
  else out.write(escaped(text))
}

const isPlain = /^[ !#-Z^-z|~]*$/

const escaped = (text: string): string =>
  JSON.stringify(text).replace(
    /[{}[\]\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

/** A literal that JavaScript writes itself; undefined for those that must be constructed once when linking. */
export const printInline = (value: Literal): string | undefined => {
  switch (value.type) {
    case "none":
      return "null"
    case "bool":
      return String(value.value)
    case "int":
      return typeof value.value === "bigint"
        ? `${value.value}n`
        : value.value < 0
          ? `(${value.value})`
          : String(value.value)
    case "string":
      return printText(value.value)
    default:
      return undefined
  }
}

/** A real as JavaScript's number, in brackets where a sign before it could meet its own. */
export const printDouble = (value: number): string => {
  if (Number.isNaN(value)) return "NaN"
  if (!Number.isFinite(value)) return value < 0 ? "(-Infinity)" : "Infinity"
  return value < 0 || Object.is(value, -0) ? `(-${-value})` : String(value)
}

/** The expression that constructs a literal of `source`; `program` is the program's own file. */
export const printConstruction = (value: Literal, source: Source, program: Source): string => {
  switch (value.type) {
    case "real":
      return `$.real(${printDouble(value.value)})`
    case "symbol":
      return `$.symbol(${printText(value.name)})`
    case "list":
      return `$.list("${value.bracket}", [${value.items.map((item) => printConstruction(item, source, program)).join(", ")}])`
    case "error":
      return `$.error(${printConstruction(value.content, source, program)}, ${printText(placeIn(source, value.span, program))})`
    default:
      return printInline(value)!
  }
}
