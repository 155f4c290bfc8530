import type { Datum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import type { Clause, Core } from "../core.ts"
import { declaredType } from "../types.ts"
import { inClause, noMatch, subjectOf } from "./clause.ts"
import { Coverage } from "./coverage.ts"
import { isParens, isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

export const reflect: SpecialForm = {
  shape: "`(reflect value (:type result…)… (else result…))`",
  doc: "The value of the first clause whose type the value has.",
  expand: (expander, form, scope) => {
    const [, subject, ...clauses] = form.items
    const last = clauses.at(-1)
    const hasElse = isParens(last) && isSymbol(last.items[0], "else")
    const wrong = clauses.find((clause) => !isClause(clause, hasElse ? last : undefined))
    if (subject === undefined || clauses.length === 0 || wrong !== undefined) {
      const problem =
        wrong === undefined ? "needs a value and clauses" : "each clause is `(:type result…)`, and `else` the last one"
      return malformed(expander, form, scope, { at: wrong, problem, shape: reflect.shape })
    }
    const { before, value } = subjectOf(expander, expander.expand(subject, scope), scope)
    const coverage = new Coverage()
    const expanded: Array<Clause> = []
    let otherwise: Core = noMatch(form.span)
    for (const clause of clauses) {
      const [type, ...forms] = (clause as Datum & { kind: "list" }).items
      const declared = clause === last && hasElse ? ":any" : declaredType(expander, type as SymbolDatum)
      // An unknown type was reported, and says nothing of the clauses behind.
      const isKnown = declared !== ":any" || isSymbol(type, ":any") || isSymbol(type, "else")
      if (isKnown && !coverage.add({ type: declared, isWhole: true }))
        expander.report(catalog.unreachedClause.at(type!.span, { form: "reflect" }))
      const result = inClause(expander, scope, { forms })
      if (clause === last && hasElse) otherwise = result
      else expanded.push({ test: { kind: "is", type: declared, value, span: type!.span }, value: result })
    }
    const branch: Core = { kind: "branch", clauses: expanded, otherwise, span: form.span }
    return before.length === 0 ? branch : { kind: "sequence", items: [...before, branch], span: form.span }
  }
}

type SymbolDatum = Datum & { readonly kind: "symbol" }

const isClause = (clause: Datum, withElse: Datum | undefined): boolean =>
  isParens(clause) &&
  clause.items.length > 1 &&
  (clause === withElse || (isSymbol(clause.items[0]) && clause.items[0].name.startsWith(":")))
