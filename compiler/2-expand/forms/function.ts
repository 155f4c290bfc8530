import type { Datum, ListDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { literal, newBinding, use } from "../build.ts"
import type { Core, DeclaredType, FunctionDefinition } from "../core.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import { Scope } from "../scope.ts"
import { builtinTypes, declaredType } from "../types.ts"
import { withDeferred } from "./defer.ts"
import { defineName, mayName } from "./define.ts"
import { leaveScopes } from "./leave.ts"
import { withRestSign } from "./rest-sign.ts"
import { isParens, isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

export const defn: SpecialForm = {
  shape: "`(defn name (a :int b) :int body…)`",
  doc: "Makes a function. Types may be left out; `& name` as the last parameter takes all further arguments in a list.",
  expand: (expander, form, scope) => {
    defn.declare!(expander, form, scope)()
    return literal(none, form.span)
  },
  declare: (expander, form, scope, found) => {
    const { items } = form
    const name = items[1]
    const written = items[2]
    if (!isSymbol(name) || written?.kind !== "list") {
      expander.misdefine(name)
      malformed(expander, form, scope, { problem: "needs a name and a list of parameters", shape: defn.shape })
      return () => {}
    }
    const params = inParens(expander, name.name, written)
    const { result, body } = resultType(expander, items.slice(3))
    const target = expander.newFunction({ name: name.name, span: form.span, result })
    const inner = parameters(
      expander,
      params,
      target,
      found === undefined && scope.owner !== expander.main ? scope : undefined
    )
    if (found !== undefined) found(target)
    else if (mayName(expander, name)) declareName(expander, name, target, scope)
    return () => {
      // A nested function sees the locals around it; a top-level one sees the module only.
      target.body = withDeferred(target, expandBody(expander, body, inner, form))
    }
  }
}

/** Makes a function known in the scope, and everywhere in the file when that is the file's own. */
export const declareName = (
  expander: Expansion,
  name: Datum & { kind: "symbol" },
  target: FunctionDefinition,
  scope: Scope
): void => {
  const existing = scope.own(name.name)
  if (existing !== undefined) {
    const span = existing.kind === "function" ? existing.span : existing.binding.span
    expander.report(
      catalog.definedTwice.at(name.span, { name: name.name, isAssignable: false }, [
        { span, message: "first defined here" }
      ])
    )
    return
  }
  const named = { kind: "function", target, span: name.span } as const
  scope.set(name.name, named)
  if (scope.owner === expander.main && scope.parent === undefined) expander.declareTopLevel(name.name, named)
  else expander.declareNested(name.name, { target, around: scope.owner })
}

/** `(fn [x] …)`, as other languages write it, and no `[ … ]` that is the body. */
const isBracketed = (params: Datum | undefined, body: ReadonlyArray<Datum>): params is ListDatum =>
  params?.kind === "list" && body.length > 0 && params.items.every((item) => isSymbol(item))

/** UTF-16 units of parameters that a message shows. */
const shownMax = 40

/** A list of parameters in the bracket of another language is reported, and then taken as it is meant. */
const inParens = (expander: Expansion, name: string, params: ListDatum): ListDatum => {
  if (params.bracket !== "(") {
    const names = params.items.flatMap((item) => (isSymbol(item) ? [item.name] : []))
    const shape = names.join(" ").length <= shownMax ? `\`(${names.join(" ")})\`` : "`(a :int b)`"
    expander.report(catalog.malformedForm.at(params.span, { form: name, problem: "parameters stand in `( )`", shape }))
  }
  return params
}

export const fn: SpecialForm = {
  shape: "`(fn (a :int) :int [ … ])`",
  doc: "A function as a value; it captures the values of the locals that it names.",
  expand: (expander, form, scope) => {
    const [, written, ...rest] = form.items
    if (!isParens(written) && !isBracketed(written, rest)) {
      return malformed(expander, form, scope, { problem: "needs a list of parameters", shape: fn.shape })
    }
    const params = inParens(expander, "fn", written)
    const { result, body } = resultType(expander, rest)
    const target = expander.newFunction({ name: "fn", span: form.span, result })
    target.body = withDeferred(target, expandBody(expander, body, parameters(expander, params, target, scope), form))
    use(scope.owner, target)
    return { kind: "closure", target, span: form.span }
  }
}

export const return_: SpecialForm = {
  shape: "`(return value)`",
  doc: "Ends the function with that value, or with none.",
  expand: (expander, form, scope) => {
    const [, value, ...surplus] = form.items
    if (surplus.length > 0)
      return malformed(expander, form, scope, { at: surplus[0], problem: "takes one value", shape: return_.shape })
    const expanded = value === undefined ? literal(none, form.span) : expander.expand(value, scope)
    if (scope.owner === expander.main) {
      expander.report(catalog.misplacedForm.at(form.span, { form: "return", place: "a function" }))
      return expanded
    }
    return leaveScopes(expander, scope, expanded, "function", (result) => ({
      kind: "return",
      value: result,
      span: form.span
    }))
  }
}

const expandBody = (expander: Expansion, body: ReadonlyArray<Datum>, scope: Scope, form: ListDatum): Core =>
  body.length === 0
    ? literal(none, form.span)
    : expander.sequence(body, scope, { start: body[0]!.span.start, end: body.at(-1)!.span.end })

const resultType = (
  expander: Expansion,
  rest: ReadonlyArray<Datum>
): { result: DeclaredType; body: ReadonlyArray<Datum> } => {
  const [first, ...body] = rest
  if (isSymbol(first) && first.name.startsWith(":") && body.length > 0)
    return { result: declaredType(expander, first), body }
  return { result: ":any", body: rest }
}

/** Reads `(a :int b)` into the parameters of `target`; the scope holds them. */
const parameters = (
  expander: Expansion,
  list: ListDatum,
  target: FunctionDefinition,
  around: Scope | undefined
): Scope => {
  const scope = new Scope(target, around)
  const items = withRestSign(expander, target.name, list.items)
  let isNoName = false
  for (let at = 0; at < items.length; at++) {
    if (isSymbol(items[at], "&") && isSymbol(items[at + 1])) {
      target.hasRest = true
      at++
    }
    const written = items[at]!
    const name = withoutColon(expander, target, written)
    if (name !== written && isTypeWord(items[at + 1])) at++
    if (!isSymbol(name) || name.name.startsWith(":")) {
      if (!isNoName) reportNoName(expander, target.name, name)
      isNoName = true
      // What was meant stands for one argument, and what it names is no further mistake.
      for (const each of name.kind === "list" ? name.items : []) expander.misdefine(each)
      if (name.kind !== "symbol") target.params.push(unnamed(target, name.span))
      continue
    }
    const next = items[at + 1]
    const typed = isSymbol(next) && next.name.startsWith(":")
    const type = typed && !target.hasRest ? declaredType(expander, next) : ":any"
    if (typed) at++
    if (typed && target.hasRest) {
      const problem = "the parameter behind `&` is a list of all further arguments, so it has no type"
      expander.report(catalog.malformedForm.at(next.span, { form: target.name, problem, shape: "`(a & more)`" }))
    }
    const defined = defineName(expander, name, scope, false)
    const binding = newBinding({ name: name.name, kind: "param", span: name.span, owner: target, type }, defined?.hides)
    if (defined !== undefined) scope.set(name.name, { kind: "binding", binding })
    target.params.push(binding)
    if (!target.hasRest) continue
    const surplus = items[at + 1]
    if (surplus !== undefined) {
      const problem = "the parameter behind `&` takes all further arguments, so it is the last"
      expander.report(catalog.malformedForm.at(surplus.span, { form: target.name, problem, shape: "`(a & more)`" }))
    }
    break
  }
  return scope
}

const reportNoName = (expander: Expansion, form: string, { span }: Datum): void =>
  expander.report(
    catalog.malformedForm.at(span, {
      form,
      problem: "a parameter is a name, with its type behind it",
      shape: "`(a :int b)`"
    })
  )

const unnamed = (owner: FunctionDefinition, span: Datum["span"]) =>
  newBinding({ name: "_", kind: "param", span, owner, type: ":any" })

/** `n: int` as other languages write it: reported, and then taken as `n :int`. */
const withoutColon = (expander: Expansion, target: FunctionDefinition, name: Datum): Datum => {
  if (!isSymbol(name) || !name.name.endsWith(":") || !/[^:]:$/.test(name.name)) return name
  const stripped = name.name.slice(0, -1)
  const shape = `\`(${stripped} :int)\``
  expander.report(
    catalog.malformedForm.at(name.span, { form: target.name, problem: "the colon stands before the type", shape })
  )
  return { ...name, name: stripped }
}

const isTypeWord = (datum: Datum | undefined): boolean =>
  isSymbol(datum) && (builtinTypes as ReadonlySet<string>).has(`:${datum.name}`)
