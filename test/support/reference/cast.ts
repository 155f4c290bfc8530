import { Fault } from "../../../runtime/errors.ts"
import { display } from "../../../runtime/value/print.ts"
import { hasType } from "../../../runtime/value/types.ts"
import {
  Bytes,
  ErrorValue,
  isInt,
  isTrue,
  List,
  normalise,
  Real,
  SxsMap,
  Sym,
  type Value
} from "../../../runtime/value/value.ts"
import type { Interpreter } from "./interpreter.ts"

/** The value as one of that type; what cannot be is a fault. */
export const cast = (machine: Interpreter, type: string, value: Value): Value => {
  if (type === ":any" || hasType(value, type, machine.records)) return value
  const convert = conversions[type]
  const made = convert?.(value)
  if (made !== undefined) return made
  // Of records, functions and the like nothing is made: `cast` only checks.
  const code = convert === undefined ? "SXS6305" : "SXS6306"
  throw new Fault(code, `the reference cannot cast ${machine.shown(value)} to ${type}`)
}

type Conversion = (value: Value) => Value | undefined

const toInt: Conversion = (value) => {
  if (typeof value === "boolean") return value ? 1 : 0
  if (value instanceof Real && Number.isFinite(value.value)) return normalise(BigInt(Math.trunc(value.value)))
  return typeof value === "string" && /^[+-]?\d+$/.test(value) ? normalise(BigInt(value.replace("+", ""))) : undefined
}

const toReal: Conversion = (value) => {
  if (isInt(value)) return new Real(Number(value))
  if (value === "+inf") return new Real(Infinity)
  if (value === "-inf") return new Real(-Infinity)
  return typeof value === "string" && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
    ? new Real(Number(value))
    : undefined
}

const toText: Conversion = (value) => {
  if (value instanceof Sym) return value.name
  if (value instanceof ErrorValue) return display(value.content)
  if (!(value instanceof Bytes)) return display(value)
  const text = Buffer.from(value.bytes).toString()
  return Buffer.from(text).equals(Buffer.from(value.bytes)) ? text : undefined
}

const toList =
  (bracket: List["bracket"]): Conversion =>
  (value) => {
    if (value instanceof List) return new List(bracket, value.toArray())
    if (value instanceof Bytes) return new List(bracket, [...value.bytes])
    if (!(value instanceof SxsMap)) return undefined
    return new List(
      bracket,
      [...value.entries].map((pair) => new List("(", pair))
    )
  }

const toMap: Conversion = (value) => {
  if (!(value instanceof List)) return undefined
  const made = new Map<string, Value>()
  for (const pair of value.toArray()) {
    const [key, item, ...surplus] = pair instanceof List ? pair.toArray() : []
    if (typeof key !== "string" || item === undefined || surplus.length > 0) return undefined
    made.set(key, item)
  }
  return new SxsMap(made)
}

const toBytes: Conversion = (value) => {
  if (typeof value === "string") return new Bytes(Buffer.from(value))
  if (!(value instanceof List)) return undefined
  const items = value.toArray()
  return items.every((item) => typeof item === "number" && item >= 0 && item <= 255)
    ? new Bytes(Uint8Array.from(items as ReadonlyArray<number>))
    : undefined
}

const conversions: { readonly [type: string]: Conversion } = {
  ":int": toInt,
  ":real": toReal,
  ":bool": (value) => (isInt(value) ? isTrue(value) : undefined),
  ":str": toText,
  ":symbol": (value) => (typeof value === "string" ? Sym.of(value) : undefined),
  ":bytes": toBytes,
  ":map": toMap,
  ":list": toList("("),
  ":list-p": toList("("),
  ":list-b": toList("["),
  ":list-c": toList("{")
}
