import type { Datum } from "../../1-read/datum.ts"
import { call, define, literal, reference, sequence } from "../build.ts"
import { type Core, none } from "../core.ts"
import { hiddenSignature, leaveLimit } from "./leave.ts"
import { inRegion, raiseValue } from "./region.ts"
import { isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

const enterLimit = hiddenSignature("core/form/enter-limit", "store", ["deadline", "fuel"])
const endLimit = hiddenSignature("core/form/end-limit", "store", ["limit", "caught"])

const optionNames = ["deadline", "fuel"] as const

/** Each way out of the body leaves the limit. What ends the body early is caught whatever it is; when it is that this limit was
 * exceeded, it goes on as a fault like others. */
export const limit: SpecialForm = {
  shape: "`(core/task/limit {deadline ms fuel count} body…)`",
  doc: "The value of the body; a fault when it has not ended within `deadline` ms, waits included, or has spent `fuel` loop turns and calls.",
  expand: (expander, form, scope) => {
    const { span } = form
    const [, given, ...body] = form.items
    const options = given && optionsOf(given)
    if (given === undefined || typeof options === "string" || options === undefined || body.length === 0) {
      const problem = typeof options === "string" ? options : "needs options and a body"
      const at = typeof options === "string" ? given : undefined
      return malformed(expander, form, scope, { at, problem, shape: limit.shape }, body)
    }
    const name = expander.hidden("limit", scope, span)
    const value = expander.hidden("value", scope, span)
    const args = optionNames.map((each): Core => {
      const option = options.get(each)
      return option === undefined ? literal(none, span) : expander.expand(option, scope)
    })
    const { open } = expander.surroundings(scope.owner)
    open.push({ kind: "limit", limit: name })
    const inside = body.length === 1 ? expander.body(body[0]!, scope) : expander.sequence(body, scope, span)
    open.pop()
    const guarded = inRegion(span, {
      catches: "ends",
      hidden: (each) => expander.hidden(each, scope, span),
      body: inside,
      handler: (caught) => raiseValue(call(endLimit, [reference(name, span), reference(caught, span)], span), span)
    })
    return sequence(
      [
        define(name, call(enterLimit, args, span), span),
        define(value, guarded, span),
        leaveLimit(name, span),
        reference(value, span)
      ],
      span
    )
  }
}

/** The options by name, or what is wrong with them. */
const optionsOf = (given: Datum): ReadonlyMap<string, Datum> | string => {
  if (given.kind !== "list" || given.bracket !== "{") return "needs its options in `{ }`"
  if (given.items.length === 0) return "needs a `deadline` or `fuel`"
  const options = new Map<string, Datum>()
  for (let i = 0; i < given.items.length; i += 2) {
    const name = given.items[i]
    const value = given.items[i + 1]
    const known = optionNames.find((each) => isSymbol(name, each))
    if (known === undefined) return "knows the options `deadline` and `fuel`"
    if (value === undefined) return `needs a value for \`${known}\``
    if (options.has(known)) return `has \`${known}\` twice`
    options.set(known, value)
  }
  return options
}
