import { Fault, faultCodes } from "../../runtime/errors.ts"
import { typeOf } from "../../runtime/value/types.ts"
import { ErrorValue, Sym, type Value } from "../../runtime/value/value.ts"
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
