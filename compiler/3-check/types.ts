import type { TypeName } from "../../stdlib/signatures/signature.ts"
import { type DeclaredType, type FunctionDefinition, isRecord, type RecordDefinition } from "../2-expand/core.ts"

/**
 * What a value may be: a set of kinds, kept as bits. A smaller set says more; the empty one is the type of what never yields
 * a value. `true` and `false` are kinds of their own, so that a test for one leaves the other.
 */
export interface Type {
  readonly kinds: number
  /** Unknown, as a parameter without a type is: anything may be done with it. The error bit is then a taint: somebody may
   * have put an error value there, and nobody has looked. */
  readonly isDynamic: boolean
  /** When it is a map, it is one of this record type. */
  readonly record: RecordDefinition | undefined
  /** When it is a function, it is this one. */
  readonly target: FunctionDefinition | undefined
}

export const kind = {
  none: 1 << 0,
  false: 1 << 1,
  true: 1 << 2,
  int: 1 << 3,
  real: 1 << 4,
  str: 1 << 5,
  symbol: 1 << 6,
  listParen: 1 << 7,
  listBracket: 1 << 8,
  listBrace: 1 << 9,
  map: 1 << 10,
  bytes: 1 << 11,
  error: 1 << 12,
  fn: 1 << 13,
  task: 1 << 14
} as const

const boolKinds = kind.false | kind.true
export const numberKinds = kind.int | kind.real
export const listKinds = kind.listParen | kind.listBracket | kind.listBrace
export const allKinds = (kind.task << 1) - 1
const plainKinds = allKinds & ~kind.error
/** Kinds of which some values count as false. */
export const conditionKinds = boolKinds | kind.int

const kindsByName: Readonly<Record<TypeName, number>> = {
  ":none": kind.none,
  ":bool": boolKinds,
  ":int": kind.int,
  ":real": kind.real,
  ":number": numberKinds,
  ":str": kind.str,
  ":symbol": kind.symbol,
  ":list": listKinds,
  ":list-p": kind.listParen,
  ":list-b": kind.listBracket,
  ":list-c": kind.listBrace,
  ":map": kind.map,
  ":bytes": kind.bytes,
  ":error": kind.error,
  ":fn": kind.fn,
  ":task": kind.task,
  ":any": allKinds
}

const plain = (kinds: number): Type => ({ kinds, isDynamic: false, record: undefined, target: undefined })

/** By the kinds. */
const plainTypes = new Array<Type | undefined>(allKinds + 1).fill(undefined)

/** The type of exactly these kinds. One object for each set, so that most comparisons are by identity. */
export const typeOfKinds = (kinds: number): Type => {
  const known = plainTypes[kinds]
  if (known !== undefined) return known
  const made = plain(kinds)
  plainTypes[kinds] = made
  return made
}

/** No value at all. */
export const never = typeOfKinds(0)
export const noneType = typeOfKinds(kind.none)
export const boolType = typeOfKinds(boolKinds)
export const intType = typeOfKinds(kind.int)
export const realType = typeOfKinds(kind.real)
export const numberType = typeOfKinds(numberKinds)
export const errorType = typeOfKinds(kind.error)
/** Unknown, and nobody expects an error value in it. */
export const dynamic: Type = { ...plain(plainKinds), isDynamic: true }
/** Unknown, and it may be an error value that is still to be handled. */
export const dynamicOrError: Type = { ...plain(allKinds), isDynamic: true }

const refined = (kinds: number, record: RecordDefinition | undefined, target: FunctionDefinition | undefined): Type =>
  record === undefined && target === undefined ? typeOfKinds(kinds) : { kinds, isDynamic: false, record, target }

const recordTypes = new WeakMap<RecordDefinition, Type>()

/** One object for each record type. */
export const recordType = (record: RecordDefinition): Type => {
  const known = recordTypes.get(record)
  if (known !== undefined) return known
  const made = refined(kind.map, record, undefined)
  recordTypes.set(record, made)
  return made
}

export const functionType = (target: FunctionDefinition): Type => refined(kind.fn, undefined, target)

/** The type that a source or a signature declares; `:any` is dynamic. */
export const typeOfDeclared = (declared: DeclaredType): Type => {
  if (isRecord(declared)) return recordType(declared)
  return declared === ":any" ? dynamic : typeOfKinds(kindsByName[declared])
}

export const isNever = (type: Type): boolean => type.kinds === 0

/** Whether it may be an error value that nobody has handled. */
export const mayError = (type: Type): boolean => (type.kinds & kind.error) !== 0

export const sameType = (a: Type, b: Type): boolean =>
  a === b || (a.kinds === b.kinds && a.isDynamic === b.isDynamic && a.record === b.record && a.target === b.target)

/** What is of one of the two. */
export const join = (a: Type, b: Type): Type => {
  if (a === b || b.kinds === 0) return a
  if (a.kinds === 0) return b
  const kinds = a.kinds | b.kinds
  if (a.isDynamic || b.isDynamic) return (kinds & kind.error) !== 0 ? dynamicOrError : dynamic
  if (isBare(a) && isBare(b)) return typeOfKinds(kinds)
  return refined(kinds, common(a, b, kind.map, "record"), common(a, b, kind.fn, "target"))
}

const isBare = (type: Type): boolean => type.record === undefined && type.target === undefined

