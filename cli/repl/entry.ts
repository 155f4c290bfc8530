import type { Datum } from "../../compiler/1-read/datum.ts"
import { read } from "../../compiler/1-read/reader.ts"
import type { Diagnostic } from "../../compiler/diagnostic.ts"
import type { Source } from "../../compiler/source.ts"

/** What was typed at one prompt: complete forms. */
export interface Entry {
  /** Named by the number in the prompt, as `[3]`. */
  readonly source: Source
  readonly forms: ReadonlyArray<Datum>
  readonly mistakes: ReadonlyArray<Diagnostic>
}

/** A text or bracket that is open at the end: more lines may close it. */
const openCodes: ReadonlySet<string> = new Set(["SXS1005", "SXS1011"])

export const readEntry = (number: number, text: string): Entry => {
  const source = { name: `[${number}]`, text }
  const { diagnostics, value } = read(source)
  return { source, forms: value.forms, mistakes: diagnostics }
}

/** Whether more lines are needed: something is open, and nothing else is wrong. */
export const isOpen = ({ mistakes }: Entry): boolean =>
  mistakes.length > 0 && mistakes.every(({ code }) => openCodes.has(code))

/** The names that the form mentions, also in quotes and as `$name`: more than it uses, never fewer. */
export const mentions = (forms: ReadonlyArray<Datum>): ReadonlySet<string> => {
  const names = new Set<string>()
  const waiting = [...forms]
  for (let datum = waiting.pop(); datum !== undefined; datum = waiting.pop()) {
    if (datum.kind === "symbol") names.add(datum.name.replace(/^\$/, ""))
    else if (datum.kind === "list") waiting.push(...datum.items)
    else if ("item" in datum) waiting.push(datum.item)
  }
  return names
}

/** What a form at the top level adds to the session; the name of a directive is written with its `#`. */
export type FormKind =
  | { readonly kind: "definition"; readonly name: string }
  | { readonly kind: "value"; readonly name: string; readonly head: Datum }
  | { readonly kind: "directive" }
  | { readonly kind: "expression" }

export const kindOf = (form: Datum): FormKind => {
  const parts = form.kind === "directive" ? form.item : form
  const [head, name] = parts.kind === "list" ? parts.items : []
  if (head?.kind !== "symbol") return { kind: "expression" }
  if (form.kind === "directive") return directiveKind(head.name, parts)
  if (form.kind !== "list" || form.bracket !== "(" || name?.kind !== "symbol") return { kind: "expression" }
  if (head.name === "defn") return { kind: "definition", name: name.name }
  return head.name === "def" ? { kind: "value", name: name.name, head } : { kind: "expression" }
}

/** The directives that hold for what is typed later. */
const directiveKind = (head: string, parts: Datum): FormKind => {
  const [, first, , name] = parts.kind === "list" ? parts.items : []
  if (head === "form" && first?.kind === "symbol") return { kind: "definition", name: `#form ${first.name}` }
  if (first?.kind !== "string" || (head !== "import" && head !== "extern")) return { kind: "directive" }
  const known = head === "import" && name?.kind === "symbol" ? name.name : first.value
  return { kind: "definition", name: `#${head} ${known}` }
}
