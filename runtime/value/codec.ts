import { printReal } from "../../stdlib/abi/literals.ts"
import { Fault, faultCodes, invariant, MalformedValue } from "../errors.ts"
import { limits } from "../limits.ts"
import { base64 } from "./print.ts"
import {
  type Bracket,
  Bytes,
  Closure,
  ErrorValue,
  List,
  normalise,
  Real,
  SxsMap,
  Sym,
  TaskRef,
  type Value
} from "./value.ts"

/**
 * A value as JSON text, without white space:
 *
 *     value = null | true | false | string
 *           | number                                  int, |number| < 2^53
 *           | ["i", digits]                           any other int, decimal
 *           | ["r", real]                             as it prints: "2.5" "-0.0" "1e+21" "+inf" "nan"
 *           | ["s", name]                             symbol
 *           | ["(" | "[" | "{" { , value }]           list
 *           | ["m" { , key , value }]                 map in its order; key is a string
 *           | ["b", base64]                           bytes
 *           | ["e", value, place]                     error value
 *           | ["f", bundle, index { , captured }]     function
 *           | ["t", id]                               task
 *
 * Lone surrogates are JSON escapes, so the text is always well-formed; it never holds a line feed, nor begins with `=`.
 */

/**
 * Encodes the value. Throws `Fault` when the text would have more than `limits.valueBytesMax` UTF-8 bytes, found while
 * encoding, or when more than `limits.valueDepthMax` containers stand inside each other.
 */
export const encode = (value: Value): string => {
  if (typeof value === "number") return encodeSmall(value)
  if (typeof value === "string" && value.length <= shortUnitsMax) return JSON.stringify(value)
  const encoder = new Encoder()
  encoder.value(value, 0)
  return encoder.text()
}

/** The value of an encoded text. Throws `MalformedValue`. */
export const decode = (text: string): Value => {
  if (text.length > limits.valueBytesMax) throw malformed("it is too long")
  return decodeItem(parse(text), 0)
}

/** Escaped, a unit has at most 6 bytes: so short a text is not too large. */
const shortUnitsMax = 1024

const encodeSmall = (value: number): string => {
  invariant(Number.isSafeInteger(value), "an int that is a number is a safe integer")
  return String(value)
}

class Encoder {
  readonly #parts: Array<string> = []
  #bytes = 0

  text(): string {
    return this.#parts.join("")
  }

  value(value: Value, depth: number): void {
    if (value === null || typeof value === "boolean") this.#ascii(String(value))
    else if (typeof value === "number") this.#ascii(encodeSmall(value))
    else if (typeof value === "string") this.#string(value)
    else if (typeof value === "bigint") this.#tagged("i", String(value))
    else if (value instanceof Real) this.#tagged("r", printReal(value.value))
    else if (value instanceof Sym) this.#tagged("s", value.name)
    else if (value instanceof TaskRef) this.#tagged("t", value.id)
    else if (value instanceof Bytes) this.#bytesValue(value.bytes)
    else this.#container(value, depth + 1)
  }

  #container(value: List | SxsMap | ErrorValue | Closure, depth: number): void {
    if (depth > limits.valueDepthMax) throw tooDeep()
    if (value instanceof List) this.#list(value, depth)
    else if (value instanceof SxsMap) this.#map(value, depth)
    else if (value instanceof ErrorValue) this.#error(value, depth)
    else this.#closure(value, depth)
  }

  #list(list: List, depth: number): void {
    const units = list.size < plainItemsMin ? undefined : plainUnits(list)
    if (units !== undefined) return this.#plainList(list, units)
    this.#ascii(`["${list.bracket}"`)
    for (let i = 0; i < list.size; i++) this.#next(list.items[i]!, depth)
    this.#ascii("]")
  }

  /** All at once, by JavaScript's own writer, which writes such items just so. */
  #plainList(list: List, units: number): void {
    this.#reserve(units)
    const json = `["${list.bracket}",${JSON.stringify(list.toArray()).slice(1)}`
    const bytes = Buffer.byteLength(json)
    this.#reserve(bytes)
    this.#bytes += bytes
    this.#parts.push(json)
  }

  #map(map: SxsMap, depth: number): void {
    this.#ascii('["m"')
    for (const [key, value] of map.entries) {
      this.#next(key, depth)
      this.#next(value, depth)
    }
    this.#ascii("]")
  }

  #error(error: ErrorValue, depth: number): void {
    this.#ascii('["e"')
    this.#next(error.content, depth)
    this.#next(error.place, depth)
    this.#ascii("]")
  }

  #closure(closure: Closure, depth: number): void {
    this.#ascii('["f"')
    this.#next(closure.bundle, depth)
    this.#next(closure.index, depth)
    for (const value of closure.captured) this.#next(value, depth)
    this.#ascii("]")
  }

  #next(value: Value, depth: number): void {
    this.#ascii(",")
    this.value(value, depth)
  }

  #tagged(tag: string, text: string): void {
    this.#ascii(`["${tag}",`)
    this.#string(text)
    this.#ascii("]")
  }

  #bytesValue(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#tagged("b", base64(bytes))
  }

  #ascii(text: string): void {
    this.#reserve(text.length)
    this.#bytes += text.length
    this.#parts.push(text)
  }

  // The length in units is checked before the text is copied and escaped.
  #string(text: string): void {
    this.#reserve(text.length)
    const json = JSON.stringify(text)
    const bytes = Buffer.byteLength(json)
    this.#reserve(bytes)
    this.#bytes += bytes
    this.#parts.push(json)
  }

  #reserve(bytes: number): void {
    if (this.#bytes + bytes > limits.valueBytesMax) throw tooLarge()
  }
}

