import type { Datum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import type { Expansion } from "../expansion.ts"
import { isSymbol } from "./shape.ts"

/** What other languages write before the name for all that follows. */
const foreignSigns: ReadonlySet<string> = new Set([".", "..", "...", "&rest", "&body", "&args"])

/** `&rest` and `...rest`, where the sign and the name are one word. */
const joined = /^(?:&|\.\.\.)([^&.:$%].*)$/

/** The names of a list of parameters, or of a pattern, with `& more` at the end also where it is written as in other languages,
 * which is reported. */
export const withRestSign = (expander: Expansion, form: string, items: ReadonlyArray<Datum>): ReadonlyArray<Datum> => {
  const report = ({ span }: Datum, name: string): void => {
    const problem = "the name for all that follows has a `&` before it, by itself"
    expander.report(catalog.malformedForm.at(span, { form, problem, shape: `\`& ${name}\`` }))
  }
  const sign = items[items.length - 2]
  const last = items[items.length - 1]
  if (isSymbol(last) && isSymbol(sign) && foreignSigns.has(sign.name)) {
    report(sign, last.name)
    return [...items.slice(0, -2), { ...sign, name: "&" }, last]
  }
  const name = isSymbol(last) ? joined.exec(last.name)?.[1] : undefined
  if (!isSymbol(last) || name === undefined) return items
  report(last, name)
  return [...items.slice(0, -1), { ...last, name: "&" }, { ...last, name }]
}