/** What both say of the kind, where a type without that kind says nothing against it. */
const common = <K extends "record" | "target">(a: Type, b: Type, bit: number, key: K): Type[K] | undefined => {
  if ((a.kinds & bit) === 0) return b[key]
  if ((b.kinds & bit) === 0 || a[key] === b[key]) return a[key]
  return undefined
}

/** What is of both. A dynamic type takes part with what it may be: all, but an error value only when it is tainted. */
export const meet = (a: Type, b: Type): Type => {
  if (a === b) return a
  if (a.isDynamic && b.isDynamic) return (a.kinds & b.kinds & kind.error) !== 0 ? dynamicOrError : dynamic
  let kinds = a.kinds & b.kinds
  const record = a.record ?? b.record
  const target = a.target ?? b.target
  if (a.record !== undefined && b.record !== undefined && a.record !== b.record) kinds &= ~kind.map
  if (a.target !== undefined && b.target !== undefined && a.target !== b.target) kinds &= ~kind.fn
  return withoutStale(kinds, record, target)
}

/** A refinement of a kind that is not among the kinds says nothing. */
const withoutStale = (
  kinds: number,
  record: RecordDefinition | undefined,
  target: FunctionDefinition | undefined
): Type => refined(kinds, (kinds & kind.map) === 0 ? undefined : record, (kinds & kind.fn) === 0 ? undefined : target)

/** The type less some kinds. A dynamic one stays unknown: it loses its taint at most. */
export const without = (type: Type, kinds: number): Type => {
  if (type.isDynamic) return (kinds & kind.error) !== 0 ? dynamic : type
  return (type.kinds & kinds) === 0 ? type : withoutStale(type.kinds & ~kinds, type.record, type.target)
}

/** What is left when somebody has looked for one error value and found another value: nothing more has to be handled, but
 * another error value may still be there, so what is declared has to be checked at run time. */
export const lookedAt = (type: Type): Type => (mayError(type) ? dynamic : type)

/** Whether every value of `a` is certainly one of `b`. */
export const isSubtype = (a: Type, b: Type): boolean => {
  if (b.isDynamic) return (a.kinds & ~b.kinds) === 0
  if (a.isDynamic || (a.kinds & ~b.kinds) !== 0) return false
  if (b.record !== undefined && (a.kinds & kind.map) !== 0 && !hasAllFields(a.record, b.record)) return false
  return b.target === undefined || (a.kinds & kind.fn) === 0 || a.target === b.target
}

/** Whether no value of `a` can be one of `b`. A record may have further fields, so two record types share no value only
 * where a field of both says so. */
export const areDisjoint = (a: Type, b: Type): boolean => {
  if (a.isDynamic || b.isDynamic) return false
  const shared = a.kinds & b.kinds
  if (shared !== kind.map || a.record === undefined || b.record === undefined) return shared === 0
  return !mayHaveAllFields(a.record, b.record)
}

/** Whether a value of record type `a` has every field of `b`, in its type; further fields do no harm. A field of a record
 * type asks for that very one, so recursive types need no further look. */
const hasAllFields = (a: RecordDefinition | undefined, b: RecordDefinition): boolean => {
  if (a === b) return true
  if (a === undefined) return false
  const own = new Map(a.fields.map((field) => [field.name, field.type] as const))
  return b.fields.every((field) => {
    const type = own.get(field.name)
    if (type === undefined) return false
    return type === field.type || (!isRecord(field.type) && (fieldKinds(type) & ~fieldKinds(field.type)) === 0)
  })
}

/** Whether a value of record type `a` may be one of `b` by what `a` says of its fields. */
const mayHaveAllFields = (a: RecordDefinition, b: RecordDefinition): boolean => {
  if (a === b) return true
  const own = new Map(a.fields.map((field) => [field.name, field.type] as const))
  return b.fields.every((field) => {
    const type = own.get(field.name)
    return type !== undefined && (fieldKinds(type) & fieldKinds(field.type)) !== 0
  })
}

const fieldKinds = (type: DeclaredType): number => (isRecord(type) ? kind.map : kindsByName[type])

const names: ReadonlyArray<readonly [kinds: number, name: string]> = [
  [kind.none, ":none"],
  [boolKinds, ":bool"],
  [kind.true, ":bool"],
  [kind.false, ":bool"],
  [numberKinds, ":number"],
  [kind.int, ":int"],
  [kind.real, ":real"],
  [kind.str, ":str"],
  [kind.symbol, ":symbol"],
  [listKinds, ":list"],
  [kind.listParen, ":list-p"],
  [kind.listBracket, ":list-b"],
  [kind.listBrace, ":list-c"],
  [kind.map, ":map"],
  [kind.bytes, ":bytes"],
  [kind.fn, ":fn"],
  [kind.task, ":task"],
  [kind.error, ":error"]
]

/** As messages say it: `:int`, `:str or :none`, `:point`. */
export const describeType = (type: Type): string => {
  if (type.isDynamic) return ":any"
  let left = type.kinds
  const parts: Array<string> = []
  for (const [kinds, name] of names) {
    if ((left & kinds) !== kinds) continue
    left &= ~kinds
    parts.push(kinds === kind.map && type.record !== undefined ? `:${type.record.name}` : name)
  }
  return parts.length < 2 ? (parts[0] ?? "no value") : `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}`
}