/** From so many items on it pays to look through them first. */
const plainItemsMin = 16

/** How many units a list has at least in print; undefined when it holds something that JSON has no form for. */
const plainUnits = ({ items, size }: List): number | undefined => {
  let units = size
  for (let at = 0; at < size; at++) {
    const item = items[at]!
    if (typeof item === "number") invariant(Number.isSafeInteger(item), "an int that is a number is a safe integer")
    else if (typeof item === "string") units += item.length
    else if (item !== null && typeof item !== "boolean") return undefined
  }
  return units
}

const tooLarge = (): Fault =>
  new Fault(faultCodes.tooLarge, `the value is too large to be stored: it has more than ${limits.valueBytesMax} bytes`)

const tooDeep = (): Fault =>
  new Fault(
    faultCodes.tooDeep,
    `the value is nested too deeply to be stored: more than ${limits.valueDepthMax} lists or maps inside each other`
  )

const malformed = (why: string): MalformedValue => new MalformedValue(`this is no encoded value: ${why}`)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed("it is no JSON")
  }
}

const decodeItem = (item: unknown, depth: number): Value => {
  if (item === null || typeof item === "boolean" || typeof item === "string") return item
  if (typeof item === "number") return decodeSmall(item)
  if (!Array.isArray(item)) throw malformed("it holds a JSON object")
  return decodeTagged(item, depth + 1)
}

const decodeSmall = (item: number): number => {
  if (!Number.isSafeInteger(item)) throw malformed(`${item} is no small int`)
  return item + 0
}

const decodeTagged = (item: ReadonlyArray<unknown>, depth: number): Value => {
  if (depth > limits.valueDepthMax + 1) throw malformed("it is nested too deeply")
  switch (item[0]) {
    case "(":
    case "[":
    case "{":
      return new List(item[0] satisfies Bracket, decodeFrom(item, 1, depth))
    case "i":
      return decodeInt(only(item))
    case "r":
      return new Real(decodeReal(only(item)))
    case "s":
      return Sym.of(only(item))
    case "t":
      return new TaskRef(only(item))
    case "b":
      return new Bytes(decodeBase64(only(item)))
    case "m":
      return decodeMap(item, depth)
    case "e":
      return decodeError(item, depth)
    case "f":
      return decodeClosure(item, depth)
    default:
      throw malformed("it holds an array with an unknown tag")
  }
}

const decodeFrom = (item: ReadonlyArray<unknown>, start: number, depth: number): ReadonlyArray<Value> => {
  const values: Array<Value> = []
  for (let i = start; i < item.length; i++) values.push(decodeItem(item[i], depth))
  return values
}

const asText = (item: unknown): string => {
  if (typeof item !== "string") throw malformed("it lacks a text")
  return item
}

/** The text behind the tag, and nothing else there. */
const only = (item: ReadonlyArray<unknown>): string => {
  if (item.length !== 2) throw malformed(`${String(item[0])} takes one text`)
  return asText(item[1])
}

const decodeInt = (digits: string): number | bigint => {
  if (!/^-?[1-9][0-9]{15,}$/.test(digits)) throw malformed("it holds an int with wrong digits")
  const value = normalise(BigInt(digits))
  if (typeof value === "number") throw malformed(`${digits} is written as a large int`)
  return value
}

const namedReals = new Map([
  ["+inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["nan", Number.NaN]
])

const decodeReal = (text: string): number => {
  const value = namedReals.get(text) ?? Number(text)
  if (printReal(value) !== text) throw malformed("it holds a real with wrong digits")
  return value
}

const decodeBase64 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(Buffer.from(text, "base64"))
  if (base64(bytes) !== text) throw malformed("it holds bytes that are no base64")
  return bytes
}

const decodeMap = (item: ReadonlyArray<unknown>, depth: number): SxsMap => {
  const entries = new Map<string, Value>()
  if (item.length % 2 === 0) throw malformed("it holds a map with a key but no value")
  for (let i = 1; i < item.length; i += 2) {
    const key = asText(item[i])
    if (entries.has(key)) throw malformed("it holds a map with the same key twice")
    entries.set(key, decodeItem(item[i + 1], depth))
  }
  return new SxsMap(entries)
}

const decodeError = (item: ReadonlyArray<unknown>, depth: number): ErrorValue => {
  if (item.length !== 3) throw malformed("it holds an error value without content or place")
  return new ErrorValue(decodeItem(item[1], depth), asText(item[2]))
}

const decodeClosure = (item: ReadonlyArray<unknown>, depth: number): Closure => {
  const index = item[2]
  if (typeof index !== "number" || !Number.isSafeInteger(index) || index < 0)
    throw malformed("it holds a function without index")
  return new Closure(asText(item[1]), index, decodeFrom(item, 3, depth))
}
