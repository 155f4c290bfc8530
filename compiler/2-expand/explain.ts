import type { Datum, ListDatum } from "../1-read/datum.ts"
import * as catalog from "../catalog.ts"
import type { Diagnostic } from "../diagnostic.ts"
import { lineTableOf, type Source, type Span } from "../source.ts"
import type { Binding } from "./core.ts"
import type { Module } from "./module.ts"
import type { Scope } from "./scope.ts"

// Why a name or a call means nothing, where the file tells more than the form alone.

/** A name that was not known where it was used. */
export interface Unresolved {
  readonly name: string
  readonly span: Span
  readonly scope: Scope
  readonly reported: Diagnostic
}

/** A better message for an unknown name, now that the whole file is known; undefined when there is none. */
export const explain = ({ name, scope, span }: Unresolved, module: Module): Diagnostic | undefined => {
  const later = definedLater(name, scope)
  if (later !== undefined) {
    const isFirst = later.span.start > span.start
    const ofItself = later.owner === scope.owner ? knownBehind : `write \`(defn ${name} …)\` here, which sees itself`
    const way = isFirst ? "define it before it is used" : ofItself
    const related = [{ span: later.span, message: "it is defined here" }]
    return catalog.unknownName.at(span, { name, nearest: undefined, isLater: true, way }, related)
  }
  const nested = module.nested.get(name)
  if (nested === undefined) return undefined
  const { around, target } = nested
  if (around === module.main) return undefined
  const lines = lineTableOf(module.file.source)
  const isOutdented = lines.position(target.span.start).column <= lines.position(around.span.start).column
  const way = isOutdented
    ? `by the indentation, a bracket of \`${around.name}\` should be closed before it`
    : `only \`${around.name}\` knows it; define it outside`
  const related = [{ span: target.span, message: `it is defined inside \`${around.name}\`` }]
  return catalog.unknownName.at(span, { name, nearest: undefined, way }, related)
}

const knownBehind = "its value is computed before the name is known"

/** The local of that name which is defined behind the use. */
const definedLater = (name: string, scope: Scope): Binding | undefined => {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const named = at.own(name)
    if (named?.kind === "binding") return named.binding
  }
  return undefined
}

/** Up to where unknown names behind `name` are part of the same mistake: the rest of a comment, or of a text. */
export const sameMistake = (name: string, { end }: Span, { text }: Source): number => {
  const lineEnd = text.indexOf("\n", end)
  const line = text.slice(end, lineEnd < 0 ? text.length : lineEnd)
  if (name === "//" || name === "--" || name.startsWith("/*")) return end + line.length
  const closer = closers.get(name[0]!)
  return closer === undefined || name.endsWith(closer) ? end : end + line.indexOf(closer) + 1
}

const closers: ReadonlyMap<string, string> = new Map([
  ["\u201c", "\u201d"],
  ["\u201e", "\u201c"],
  ["\u2018", "\u2019"],
  ["\u00ab", "\u00bb"]
])

/** `(1 + 2)`: how it is written here; undefined when it is something else. */
export const functionFirst = ({ items }: ListDatum, { text }: Source): string | undefined => {
  const [first, operator, ...others] = items
  if (first === undefined || !isOperator(operator) || others.length === 0) return undefined
  const isOfTexts = operator.name === "+" && [first, ...others].some(({ kind }) => kind === "string")
  const name = isOfTexts ? "str" : operator.name
  const written = `(${[name, ...[first, ...others].map(({ span }) => text.slice(span.start, span.end))].join(" ")})`
  const isShown = others.length === 1 && written.length <= shownMax && !written.includes("\n")
  return `the function stands first: \`${isShown ? written : `(${name} …)`}\``
}

/** UTF-16 units of a call that a message shows. */
const shownMax = 40

const isOperator = (datum: Datum | undefined): datum is Datum & { kind: "symbol" } =>
  datum?.kind === "symbol" && /^(?:[+\-*/%=<>!]|\*\*|[<>!=]=|div|and|or)$/.test(datum.name)
