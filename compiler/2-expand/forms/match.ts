import type { Datum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import type { Diagnostic } from "../../diagnostic.ts"
import { literal } from "../build.ts"
import { type Binding, type Clause, type Core, none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { inClause, noMatch, subjectOf } from "./clause.ts"
import { Coverage } from "./coverage.ts"
import { defineName } from "./define.ts"
import { type PatternName, readPattern } from "./pattern.ts"
import { isParens, isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

/** A branch over the tests of the patterns. The names of a pattern are defined at the beginning of its clause's value, so they
 * have a value wherever they can be named; what only tests need is in hidden locals. */
export const match: SpecialForm = {
  shape: "`(match value (pattern result…)… (else result…))`",
  doc: "The value of the first clause whose pattern takes the value; the names in the pattern are known in the clause.",
  expand: (expander, form, scope) => {
    const [, subject, ...clauses] = form.items
    const wrong = clauses.find((clause, index) => !isClause(clause, index === clauses.length - 1))
    if (subject === undefined || clauses.length === 0 || wrong !== undefined) {
      const problem =
        wrong === undefined
          ? "needs a value and clauses"
          : "each clause is `(pattern result…)`, and `else` the last one"
      return malformed(expander, form, scope, { at: wrong, problem, shape: match.shape })
    }
    const { before, value } = subjectOf(expander, expander.expand(subject, scope), scope)
    const coverage = new Coverage()
    /** The first clause that takes anything, by a name. */
    let taker: SymbolDatum | undefined
    const hidden: Array<Binding> = []
    const expanded: Array<Clause> = []
    let otherwise: Core | undefined
    for (const clause of clauses) {
      const [pattern, ...forms] = (clause as Datum & { kind: "list" }).items
      const isElse = clause === clauses.at(-1) && isSymbol(pattern, "else")
      const read = readPattern(expander, isElse ? { ...pattern, name: "_" } : pattern!, value, scope)
      if (!coverage.add(read.taken)) expander.report(unreached(pattern!, taker))
      else if (isSymbol(pattern) && read.names.length > 0) taker ??= pattern
      const result = inClause(expander, scope, { first: (inner) => definitions(expander, read.names, inner), forms })
      // Behind a clause that takes everything the others are looked through for mistakes only.
      if (otherwise !== undefined) continue
      for (const each of read.hidden) hidden.push(each)
      if (read.test === undefined) otherwise = result
      else expanded.push({ test: read.test, value: result })
    }
    const { span } = form
    const branch: Core = { kind: "branch", clauses: expanded, otherwise: otherwise ?? noMatch(span), span }
    // A hidden local of a test that failed would otherwise keep what it had before, and be stored with every frame.
    const fresh = hidden.map((binding): Core => ({ kind: "define", binding, value: literal(none, span), span }))
    return before.length + fresh.length === 0
      ? branch
      : { kind: "sequence", items: [...before, ...fresh, branch], span }
  }
}

type SymbolDatum = Datum & { readonly kind: "symbol" }

const unreached = ({ span }: Datum, taker: SymbolDatum | undefined): Diagnostic => {
  if (taker === undefined) return catalog.unreachedClause.at(span, { form: "match" })
  const related = [{ span: taker.span, message: "this takes anything" }]
  return catalog.unreachedClause.at(span, { form: "match", name: taker.name }, related)
}

const isClause = (clause: Datum, isLast: boolean): boolean =>
  isParens(clause) && clause.items.length > 1 && (isLast || !isSymbol(clause.items[0], "else"))

const definitions = (expander: Expansion, names: ReadonlyArray<PatternName>, scope: Scope): ReadonlyArray<Core> =>
  names.flatMap(({ name, value }): ReadonlyArray<Core> => {
    const binding = defineName(expander, name, scope)
    return binding === undefined ? [] : [{ kind: "define", binding, value, span: name.span }]
  })
