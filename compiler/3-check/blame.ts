import { signatureOf } from "../../stdlib/signatures/index.ts"
import { type Core, type FunctionDefinition, isExtern } from "../2-expand/core.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Source, Span } from "../source.ts"

// What messages about a value say: where it stands in the source, and where it may come from.

/** The name by which a source calls something: the first word of the form. */
export const headWord = ({ text }: Source, { end, start }: Span): string | undefined => {
  if (text[start] !== "(") return undefined
  wordPattern.lastIndex = start + 1
  const word = wordPattern.exec(text)?.[1]
  return word === undefined || wordPattern.lastIndex > end ? undefined : word
}

const wordPattern = /\s*([^\s()[\]{}";]+)/y

/** Whether a source calls the function here; else a form has turned into the call. */
export const isWrittenCall = ({ signature, span }: Core & { kind: "library" }, source: Source): boolean => {
  const { text } = source
  if (text.charCodeAt(span.start) !== openingBracket) return false
  if (beginsWith(source, span, signature.name)) return signatureOf(signature.name) === signature
  for (const alias of signature.aliases ?? [])
    if (beginsWith(source, span, alias)) return signatureOf(alias) === signature
  const word = headWord(source, span)
  return word !== undefined && (signatureOf(word) === signature || isExtern(signature))
}

const openingBracket = 40

/** Whether that is the first word of the form, as it is mostly written: with nothing before it and a separator behind it. */
const beginsWith = ({ text }: Source, { end, start }: Span, word: string): boolean => {
  const behind = start + 1 + word.length
  if (behind > end || !text.startsWith(word, start + 1)) return false
  const next = text[behind]
  return next === " " || next === ")" || next === "\n"
}

/** Where an error value comes from, and what can be done about it there. */
export interface Origin {
  readonly span: Span
  /** For the message, behind "this may be an error value": empty, or ", as `at` may give one". */
  readonly from: string
  readonly way: string
  /** Where it is made, when that is not at `span`. */
  readonly related: NonNullable<Diagnostic["related"]>
}

const inGeneral = "handle it with `(try … handler)` or `(match … (@_ …) (v …))`, or make it a fault with `(insist …)`"

const ways: ReadonlyMap<string, string> = new Map([
  ["core/kv/get", "give a default, `(core/kv/get key default)`, or handle it with `(try … handler)` or `(insist …)`"],
  ["core/map/get", "give a default, `(map/get map key default)`, or handle it with `(try … handler)` or `(insist …)`"],
  ["core/list/at", "`at!` makes it a fault, `(try … handler)` handles it"]
])

/** Where the error value that `core` may be comes from; `givenTo` tells what a local was given last. */
export const originOf = (core: Core, source: Source, givenTo: (core: Core) => Core | undefined): Origin => {
  const seen = new Set<Core>()
  for (let at = core; !seen.has(at); ) {
    seen.add(at)
    const next = at.kind === "sequence" ? at.items.at(-1) : at.kind === "branch" ? errorBranch(at) : givenTo(at)
    if (next !== undefined) {
      at = next
      continue
    }
    if (at.kind === "library")
      return {
        span: at.span,
        from: `, as \`${headWord(source, at.span) ?? at.signature.name}\` may give one`,
        way: ways.get(at.signature.name) ?? inGeneral,
        related: []
      }
    if (at.kind === "call")
      return {
        span: at.span,
        from: `, as \`${at.target.name}\` may give one`,
        way: inGeneral,
        related: unmatchedIn(at.target, source)
      }
    if (isNoMatch(at, source))
      return { span: at.span, from: ", as none of its clauses may match", way: "add an `else` clause", related: [] }
    return { span: at.span, from: "", way: inGeneral, related: [] }
  }
  return { span: core.span, from: "", way: inGeneral, related: [] }
}

/** The value of a branch that looks most like an error value. */
const errorBranch = ({ clauses, otherwise }: Core & { kind: "branch" }): Core | undefined =>
  [...clauses.map(({ value }) => value), otherwise].find((value) => {
    const last = value.kind === "sequence" ? value.items.at(-1) : value
    return last?.kind === "library" ? last.signature.mayError : last?.kind === "literal" && last.value.type === "error"
  })

/** Whether it is what a `match` or a `reflect` gives none of whose clauses fits. */
export const isNoMatch = (core: Core, source: Source): boolean =>
  core.kind === "literal" && core.value.type === "error" && source.text[core.span.start] !== "@"

/** The form without an `else` whose value the function may end with. */
const unmatchedIn = (target: FunctionDefinition, from: Source): Origin["related"] => {
  const found = endOf(target.body, (core) => isNoMatch(core, target.source))
  if (found === undefined) return []
  const name = headWord(target.source, found.span) ?? "match"
  const message = `this \`${name}\` gives \`@"no match"\` when no clause fits; add \`(else …)\``
  return [{ span: found.span, message, ...(target.source !== from && { source: target.source }) }]
}

/** The first of the nodes that may give the value of `core` of which `holds` is true. */
const endOf = (core: Core, holds: (core: Core) => boolean): Core | undefined => {
  if (core.kind === "sequence") {
    const last = core.items.at(-1)
    return last === undefined ? undefined : endOf(last, holds)
  }
  if (core.kind !== "branch") return holds(core) ? core : undefined
  for (const value of [...core.clauses.map((clause) => clause.value), core.otherwise]) {
    const found = endOf(value, holds)
    if (found !== undefined) return found
  }
  return undefined
}
