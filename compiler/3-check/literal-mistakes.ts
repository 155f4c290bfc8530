import { enterAwait, subscribe } from "../../stdlib/signatures/bus-forms.ts"
import type { Core } from "../2-expand/core.ts"
import * as catalog from "../catalog.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Span } from "../source.ts"
import { busMistakes } from "./bus/mistakes.ts"

type Call = Core & { readonly kind: "library" }

/** The functions of whose calls literals alone may tell a mistake. */
export const literalsTell: ReadonlySet<string> = new Set([
  "/",
  "div",
  "%",
  "core/map/map",
  "core/str/format",
  "core/event/pub",
  subscribe.name,
  enterAwait.name
])

/** Mistakes that the literals among the arguments of a call tell. `name` gives what the source calls the function. */
export const literalMistakes = (core: Call, name: () => string): ReadonlyArray<Diagnostic> => {
  switch (core.signature.name) {
    case "/":
    case "div":
    case "%":
      return core.args
        .slice(1)
        .filter(isZero)
        .map((arg) => catalog.divisionByZero.at(arg.span, { operator: name() }))
    case "core/map/map":
      return [...duplicateKeys(core.args), ...missingValue(core)]
    case "core/str/format":
      return core.spreads === true ? [] : formatMistakes(core)
    case "core/event/pub":
    case subscribe.name:
    case enterAwait.name:
      return busMistakes(core)
    default:
      return none
  }
}

const none: ReadonlyArray<Diagnostic> = []

/** The int: a real zero gives an infinity. */
const isZero = (core: Core): boolean => core.kind === "literal" && core.value.type === "int" && core.value.value === 0

const textOf = (core: Core | undefined): string | undefined =>
  core?.kind === "literal" && core.value.type === "string" ? core.value.value : undefined

const missingValue = ({ args, spreads }: Call): ReadonlyArray<Diagnostic> =>
  spreads === true || args.length % 2 === 0 ? [] : [catalog.missingEntryValue.at(args.at(-1)!.span, {})]

const duplicateKeys = (entries: ReadonlyArray<Core>): ReadonlyArray<Diagnostic> => {
  const first = new Map<string, Span>()
  const found: Array<Diagnostic> = []
  for (let at = 0; at < entries.length; at += 2) {
    const { span } = entries[at]!
    const key = textOf(entries[at])
    if (key === undefined) continue
    const before = first.get(key)
    if (before === undefined) first.set(key, span)
    else found.push(catalog.duplicateKey.at(span, { key }, [{ span: before, message: "first here" }]))
  }
  return found
}

// The grammar of formats is that of `core/str/format`.
const piece = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g
const place = /^([0-9]{0,4})(?::(?:(?:.)?[<>^])?\+?0?[0-9]{0,9},?(?:\.[0-9]{1,3})?[xXbo]?)?$/su

const formatMistakes = ({ args, span }: Call): ReadonlyArray<Diagnostic> => {
  const [format, ...values] = args
  const text = textOf(format)
  if (format === undefined || text === undefined) return []
  let next = 0
  const used = new Set<number>()
  for (const [found, inside] of text.matchAll(piece)) {
    if (found === "{{" || found === "}}") continue
    const parts = inside === undefined ? null : place.exec(inside)
    if (parts === null) {
      const problem =
        inside === undefined
          ? `a single \`${found}\` stands in this format`
          : `${catalog.quoted(found)} is no place for a value`
      return [catalog.wrongFormat.at(format.span, { problem })]
    }
    used.add(parts[1] === "" ? next++ : Number(parts[1]))
  }
  const missing = [...used].filter((index) => index >= values.length).length
  if (missing > 0) return [catalog.wrongFormat.at(span, { problem: differing(used.size, values.length) })]
  const unused = values.filter((_, index) => !used.has(index))
  return unused
    .map((value) =>
      catalog.wrongFormat.at(value.span, { problem: `this value has no place: ${differing(used.size, values.length)}` })
    )
    .slice(0, 1)
}

const differing = (places: number, values: number): string =>
  `the format has ${places === 1 ? "1 place" : `${places} places`} for ${values === 1 ? "1 value" : `${values} values`}`
