import type { Datum, ListDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { literal } from "../build.ts"
import type { Core } from "../core.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"

/** Reports a form that is not written as its shape says; the parts are still looked through for further mistakes. */
export const malformed = (
  expander: Expansion,
  form: ListDatum,
  scope: Scope,
  problem: { readonly at?: Datum | undefined; readonly problem: string; readonly shape: string },
  parts: ReadonlyArray<Datum> = []
): Core => {
  const head = form.items[0]!
  expander.report(
    catalog.malformedForm.at((problem.at ?? form).span, {
      form: head.kind === "symbol" ? head.name : "form",
      problem: problem.problem,
      shape: problem.shape
    })
  )
  for (const part of parts) expander.expand(part, scope)
  return literal(none, form.span)
}

export const isParens = (datum: Datum | undefined): datum is ListDatum =>
  datum?.kind === "list" && datum.bracket === "("

export const isSymbol = (datum: Datum | undefined, name?: string): datum is Datum & { kind: "symbol" } =>
  datum?.kind === "symbol" && (name === undefined || datum.name === name)

/** The parts of `(fault "message" data)` and `(error "message" data)`; what they are expanded to when they are not so. */
export const messageAndData = (
  expander: Expansion,
  form: ListDatum,
  scope: Scope,
  shape: string
): { readonly message: Core; readonly data: Core | undefined } | Core => {
  const [, message, data, ...surplus] = form.items
  if (message === undefined || surplus.length > 0) {
    const problem = surplus.length > 0 ? "takes a message and one value of data" : "needs a message"
    return malformed(expander, form, scope, { at: surplus[0], problem, shape }, form.items.slice(1))
  }
  return {
    message: expander.expand(message, scope),
    data: data === undefined ? undefined : expander.expand(data, scope)
  }
}
