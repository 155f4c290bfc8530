import { printReal, printText, unprintable } from "../../stdlib/abi/literals.ts"
import { Fault, faultCodes } from "../errors.ts"
import { limits } from "../limits.ts"
import { Bytes, Closure, isInt, List, Real, SxsMap, Sym, TaskRef, type Value } from "./value.ts"

/** Gives the source name of a closure's function; undefined when its bundle is not known. */
export type FunctionName = (closure: Closure) => string | undefined

/**
 * The value as the reader takes it: texts in quotes, reals always with a point or exponent, what has no syntax of its own as
 * a directive, such as `#(bytes "AAE=")`. A function is shown, not read back. Safe for any depth; throws `Fault` when the
 * print has more than `limits.printUnitsMax` UTF-16 units.
 */
export const print = (value: Value, functionName: FunctionName = () => undefined): string => {
  const parts: Array<string> = []
  let units = 0
  // What is left to print, the next on top: values, and what stands between them.
  const rest: Array<Piece> = [{ value }]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const part = typeof next === "string" ? next : open(next.value, rest, functionName)
    units += part.length
    if (units > limits.printUnitsMax) throw tooLong()
    parts.push(part)
  }
  return parts.join("")
}

/** As `print`, but a text by itself is given raw, and a task by itself as its id: what `log` and `str` show. */
export const display = (value: Value, functionName?: FunctionName): string => {
  if (typeof value === "string") return value
  return value instanceof TaskRef ? value.id : print(value, functionName)
}

const tooLong = (): Fault =>
  new Fault(faultCodes.tooLarge, `the value prints with more than ${limits.printUnitsMax} characters`)

type Piece = string | { readonly value: Value }

const closers = { "(": ")", "[": "]", "{": "}" } as const

/** The scalar, or the beginning of the container, whose parts are put on `rest`. */
const open = (value: Value, rest: Array<Piece>, functionName: FunctionName): string => {
  if (value === null) return "none"
  if (typeof value === "string") return printText(value)
  if (typeof value === "boolean" || isInt(value)) return String(value)
  if (value instanceof Real) return printReal(value.value)
  if (value instanceof Sym) return printSymbol(value.name)
  if (value instanceof List) return openList(value, rest)
  if (value instanceof SxsMap) return openMap(value, rest)
  if (value instanceof Bytes) return `#(bytes "${base64(value.bytes)}")`
  if (value instanceof TaskRef) return `#(task ${printText(value.id)})`
  if (value instanceof Closure) return `#(fn ${functionName(value) ?? `${value.bundle.slice(0, 8)} ${value.index}`})`
  rest.push({ value: value.content })
  return "@"
}

const openList = (list: List, rest: Array<Piece>): string => {
  rest.push(closers[list.bracket])
  for (let i = list.size - 1; i >= 0; i--) {
    rest.push({ value: list.items[i]! })
    if (i > 0) rest.push(" ")
  }
  return list.bracket
}

const openMap = (map: SxsMap, rest: Array<Piece>): string => {
  const entries = [...map.entries].reverse()
  rest.push(")")
  for (const [key, value] of entries) rest.push({ value }, " ", { value: key }, " ")
  return "(map"
}

// A name that the reader would take for something else, or that a terminal would not show as it is, as in `printText`; such
// symbols are made by conversion only.
const unreadable =
  /^$|[\s\u00a0\u2028\u2029\ufeff()[\]{}";]|^[+-]?\.?[0-9]|^(?:\+inf|-inf|nan|true|false|none)$|^['@#]/u

const printSymbol = (name: string): string =>
  unreadable.test(name) || unprintable.test(name) ? `#(symbol ${printText(name)})` : name

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")
