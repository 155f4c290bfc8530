import type { ExternFacts } from "../../../stdlib/abi/manifest.ts"
import type { Datum, ListDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { nearestName } from "../../diagnostic.ts"
import { type DeclaredType, typeText } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { declaredType } from "../types.ts"
import { mayName } from "./define.ts"
import { declareName } from "./function.ts"
import { isParens, isSymbol } from "./shape.ts"

export const externShape = '`#(extern "./payments.ts" (charge (card :str cents :int) :str {retry 5}))`'

/** Makes the functions of each `#(extern "./module.ts" (name (params) :result {options}) …)` known in the file. */
export const declareExterns = (expander: Expansion, forms: ReadonlyArray<ListDatum>, scope: Scope): void => {
  for (const form of forms) {
    const [, module, ...functions] = form.items
    if (module?.kind !== "string" || !isModulePath(module.value) || functions.length === 0) {
      const problem =
        module?.kind !== "string" || functions.length === 0
          ? "needs the path of a module and the functions in it"
          : "the module is a path from this file (`./…`, `../…`) or the name of a package"
      malformedExtern(expander, (module?.kind === "string" && functions.length > 0 ? module : form).span, problem)
      continue
    }
    const known = new Map<string, Datum>()
    for (const each of functions) declareFunction(expander, each, { module: module.value, known }, scope)
  }
}

/** A path from the file on, or a package, perhaps with a path in it: `./pay.ts`, `@acme/pay/client`. */
const isModulePath = (path: string): boolean => /^(?:\.\.?\/|@?[A-Za-z0-9][\w.-]*(?:\/|$))[\w./@ -]*$/.test(path)

const malformedExtern = (expander: Expansion, span: Datum["span"], problem: string): void =>
  expander.report(catalog.malformedForm.at(span, { form: "#(extern …)", problem, shape: externShape }))

const declareFunction = (
  expander: Expansion,
  form: Datum,
  { known, module }: { readonly module: string; readonly known: Map<string, Datum> },
  scope: Scope
): void => {
  const [name, params, ...rest] = isParens(form) ? form.items : []
  if (!isSymbol(name) || !isParens(params)) {
    malformedExtern(expander, form.span, "a function is written `(name (parameters) :result {options})`")
    return
  }
  const [result, options, ...surplus] = isSymbol(rest[0]) && rest[0].name.startsWith(":") ? rest : [undefined, ...rest]
  if (surplus.length > 0 || (options !== undefined && (options.kind !== "list" || options.bracket !== "{"))) {
    malformedExtern(
      expander,
      (surplus[0] ?? options!).span,
      "behind the parameters stand only the result's type and `{options}`"
    )
    return
  }
  const declared = readParams(expander, params, name.name)
  const types = {
    params: declared.map(({ type }) => type),
    result: isSymbol(result) ? declaredType(expander, result) : ":any"
  } as const
  const facts: ExternFacts = {
    module,
    name: name.name,
    params: declared.map((param) => ({ name: param.name, type: typeText(param.type) })),
    result: typeText(types.result),
    options: options?.kind === "list" ? readOptions(expander, options.items) : {}
  }
  const first = known.get(name.name)
  if (first !== undefined) return reportTwice(expander, { name, first, place: "this `#(extern …)`" })
  known.set(name.name, name)
  if (mayName(expander, name)) declareName(expander, name, expander.newExtern(facts, types, form.span), scope)
}

const reportTwice = (
  expander: Expansion,
  {
    first,
    name,
    place
  }: { readonly name: Datum & { readonly kind: "symbol" }; readonly first: Datum; readonly place: string }
): void =>
  expander.report(
    catalog.nameTwice.at(name.span, { name: name.name, place }, [{ span: first.span, message: "first here" }])
  )

interface Param {
  readonly name: string
  readonly type: DeclaredType
}

const readParams = (expander: Expansion, list: ListDatum, of: string): ReadonlyArray<Param> => {
  const known = new Map<string, Datum>()
  const params: Array<Param> = []
  const { items } = list
  for (let at = 0; at < items.length; at++) {
    const name = items[at]!
    const next = items[at + 1]
    const typed = isSymbol(next) && next.name.startsWith(":")
    const type = typed ? declaredType(expander, next) : ":any"
    if (typed) at++
    if (!isSymbol(name) || name.name.startsWith(":")) {
      malformedExtern(expander, name.span, "a parameter is a name, with its type behind it")
      continue
    }
    const first = known.get(name.name)
    if (first !== undefined) reportTwice(expander, { name, first, place: `the parameters of \`${of}\`` })
    else if (mayName(expander, name)) params.push({ name: name.name, type })
    known.set(name.name, name)
  }
  return params
}

interface Option {
  /** In words, after "takes". */
  readonly expected: string
  readonly accepts: (value: Datum | undefined) => boolean
}

const intFrom = (min: number, max: number, unit: string): Option => ({
  expected: `an int from ${min} to ${max}${unit}`,
  accepts: (value) => value?.kind === "int" && value.value >= min && value.value <= max
})

/** A day: whatever takes longer is better parked as a task that is resumed. */
const timeMsMax = 86_400_000

/** Longest idempotency key, in UTF-16 units, so that it fits into a header with what is added to it. */
const keyUnitsMax = 200

/** Values of options; `pure` stands alone. */
const optionKinds: ReadonlyMap<string, Option> = new Map([
  ["retry", intFrom(0, 1000, "")],
  ["backoff", intFrom(0, timeMsMax, " (ms)")],
  ["timeout", intFrom(1, timeMsMax, " (ms)")],
  [
    "key",
    {
      expected: `a text of 1 to ${keyUnitsMax} characters`,
      accepts: (value) => value?.kind === "string" && value.value !== "" && value.value.length <= keyUnitsMax
    }
  ]
])

const readOptions = (expander: Expansion, items: ReadonlyArray<Datum>): ExternFacts["options"] => {
  const known = new Map<string, Datum>()
  const options: Record<string, number | string | true> = {}
  for (let at = 0; at < items.length; at++) {
    const name = items[at]!
    if (!isSymbol(name)) {
      malformedExtern(expander, name.span, "options are names with their values, and `pure`")
      continue
    }
    const kind = optionKinds.get(name.name)
    const value = kind === undefined ? undefined : items[++at]
    const first = known.get(name.name)
    known.set(name.name, name)
    if (first !== undefined) reportTwice(expander, { name, first, place: "the options" })
    else if (kind !== undefined && !kind.accepts(value))
      expander.report(catalog.wrongOption.at((value ?? name).span, { name: name.name, expected: kind.expected }))
    else if (value?.kind === "int") options[name.name] = Number(value.value)
    else if (value?.kind === "string") options[name.name] = value.value
    else if (name.name === "pure") options[name.name] = true
    else {
      // Its value must not be taken for the next option.
      if (items[at + 1] !== undefined && !isSymbol(items[at + 1])) at++
      const nearest = nearestName(name.name, [...optionKinds.keys(), "pure"])
      expander.report(catalog.unknownOption.at(name.span, { name: name.name, nearest }))
    }
  }
  return options
}
