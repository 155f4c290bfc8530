import type { TypeName } from "../../stdlib/signatures/signature.ts"
import type { Binding, Core } from "../2-expand/core.ts"
import { isTypeName } from "../2-expand/types.ts"
import { deadEnd, knowing, type Way } from "./flow.ts"
import { equalities } from "./library-types.ts"
import { narrowByLiteral, narrowByTruth, narrowByType } from "./narrowing.ts"
import { isNever, type Type, typeOfDeclared } from "./types.ts"

/** A node as a condition: its type, and where its two outcomes lead. */
export interface Split {
  readonly type: Type
  readonly whenTrue: Way
  readonly whenFalse: Way
}

/** What a test tells of the local that it names. */
export interface Told {
  readonly binding: Binding
  readonly whenTrue: Type
  readonly whenFalse: Type
}

/** The two ways behind a test that tells this. */
export const narrow = (type: Type, way: Way, { binding, whenFalse, whenTrue }: Told): Split => ({
  type,
  whenTrue: narrowed(way, binding, whenTrue),
  whenFalse: narrowed(way, binding, whenFalse)
})

const narrowed = (way: Way, binding: Binding, type: Type): Way =>
  knowing(way, way.isLive && !isNever(type), binding, type)

/** A local that was looked at for an error value, and its type when it is none. */
export interface Handled {
  readonly binding: Binding
  readonly type: Type
}

export const handled = (way: Way, { binding, type }: Handled): Way => knowing(way, way.isLive, binding, type)

/** A literal goes one way only. */
export const literalOutcomes = (core: Core, type: Type, way: Way): Split => {
  const literal = core.kind === "literal" && core.value.type === "bool" ? core.value.value : undefined
  return { type, whenTrue: literal === false ? deadEnd : way, whenFalse: literal === true ? deadEnd : way }
}

const swapped = ({ binding, whenFalse, whenTrue }: Told): Told => ({
  binding,
  whenTrue: whenFalse,
  whenFalse: whenTrue
})

/** The types that `type-of` never names. */
const neverGiven: ReadonlySet<TypeName> = new Set([":any", ":number", ":list-p", ":list-b", ":list-c"] as const)

/** `(= (type-of x) :error)` tells what `(is :error x)` would. */
const toldByTypeName = (call: Core, name: Core, typeOf: (binding: Binding) => Type): Told | undefined => {
  if (call.kind !== "library" || call.signature.name !== "core/util/type-of") return undefined
  const [subject] = call.args
  if (subject?.kind !== "reference" || name.kind !== "literal" || name.value.type !== "symbol") return undefined
  const type = typeOf(subject.binding)
  if (isNever(type) || !isTypeName(name.value.name) || neverGiven.has(name.value.name)) return undefined
  return { binding: subject.binding, ...narrowByType(type, typeOfDeclared(name.value.name)) }
}

/** What a test by type, by equality or by truth tells of the local that it names. */
export const toldBy = (core: Core, typeOf: (binding: Binding) => Type): Told | undefined => {
  if (core.kind === "reference") return { binding: core.binding, ...narrowByTruth(typeOf(core.binding)) }
  if (core.kind === "is") {
    if (core.value.kind !== "reference") return undefined
    const type = typeOf(core.value.binding)
    return isNever(type) ? undefined : { binding: core.value.binding, ...narrowByType(type, typeOfDeclared(core.type)) }
  }
  if (core.kind !== "library" || !equalities.has(core.signature.name) || core.args.length !== 2) return undefined
  const [first, second] = core.args as [Core, Core]
  const byName = toldByTypeName(first, second, typeOf) ?? toldByTypeName(second, first, typeOf)
  if (byName !== undefined) return core.signature.name === "!=" ? swapped(byName) : byName
  const [subject, literal] = first.kind === "reference" ? [first, second] : [second, first]
  if (subject.kind !== "reference" || literal.kind !== "literal") return undefined
  const { name } = core.signature
  const { whenFalse, whenTrue } = narrowByLiteral(typeOf(subject.binding), literal, name)
  const isEqual = name !== "!="
  return {
    binding: subject.binding,
    whenTrue: isEqual ? whenTrue : whenFalse,
    whenFalse: isEqual ? whenFalse : whenTrue
  }
}
