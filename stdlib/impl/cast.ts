import { Fault, faultCodes } from "../../runtime/errors.ts"
import { display } from "../../runtime/value/print.ts"
import { hasType } from "../../runtime/value/types.ts"
import {
  type Bracket,
  Bytes,
  ErrorValue,
  isInt,
  List,
  normalise,
  Real,
  SxsMap,
  Sym,
  type Value
} from "../../runtime/value/value.ts"
import { refuseLargeMap, refuseLongList, refuseLongText } from "./bounds.ts"
import { describe } from "./describe.ts"
import { parseInteger, parseReal } from "./text.ts"

/**
 * `(cast type value)`: a value that is of the type already stays as it is, any other is converted by the rule of its type.
 * Throws `Fault` when there is no such rule, or when this value has no counterpart in the type.
 */
export const castTo = (type: string, value: Value): Value => {
  if (hasType(value, type, new Map())) return value
  const convert = conversions.get(type)
  const converted = convert === undefined ? noRule : convert(value)
  if (!(converted instanceof Impossible)) return converted
  const why = converted.why === "" ? "" : `: ${converted.why}`
  throw new Fault(faultCodes.cast, `cast: ${describe(value)} cannot become ${type}${why}`)
}

/** Why a value has no counterpart in a type; empty when there is no rule for it. */
class Impossible {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}

type Conversion = (value: Value) => Value | Impossible

const noRule = new Impossible("")

const toInt: Conversion = (value) => {
  if (typeof value === "boolean") return value ? 1 : 0
  if (typeof value === "string") return readNumber(parseInteger(value))
  if (!(value instanceof Real)) return noRule
  return Number.isFinite(value.value) ? normalise(BigInt(Math.trunc(value.value))) : new Impossible("it is not finite")
}

const toReal: Conversion = (value) => {
  if (typeof value === "string") return readNumber(parseReal(value))
  return isInt(value) ? new Real(Number(value)) : noRule
}

const toNumber: Conversion = (value) => {
  if (typeof value !== "string") return toInt(value)
  const int = parseInteger(value)
  return int instanceof ErrorValue ? toReal(value) : int
}

/** What the functions of texts read, which say in an error value why they cannot. */
const readNumber = (read: Value): Value | Impossible =>
  read instanceof ErrorValue ? new Impossible(`it is ${display(read.content)}`) : read

const toText: Conversion = (value) => {
  const text = textOf(value)
  if (typeof text === "string") refuseLongText(text.length)
  return text
}

const textOf = (value: Value): string | Impossible => {
  if (value instanceof Sym) return value.name
  if (value instanceof ErrorValue) return display(value.content)
  if (!(value instanceof Bytes)) return display(value)
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value.bytes)
  } catch {
    return new Impossible("these bytes are not UTF-8")
  }
}

const toBytes: Conversion = (value) => {
  if (value instanceof List) return bytesOf(value)
  if (typeof value !== "string") return noRule
  if (!value.isWellFormed()) return new Impossible("it holds half of a surrogate pair")
  return new Bytes(new TextEncoder().encode(value))
}

const bytesOf = (list: List): Bytes | Impossible => {
  const bytes = new Uint8Array(list.size)
  for (let i = 0; i < list.size; i++) {
    const item = list.items[i]!
    if (typeof item !== "number" || item < 0 || item > 255)
      return new Impossible(`its item ${i} is ${describe(item)}, not an int from 0 to 255`)
    bytes[i] = item
  }
  return new Bytes(bytes)
}

const toList =
  (bracket: Bracket): Conversion =>
  (value) => {
    if (value instanceof List) return new List(bracket, value.items, value.size)
    if (value instanceof Bytes) {
      refuseLongList(value.bytes.length)
      return new List(bracket, Array.from(value.bytes))
    }
    if (!(value instanceof SxsMap)) return noRule
    refuseLongList(value.entries.size)
    return new List(
      bracket,
      Array.from(value.entries, ([key, item]) => new List("(", [key, item]))
    )
  }

const toMap: Conversion = (value) => {
  if (!(value instanceof List)) return noRule
  refuseLargeMap(value.size)
  const entries = new Map<string, Value>()
  for (let i = 0; i < value.size; i++) {
    const pair = value.items[i]!
    const key = pair instanceof List && pair.size === 2 ? pair.items[0]! : undefined
    if (!(pair instanceof List) || typeof key !== "string")
      return new Impossible(`its item ${i} is ${describe(pair)}, not a text and a value`)
    entries.set(key, pair.items[1]!)
  }
  return new SxsMap(entries)
}

/** By the type to convert to; what a type has no entry for is never converted. */
const conversions: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  [":bool", (value) => (isInt(value) ? value !== 0 : noRule)],
  [":int", toInt],
  [":real", toReal],
  [":number", toNumber],
  [":str", toText],
  [":symbol", (value) => (typeof value === "string" ? Sym.of(value) : noRule)],
  [":bytes", toBytes],
  [":list", toList("(")],
  [":list-p", toList("(")],
  [":list-b", toList("[")],
  [":list-c", toList("{")],
  [":map", toMap]
])
