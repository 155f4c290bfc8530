import { compareCodePoints } from "../../runtime/value/code-points.ts"
import { ErrorValue, List, type Value } from "../../runtime/value/value.ts"
import { refuseLongList, refuseLongText } from "./bounds.ts"
import { countCodePoints, unitOffset } from "./code-points.ts"
import { define, defineRest, type ImplementationTable, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import * as kind from "./kinds.ts"

/** What of `core/str` looks at letters, words and code points. */
export const letters: ImplementationTable = tableOf([
  define("core/str/capitalize", [kind.text], (text) => bounded(capitalized(text))),
  define("core/str/title", [kind.text], (text) =>
    bounded(text.toLowerCase().replace(firstLetter, (letter) => letter.toUpperCase()))
  ),
  define("core/str/words", [kind.text], words),
  define("core/str/count", [kind.text, kind.someText], count),
  define("core/str/last-index-of", [kind.text, kind.text], (text, part) => {
    const unit = text.lastIndexOf(part)
    return unit < 0 ? new ErrorValue("not found") : countCodePoints(text.slice(0, unit))
  }),
  define("core/str/trim-start", [kind.text], (text) => text.trimStart()),
  define("core/str/trim-end", [kind.text], (text) => text.trimEnd()),
  define("core/str/truncate", [kind.text, kind.count, kind.optional(kind.text)], truncate),
  define("core/str/is-empty", [kind.text], (text) => text === ""),
  define("core/str/compare", [kind.text, kind.text], compareCodePoints),
  define("core/str/code", [kind.text, kind.optional(kind.int)], (text, index = 0) => {
    const unit = typeof index === "number" && index >= 0 ? unitOffset(text, index) : text.length
    return text.codePointAt(unit) ?? new ErrorValue("index out of range")
  }),
  defineRest("core/str/from-code", [], kind.int, fromCodes),
  define("core/str/normalize", [kind.text, kind.optional(kind.text)], normalized)
])

const bounded = (made: string): string => {
  refuseLongText(made.length)
  return made
}

/*
 * V8 keeps a place to go back to for each character that a `+` has taken, and gives up at some millions of them. So none is
 * repeated here: letters are found one by one.
 */

// Letters with their marks and digits, behind none of them, nor behind an apostrophe inside a word.
const firstLetter = /(?<![\p{L}\p{M}\p{N}]['’]?)[\p{L}\p{M}\p{N}]/gu

const capitalized = (text: string): string => {
  const end = unitOffset(text, 1)
  return text.slice(0, end).toUpperCase() + text.slice(end)
}

const isSpace = (unit: string): boolean => {
  if (unit < "\x7f") return unit === " " || (unit >= "\t" && unit <= "\r")
  return /\s/.test(unit)
}

function words(text: string): List {
  const found: Array<string> = []
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !isSpace(text[at]!)) continue
    if (start < at) found.push(text.slice(start, at))
    refuseLongList(found.length)
    start = at + 1
  }
  return new List("(", found)
}

function count(text: string, part: string): number {
  let times = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) times++
  return times
}

function truncate(text: string, width: number, mark = "…"): string {
  if (countCodePoints(text) <= width) return text
  const markWidth = Math.min(width, countCodePoints(mark))
  const kept = text.slice(0, unitOffset(text, width - markWidth))
  return bounded(kept + mark.slice(0, unitOffset(mark, markWidth)))
}

function fromCodes(codes: ReadonlyArray<number | bigint>): string {
  for (const code of codes) {
    refuseUnless(code >= 0 && code <= 0x10ffff, () => `expected ints from 0 to 1114111, got ${describe(code)}`)
  }
  // One by one, as a call cannot have any number of arguments.
  return bounded(codes.map((code) => String.fromCodePoint(Number(code))).join(""))
}

const forms: ReadonlySet<string> = new Set(["NFC", "NFD", "NFKC", "NFKD"])

function normalized(text: string, form: Value = "NFC"): string {
  refuseUnless(
    typeof form === "string" && forms.has(form),
    () => `expected NFC, NFD, NFKC or NFKD, got ${describe(form)}`
  )
  return bounded(text.normalize(form))
}
