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
