import type { Datum } from "../../1-read/datum.ts"
import type { Span } from "../../source.ts"
import { call, define, reference, sequence } from "../build.ts"
import type { Binding, Core } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import { Scope } from "../scope.ts"
import { hiddenSignature, leaveScope } from "./leave.ts"
import { withFreshLocals } from "./loop.ts"

// What `recover`, `atomic` and `defer` are made of: a body, and a handler for what ends it early.

const currentScope = hiddenSignature("core/form/current-scope", "store", [])
const raise = hiddenSignature("core/form/raise", "pure", ["caught"])
export const raiseFault = hiddenSignature("core/form/fault", "pure", ["message", "data"])
export const assertionFailed = hiddenSignature("core/form/assertion-failed", "pure", ["message"])

/** Calls that never yield a value. */
export const neverReturns: ReadonlySet<string> = new Set([raise, raiseFault, assertionFailed].map(({ name }) => name))

/** The prefix of keys that is in force. */
export const scopeHere = (span: Span): Core => call(currentScope, [], span)

/** What was caught goes on. */
export const raiseAgain = (caught: Binding, span: Span): Core => raiseValue(reference(caught, span), span)

export const raiseValue = (caught: Core, span: Span): Core => call(raise, [caught], span)

/** A body in a region. Whatever key prefix was entered inside, the handler has the one that was in force before. */
export const inRegion = (
  span: Span,
  region: {
    readonly catches: "faults" | "ends"
    readonly shields?: true
    readonly body: Core
    readonly handler: (caught: Binding) => Core
    /** The body may leave another prefix in force, also when it ends as it should. */
    readonly putsPrefixBack?: true
    /** Makes a local that no source can name. */
    readonly hidden: (name: string) => Binding
  }
): Core => {
  const { catches, hidden, putsPrefixBack, shields } = region
  const caught = hidden("caught")
  const prefix = hidden("prefix")
  const body = putsPrefixBack === true ? sequence([region.body, leaveScope(prefix, span)], span) : region.body
  const handler = sequence([leaveScope(prefix, span), region.handler(caught)], span)
  return sequence(
    [
      define(prefix, scopeHere(span), span),
      { kind: "guard", catches, body, caught, handler, span, ...(shields && { shields }) }
    ],
    span
  )
}

/** The handler of a form, with names of its own. */
export const handlerIn = (
  expander: Expansion,
  handler: Datum,
  around: Scope,
  names: ReadonlyArray<readonly [name: string, value: Core]>
): Core => {
  const scope = new Scope(around.owner, around)
  const defined = names.map(([name, value]) =>
    define(expander.newLocal(name, scope, handler.span), value, handler.span)
  )
  const body = around.inBranch(() => expander.body(handler, scope))
  return sequence([...defined, withFreshLocals(scope, body)], handler.span)
}
