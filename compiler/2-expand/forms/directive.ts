import type { Datum, ListDatum, PrefixDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { literal } from "../build.ts"
import type { Core } from "../core.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { declareExterns, externShape } from "./extern.ts"
import { expandExport, expandImport } from "./import.ts"
import { declareRecords, recordShape } from "./record.ts"
import { isParens, isSymbol } from "./shape.ts"

/** Directives that define names, which are known before any body is expanded. */
export const declareDirectives = (expander: Expansion, forms: ReadonlyArray<Datum>, scope: Scope): void => {
  const named = (name: string): ReadonlyArray<ListDatum> =>
    forms.flatMap((form) =>
      form.kind === "directive" && isParens(form.item) && isSymbol(form.item.items[0], name) ? [form.item] : []
    )
  declareRecords(expander, named("form"), scope)
  declareExterns(expander, named("extern"), scope)
}

const definingShapes: ReadonlyMap<string, string> = new Map([
  ["form", recordShape],
  ["extern", externShape]
])

/** What they define is known already where they stand in their place. */
const reportMisplaced = (expander: Expansion, datum: PrefixDatum, name: string): void => {
  if (expander.isTopLevel(datum)) return
  const problem = "stands at the top of the file"
  const shape = definingShapes.get(name)!
  expander.report(catalog.malformedForm.at(datum.span, { form: `#(${name} …)`, problem, shape }))
}

/** The directives of the language. */
export const expandDirective = (expander: Expansion, datum: PrefixDatum, scope: Scope): Core => {
  const form = datum.item
  const [head, name, ...surplus] = isParens(form) ? form.items : []
  if (isSymbol(head, "program")) {
    const atTop = scope.owner === expander.main && scope.parent === undefined
    if (
      name?.kind === "string" &&
      surplus.length === 0 &&
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name.value) &&
      atTop
    ) {
      expander.programName = name.value
    } else {
      expander.report(
        catalog.malformedForm.at(datum.span, {
          form: "#(program …)",
          problem: atTop
            ? "needs one name of at most 64 letters, digits, `.`, `_` and `-`"
            : "stands at the top of the file",
          shape: '`#(program "orders")`'
        })
      )
    }
  } else if (isSymbol(head)) {
    if (head.name === "import") expandImport(expander, datum)
    else if (head.name === "export") expandExport(expander, datum)
    else if (definingShapes.has(head.name)) reportMisplaced(expander, datum, head.name)
    else expander.report(catalog.unknownDirective.at(head.span, { name: head.name }))
  }
  return literal(none, datum.span)
}
