import { Fault, faultCodes } from "../../runtime/errors.ts"
import {
  Bytes,
  Closure,
  ErrorValue,
  isInt,
  List,
  Real,
  SxsMap,
  Sym,
  TaskRef,
  type Value
} from "../../runtime/value/value.ts"
import { define, type ImplementationTable, tableOf } from "./define.ts"
import { briefDisplay } from "./describe.ts"
import * as kind from "./kinds.ts"

/** `core/util`, less `log`, which belongs to a task. */
export const util: ImplementationTable = tableOf([
  define("core/util/insist", [kind.any], insist),
  define("core/util/type-of", [kind.any], (value) => Sym.of(typeOf(value)))
])

function insist(value: Value): Value {
  if (!(value instanceof ErrorValue)) return value
  const place = value.place === "" ? "" : `, made at ${value.place}`
  throw new Fault(
    faultCodes.insist,
    `insist: got the error value @${briefDisplay(value.content)}${place}`,
    value.content
  )
}

const typeOf = (value: Value): string => {
  if (value === null) return ":none"
  if (typeof value === "string") return ":str"
  if (typeof value === "boolean") return ":bool"
  if (isInt(value)) return ":int"
  if (value instanceof Real) return ":real"
  if (value instanceof Sym) return ":symbol"
  if (value instanceof List) return ":list"
  if (value instanceof SxsMap) return ":map"
  if (value instanceof Bytes) return ":bytes"
  if (value instanceof ErrorValue) return ":error"
  if (value instanceof Closure) return ":fn"
  if (value instanceof TaskRef) return ":task"
  return value satisfies never
}
