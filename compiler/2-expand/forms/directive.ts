import type { PrefixDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { literal } from "../build.ts"
import type { Core } from "../core.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { isParens, isSymbol } from "./shape.ts"

const laterDirectives = new Set(["import", "export", "extern", "form"])

/** `#(program "name")`; the others of the language are reported as not available yet. */
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
    if (laterDirectives.has(head.name))
      expander.report(catalog.notAvailable.at(datum.span, { name: `#(${head.name} …)` }))
    else expander.report(catalog.unknownDirective.at(head.span, { name: head.name }))
  }
  return literal(none, datum.span)
}
