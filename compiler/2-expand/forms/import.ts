import type { Datum, PrefixDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import type { Expansion } from "../expansion.ts"
import { isParens, isSymbol } from "./shape.ts"

export const importShape = '`#(import "./pay.sxs")` or `#(import "./pay.sxs" as name)`'

export const exportShape = "`#(export charge refund)`"

/** The parts of an `#(import …)` that is written as it should be. */
export const importParts = (
  datum: Datum
):
  | { readonly path: Datum & { kind: "string" }; readonly name: (Datum & { kind: "symbol" }) | undefined }
  | undefined => {
  const items = datum.kind === "directive" && isParens(datum.item) ? datum.item.items : []
  const [head, path, as, name, ...surplus] = items
  if (!isSymbol(head, "import") || path?.kind !== "string" || surplus.length > 0) return undefined
  if (as === undefined) return { path, name: undefined }
  return isSymbol(as, "as") && isSymbol(name) ? { path, name } : undefined
}

/** `#(import "./pay.sxs")`: what it names is known before any file is expanded, so that only mistakes are left. */
export const expandImport = (expander: Expansion, datum: PrefixDatum): void => {
  const form = "#(import …)"
  if (!expander.isTopLevel(datum)) expander.report(catalog.misplacedForm.at(datum.span, { form, place: topLevel }))
  else if (importParts(datum) === undefined) {
    const problem = "needs the path of a file as a text"
    expander.report(catalog.malformedForm.at(datum.span, { form, problem, shape: importShape }))
  }
}

/** `#(export f g)`: names functions, constants and record types of the file. */
export const expandExport = (expander: Expansion, datum: PrefixDatum): void => {
  const form = "#(export …)"
  const [, ...names] = isParens(datum.item) ? datum.item.items : []
  if (!expander.isTopLevel(datum)) {
    expander.report(catalog.misplacedForm.at(datum.span, { form, place: topLevel }))
    return
  }
  const wrong = names.find((name) => !isSymbol(name) || name.name.startsWith(":"))
  if (names.length === 0 || wrong !== undefined) {
    const problem = names.length === 0 ? "names nothing" : "takes names"
    expander.report(catalog.malformedForm.at(wrong?.span ?? datum.span, { form, problem, shape: exportShape }))
  }
  for (const name of names) if (isSymbol(name) && !name.name.startsWith(":")) expander.exports.set(name.name, name.span)
}

const topLevel = "a file, outside all other forms"
