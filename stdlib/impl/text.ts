import { limits } from "../../runtime/limits.ts"
import { display } from "../../runtime/value/print.ts"
import { ErrorValue, List, normalise, Real, type Value } from "../../runtime/value/value.ts"
import { spend } from "../../runtime/value/work.ts"
import { listItemsMax, refuseLongList, refuseLongText } from "./bounds.ts"
import { countCodePoints, reverseCodePoints, unitOffset } from "./code-points.ts"
import { define, defineRest, type ImplementationTable, tableOf } from "./define.ts"
import { clampIndex } from "./index-range.ts"
import * as kind from "./kinds.ts"

/** `core/str`. */
export const text: ImplementationTable = tableOf([
  defineRest("core/str/str", [], kind.any, (values) => joined(values, "")),
  define("core/str/len", [kind.text], countCodePoints),
  define("core/str/slice", [kind.text, kind.int, kind.optional(kind.int)], (value, start, end) =>
    slice(value, start, end)
  ),
  define("core/str/split", [kind.text, kind.someText], (value, separator) => paren(split(value, separator))),
  define("core/str/join", [kind.list, kind.optional(kind.text)], (parts, separator = "") =>
    joined(parts.toArray(), separator)
  ),
  define("core/str/replace", [kind.text, kind.someText, kind.text], replace),
  define("core/str/trim", [kind.text], (value) => value.trim()),
  define("core/str/upper", [kind.text], (value) => bounded(value.toUpperCase())),
  define("core/str/lower", [kind.text], (value) => bounded(value.toLowerCase())),
  define("core/str/contains", [kind.text, kind.text], (value, part) => value.includes(part)),
  define("core/str/starts-with", [kind.text, kind.text], (value, part) => value.startsWith(part)),
  define("core/str/ends-with", [kind.text, kind.text], (value, part) => value.endsWith(part)),
  define("core/str/index-of", [kind.text, kind.text, kind.optional(kind.count)], indexOf),
  define("core/str/repeat", [kind.text, kind.count], repeat),
  define("core/str/reverse", [kind.text], reverseCodePoints),
  define(
    "core/str/pad-left",
    [kind.text, kind.count, kind.optional(kind.someText)],
    (value, width, fill) => padding(value, width, fill) + value
  ),
  define(
    "core/str/pad-right",
    [kind.text, kind.count, kind.optional(kind.someText)],
    (value, width, fill) => value + padding(value, width, fill)
  ),
  define("core/str/lines", [kind.text], (value) => paren(lines(value))),
  define("core/str/chars", [kind.text], chars),
  define("core/str/parse-int", [kind.text], parseInteger),
  define("core/str/parse-real", [kind.text], parseReal)
])

const paren = (items: ReadonlyArray<Value>): List => new List("(", items)

const bounded = (made: string): string => {
  refuseLongText(made.length)
  return made
}

function joined(values: ReadonlyArray<Value>, separator: string): string {
  let units = separator.length * Math.max(0, values.length - 1)
  refuseLongText(units)
  // `+` shares the parts where `Array.join` copies them: appending to a text again and again stays linear.
  let text = ""
  for (const [index, value] of values.entries()) {
    const part = display(value)
    if (typeof value !== "string") spend(part.length)
    units += part.length
    refuseLongText(units)
    text += index === 0 ? part : separator + part
  }
  return text
}

function slice(value: string, start: number | bigint, end: number | bigint | undefined): string {
  const size = countCodePoints(value)
  const from = clampIndex(start, size)
  const to = end === undefined ? size : clampIndex(end, size)
  return from < to ? value.slice(unitOffset(value, from), unitOffset(value, to)) : ""
}

// The limit stops the split itself, before it makes more parts than a list may have.
function split(value: string, separator: string): ReadonlyArray<string> {
  const parts = value.split(separator, listItemsMax + 1)
  refuseLongList(parts.length)
  return parts
}

function replace(value: string, part: string, by: string): string {
  if (by.length > part.length) {
    let units = value.length
    for (let at = value.indexOf(part); at >= 0; at = value.indexOf(part, at + part.length))
      units += by.length - part.length
    refuseLongText(units)
  }
  // A function, as `$` means something in a replacement text.
  return value.length <= shortUnits ? value.replaceAll(part, () => by) : replaceLong(value, part, by)
}

const shortUnits = 2 ** 15

/** JavaScript's own keeps a piece for each place until the end, which takes some fifty times what the text does. */
const replaceLong = (value: string, part: string, by: string): string => {
  const blocks: Array<string> = []
  let pieces: Array<string> = []
  let end = 0
  for (let at = value.indexOf(part); at >= 0; at = value.indexOf(part, end)) {
    pieces.push(value.slice(end, at), by)
    end = at + part.length
    if (pieces.length < piecesPerBlock) continue
    blocks.push(pieces.join(""))
    pieces = []
  }
  return [...blocks, ...pieces, value.slice(end)].join("")
}

const piecesPerBlock = 2 ** 12

function indexOf(value: string, part: string, start = 0): Value {
  const unit = value.indexOf(part, unitOffset(value, start))
  const found = unit >= 0 && start <= countCodePoints(value)
  return found ? countCodePoints(value.slice(0, unit)) : new ErrorValue("not found")
}

function repeat(value: string, times: number): string {
  refuseLongText(value.length * times)
  return value === "" ? "" : value.repeat(times)
}

function padding(value: string, width: number, fill = " "): string {
  const missing = width - countCodePoints(value)
  if (missing <= 0) return ""
  const fillSize = countCodePoints(fill)
  const whole = Math.floor(missing / fillSize)
  const part = fill.slice(0, unitOffset(fill, missing % fillSize))
  refuseLongText(value.length + whole * fill.length + part.length)
  return fill.repeat(whole) + part
}

function lines(value: string): ReadonlyArray<string> {
  const parts = [...split(value, "\n")]
  const last = parts.pop()!
  const ended = parts.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
  return last === "" ? ended : [...ended, last]
}

function chars(value: string): List {
  refuseLongList(countCodePoints(value))
  return paren(Array.from(value))
}

// 10 bits hold three digits.
const digitsMax = Math.floor((limits.intBitsMax * 3) / 10)

export function parseInteger(value: string): Value {
  if (!/^[+-]?[0-9]+$/.test(value)) return new ErrorValue("not an int")
  if (value.length > digitsMax) return new ErrorValue("int too long")
  return normalise(BigInt(value.startsWith("+") ? value.slice(1) : value))
}

const wordReals = new Map([
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["nan", Number.NaN]
])

// Written so that no text takes more than linear time to refuse.
const realPattern = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/

export function parseReal(value: string): Value {
  const word = wordReals.get(value)
  if (word !== undefined) return new Real(word)
  if (!realPattern.test(value)) return new ErrorValue("not a real")
  const parsed = Number(value)
  return Number.isFinite(parsed) ? new Real(parsed) : new ErrorValue("real out of range")
}
