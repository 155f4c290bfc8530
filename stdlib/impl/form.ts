import { ErrorValue } from "../../runtime/value/value.ts"
import { castTo } from "./cast.ts"
import { define, type ImplementationTable, refuseUnless, tableOf } from "./define.ts"
import * as kind from "./kinds.ts"

/** What special forms turn into where it depends on the arguments only. Signatures: stdlib/signatures/form.ts. */
export const form: ImplementationTable = tableOf([
  define("core/form/cast", [kind.text, kind.any], castTo),
  define("core/form/field", [kind.map, kind.text], (of, key) => {
    const value = of.entries.get(key)
    refuseUnless(value !== undefined, () => `there is no field "${key}"`)
    return value
  }),
  define("core/form/error-content", [kind.any], (of) => {
    refuseUnless(of instanceof ErrorValue, () => "expected an error value")
    return of.content
  })
])
