import type { Datum } from "../../1-read/datum.ts"
import { literal, reference } from "../build.ts"
import type { Core } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import { Scope } from "../scope.ts"
import { withFreshLocals } from "./loop.ts"

/** The value of a clause that is a scope of its own; `first` runs before its forms, and may define names in the scope. */
export const inClause = (
  expander: Expansion,
  scope: Scope,
  { first, forms }: { readonly first?: (scope: Scope) => ReadonlyArray<Core>; readonly forms: ReadonlyArray<Datum> }
): Core => {
  const inner = new Scope(scope.owner, scope)
  const before = first?.(inner) ?? []
  const span = { start: forms[0]!.span.start, end: forms.at(-1)!.span.end }
  const value = withFreshLocals(inner, expander.sequence(forms, inner, span))
  return before.length === 0 ? value : { kind: "sequence", items: [...before, value], span }
}

/** What a form yields none of whose clauses applies. */
export const noMatch = (span: Core["span"]): Core =>
  literal({ type: "error", content: { type: "string", value: "no match" }, span }, span)

/**
 * The value that clauses are about, so that it can be named again and again. A local stands for itself, as what its tests tell
 * is then known of it in the clauses; anything else is computed once into a hidden local.
 */
export const subjectOf = (
  expander: Expansion,
  core: Core,
  scope: Scope
): { readonly before: ReadonlyArray<Core>; readonly value: Core & { readonly kind: "reference" } } => {
  if (core.kind === "reference") return { before: [], value: core }
  const binding = expander.hidden("subject", scope, core.span)
  return {
    before: [{ kind: "define", binding, value: core, span: core.span }],
    value: { ...reference(binding, core.span), kind: "reference", binding }
  }
}
