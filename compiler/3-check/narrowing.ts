import type { Core } from "../2-expand/core.ts"
import { isSingleton, literalType } from "./library-types.ts"
import {
  conditionKinds,
  isSubtype,
  kind,
  lookedAt,
  meet,
  never,
  numberKinds,
  type Type,
  typeOfKinds,
  without
} from "./types.ts"

// What a test tells of the value that it tests: its type when the test holds, and when it does not.

export interface Narrowed {
  readonly whenTrue: Type
  readonly whenFalse: Type
}

/** `(is :type value)`. */
export const narrowByType = (type: Type, tested: Type): Narrowed => {
  if (tested.isDynamic) return { whenTrue: type, whenFalse: never }
  if (type.isDynamic) return { whenTrue: tested, whenFalse: without(type, tested.kinds) }
  return { whenTrue: sharedBy(type, tested), whenFalse: isSubtype(type, tested) ? never : remaining(type, tested) }
}

/** Of two record types a value can be of both, as further fields do no harm: then the one that was tested counts. */
const sharedBy = (type: Type, tested: Type): Type =>
  tested.record !== undefined && type.record !== undefined && (type.kinds & kind.map) !== 0
    ? tested
    : meet(type, tested)

/** A map that is not of the record type is a map still. */
const remaining = (type: Type, tested: Type): Type =>
  without(type, tested.record === undefined ? tested.kinds : tested.kinds & ~kind.map)

/** A comparison with a literal. One with an error value counts as a look at it: then no taint is left. */
export const narrowByLiteral = (type: Type, literal: Core & { kind: "literal" }, operator: string): Narrowed => {
  const exact = literalType(literal)
  const isNumber = operator !== "eq" && (exact.kinds & numberKinds) !== 0
  const same = isNumber ? typeOfKinds(numberKinds) : exact
  return {
    whenTrue: type.isDynamic ? same : meet(type, same),
    whenFalse: exact.kinds === kind.error ? lookedAt(type) : isSingleton(literal) ? without(type, exact.kinds) : type
  }
}

const falsy = typeOfKinds(kind.none | kind.false | kind.int)

/** The value itself as a condition: `false`, `0` and `none` are false. */
export const narrowByTruth = (type: Type): Narrowed => ({
  whenTrue: without(type, kind.none | kind.false),
  whenFalse: type.isDynamic ? falsy : meet(type, falsy)
})

/** Whether the type alone decides the condition; undefined when it does not. */
export const truthOf = (type: Type): boolean | undefined => {
  if (type.isDynamic || type.kinds === 0) return undefined
  if ((type.kinds & (conditionKinds | kind.none)) === 0) return true
  return type.kinds === kind.none ? false : undefined
}

/** Whether no value of `a` can equal one of `b`. */
export const areNeverEqual = (a: Type, b: Type): boolean => {
  if (a.isDynamic || b.isDynamic || a.kinds === 0 || b.kinds === 0) return false
  return (comparable(a.kinds) & comparable(b.kinds)) === 0
}

/** `true` and `false` are told apart by comparing, and numbers may be the same amount. */
const comparable = (kinds: number): number => {
  const bools = (kinds & (kind.true | kind.false)) === 0 ? 0 : kind.true | kind.false
  return kinds | bools | ((kinds & numberKinds) === 0 ? 0 : numberKinds)
}
