import type { Binding, Core, FunctionDefinition } from "../2-expand/core.ts"
import type { CheckedProgram } from "../3-check/check.ts"
import { literalType } from "../3-check/library-types.ts"
import { kind, listKinds, type Type } from "../3-check/types.ts"
import { forEachChild } from "../3-check/walk.ts"
import type { Form, Known } from "./machine.ts"

/** What the types say of a value, as far as code is smaller for it. */
export const knownOf = ({ isDynamic, kinds }: Type): Known | undefined => {
  if (isDynamic || kinds === 0) return undefined
  if (kinds === kind.int) return "int"
  if (kinds === kind.real) return "real"
  if (kinds === kind.str) return "str"
  if ((kinds & ~(kind.true | kind.false)) === 0) return "bool"
  return (kinds & ~listKinds) === 0 ? "list" : undefined
}

/** The same of a node; undefined where code is never reached. */
export const knownOfCore = (core: Core): Known | undefined => {
  const type = core.kind === "literal" ? literalType(core) : core.valueType
  return type === undefined ? undefined : knownOf(type)
}

/** What a check at run time makes certain, by the type as it is written. */
export const knownByCheck: ReadonlyMap<string, Known> = new Map<string, Known>([
  [":int", "int"],
  [":real", "real"],
  [":bool", "bool"],
  [":str", "str"],
  [":list", "list"]
])

/**
 * How each local of a function is held in a JavaScript variable, where that is not as a value. A local of which every value
 * and every use is certainly a real is a double: reals then need no box until they leave the function. What a closure
 * captures stays a value, as it may be captured before it is defined. The place in a list that a `for` runs over is a number,
 * which needs no test.
 */
export const localForms = (definition: FunctionDefinition, checked: CheckedProgram): ReadonlyMap<Binding, Form> => {
  const { defined, places } = checked.facts.get(definition)!
  let forms: Map<Binding, Form> | undefined
  // What is no real where it is first defined is none: so the body is looked at only where something may be one.
  for (const { binding, value } of defined)
    if (isReal(value, checked)) forms = (forms ?? new Map()).set(binding, "double")
  for (const param of definition.params) if (param.type === ":real") forms = (forms ?? new Map()).set(param, "double")
  if (forms !== undefined) removeValues(forms, definition, checked)
  for (const place of places) forms = (forms ?? new Map()).set(place, "index")
  return forms ?? onlyValues
}

const onlyValues: ReadonlyMap<Binding, Form> = new Map()

/** Leaves out what is not a real everywhere. */
const removeValues = (forms: Map<Binding, Form>, definition: FunctionDefinition, checked: CheckedProgram): void => {
  const note = (binding: Binding, isDouble: boolean): void => {
    if (!isDouble && forms.get(binding) === "double") forms.delete(binding)
  }
  const visit = (core: Core): void => {
    if (core.kind === "define" || core.kind === "assign") note(core.binding, isReal(core.value, checked))
    else if (core.kind === "reference") note(core.binding, knownOfCore(core) === "real")
    else if (core.kind === "guard") note(core.caught, false)
    forEachChild(core, visit)
  }
  visit(definition.body)
  for (const { inner } of definition.captured) note(inner, false)
  for (const param of definition.params) note(param, param.type === ":real")
  if (definition.deferred !== undefined) note(definition.deferred, false)
  for (const binding of forms.keys()) if (binding.capturedAt !== undefined) forms.delete(binding)
}

/** Branches and sequences have no type of their own: the nodes that give their value have. */
const isReal = (core: Core, checked: CheckedProgram): boolean => {
  if (checked.checks.has(core)) return checked.checks.get(core)?.type === ":real"
  switch (core.kind) {
    case "sequence":
      return core.items.length > 0 && isReal(core.items.at(-1)!, checked)
    case "branch":
      return core.clauses.every(({ value }) => isReal(value, checked)) && isReal(core.otherwise, checked)
    default:
      return knownOfCore(core) === "real"
  }
}
