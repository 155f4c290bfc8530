import type { Datum, ListDatum, PrefixDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { nearestName } from "../../diagnostic.ts"
import { literal } from "../build.ts"
import type { Core } from "../core.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { declareExterns, externShape } from "./extern.ts"
import { expandExport, expandImport, exportShape, importShape } from "./import.ts"
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

/** All directives of the language: how each is written, and what it does in a line. */
export const directives: ReadonlyMap<string, { readonly shape: string; readonly doc: string }> = new Map([
  ["program", { shape: '`#(program "orders")`', doc: "Names the program; without it the name of the file does." }],
  ["import", { shape: importShape, doc: "Brings what another file exports, with its name and a `/` before each." }],
  ["export", { shape: exportShape, doc: "Names the functions, constants and record types that other files may use." }],
  [
    "form",
    { shape: recordShape, doc: "Defines a record type, with a function that makes one and a function for each field." }
  ],
  [
    "extern",
    { shape: externShape, doc: "Declares functions of a JavaScript module, which are then called as any others." }
  ]
])

/** Those that are handled before anything else, as they define names. */
const isDefining = (name: string): boolean => name === "form" || name === "extern"

/** What they define is known already where they stand in their place. */
const reportMisplaced = (expander: Expansion, datum: PrefixDatum, name: string): void => {
  if (expander.isTopLevel(datum)) return
  const problem = "stands at the top of the file"
  const { shape } = directives.get(name)!
  expander.report(catalog.malformedForm.at(datum.span, { form: `#(${name} …)`, problem, shape }))
}

const reportSecondName = (expander: Expansion, { span }: PrefixDatum): Core => {
  const facts = { form: "#(program …)", problem: "a program has one name", shape: "`#(program …)` once" }
  const related = [{ span: expander.programSpan!, message: "named here" }]
  expander.report(catalog.malformedForm.at(span, facts, related))
  return literal(none, span)
}

/** Expands a directive that stands in its place. */
export const expandDirective = (expander: Expansion, datum: PrefixDatum, scope: Scope): Core => {
  const form = datum.item
  const [head, name, ...surplus] = isParens(form) ? form.items : []
  if (isSymbol(head, "program")) {
    const atTop = scope.owner === expander.main && scope.parent === undefined
    if (expander.programSpan !== undefined && atTop) return reportSecondName(expander, datum)
    if (atTop) expander.programSpan = datum.span
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
    else if (isDefining(head.name)) reportMisplaced(expander, datum, head.name)
    else
      expander.report(
        catalog.unknownDirective.at(head.span, { name: head.name, nearest: nearestName(head.name, directives.keys()) })
      )
  }
  return literal(none, datum.span)
}
