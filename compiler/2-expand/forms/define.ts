import { signatureOf } from "../../../stdlib/signatures/index.ts"
import type { Datum, ListDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import type { Binding, Core } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

export const def: SpecialForm = {
  shape: "`(def name expr)`",
  doc: "Makes a local of this scope. At the top level a pure value is a constant, which functions see.",
  expand: (expander, form, scope) => {
    const parts = nameAndValue(form)
    if (parts === undefined) {
      expander.misdefine(form.items[1])
      return notNameAndValue(expander, form, scope, def.shape)
    }
    const { name, value } = parts
    const expanded = expander.expand(value, scope)
    if (name.name.endsWith(":") && /[^:]:$/.test(name.name)) return withColon(expander, name, expanded)
    const binding = defineName(expander, name, scope)
    if (binding === undefined) return expanded
    const core: Core = { kind: "define", binding, value: expanded, span: form.span }
    const global = expander.globals.get(name.name)
    if (global !== undefined && global.span === name.span) {
      global.binding = binding
      global.value = expanded
    }
    return core
  }
}

/** `(def x: 3)`: reported, and `x` counts as defined. */
const withColon = (expander: Expansion, name: Datum & { kind: "symbol" }, value: Core): Core => {
  const plain = { ...name, name: name.name.slice(0, -1) }
  const shape = `\`(def ${plain.name} …)\``
  expander.report(catalog.malformedForm.at(name.span, { form: "def", problem: "no colon stands behind a name", shape }))
  expander.misdefine(plain)
  return value
}

const nameAndValue = (form: ListDatum) => {
  const { items } = form
  const name = items[1]
  return isSymbol(name) && items.length === 3 ? { name, value: items[2]! } : undefined
}

const notNameAndValue = (expander: Expansion, form: ListDatum, scope: Scope, shape: string): Core =>
  malformed(expander, form, scope, { problem: "needs a name and one expression", shape }, form.items.slice(2))

/** A new local of this scope, or undefined after reporting why the name cannot be defined. `isAssignable`: whether who wants to
 * define it again may want to assign it. */
export const defineName = (
  expander: Expansion,
  name: Datum & { kind: "symbol" },
  scope: Scope,
  isAssignable = true
): Binding | undefined => {
  if (!mayName(expander, name)) return undefined
  const existing = scope.own(name.name)
  if (existing?.kind === "binding" && existing.binding.owner === scope.owner && existing.binding.kind !== "captured") {
    if (scope.mayRedefine(name.name)) return existing.binding
    expander.report(
      catalog.definedTwice.at(name.span, { name: name.name, isAssignable }, [
        { span: existing.binding.span, message: "first defined here" }
      ])
    )
    return undefined
  }
  if (existing?.kind === "function") {
    expander.report(
      catalog.definedTwice.at(name.span, { name: name.name, isAssignable: false }, [
        { span: existing.span, message: "first defined here" }
      ])
    )
    return undefined
  }
  return expander.newLocal(name.name, scope, name.span)
}

/** Whether a program may define this name; reports when not. */
export const mayName = (expander: Expansion, name: Datum & { kind: "symbol" }): boolean => {
  const why = reservedWhy(expander, name.name)
  if (why === undefined) return true
  expander.report(catalog.reservedName.at(name.span, { name: name.name, why }))
  return false
}

/** Why a program may not define this name; undefined when it may. */
export const reservedWhy = (expander: Expansion, name: string): string | undefined => {
  if (expander.isSpecialForm(name)) return "it is a special form"
  if (literalNames.has(name)) return "it is a literal"
  const why = reservedSigns.get(name[0]!)
  if (why !== undefined) return why
  if (signatureOf(name)?.name === name) return "it is a library function"
  return undefined
}

const literalNames: ReadonlySet<string> = new Set(["true", "false", "none", "inf", "nan"])

const reservedSigns: ReadonlyMap<string, string> = new Map([
  [":", "names with `:` in front are types"],
  ["$", "names with `$` in front are context variables"],
  ["%", "names with `%` in front belong to the compiler"]
])

export const set: SpecialForm = {
  shape: "`(set name expr)`",
  doc: "Assigns a local a new value.",
  expand: (expander, form, scope) => {
    const parts = nameAndValue(form)
    if (parts === undefined) return notNameAndValue(expander, form, scope, set.shape)
    const { name, value } = parts
    const expanded = expander.expand(value, scope)
    const binding = assignable(expander, name, scope)
    return binding === undefined ? expanded : { kind: "assign", binding, value: expanded, span: form.span }
  }
}

const assignable = (expander: Expansion, name: Datum & { kind: "symbol" }, scope: Scope): Binding | undefined => {
  const named = expander.lookup(name.name, scope)
  const refuse = (why: string, way: string) => {
    expander.report(catalog.cannotAssign.at(name.span, { name: name.name, why, way }))
    return undefined
  }
  if (named === undefined) {
    if (expander.globals.has(name.name) && scope.owner !== expander.main) {
      return refuse("it is a local of the top-level task", "return the value, or keep it in the store")
    }
    if (expander.importedGlobal(name.name) !== undefined) {
      return refuse("it belongs to another file", "define a local with another name")
    }
    // An expression position reports the unknown name with the nearest known one.
    expander.expand(name, scope)
    return undefined
  }
  if (named.kind === "function") return refuse("it is a function", "define a local with another name")
  if (named.binding.kind === "captured") {
    return refuse("it is captured by value from the function around", "return the value, or keep it in the store")
  }
  named.binding.assigned = true
  return named.binding
}
