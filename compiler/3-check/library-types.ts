import { enterAwait, startOnProcessor, subscribe } from "../../stdlib/signatures/bus-forms.ts"
import { signatureOf } from "../../stdlib/signatures/index.ts"
import type { Signature } from "../../stdlib/signatures/signature.ts"
import { type Core, isExtern } from "../2-expand/core.ts"
import { isTypeName } from "../2-expand/types.ts"
import {
  dynamic,
  dynamicOrError,
  intType,
  isSubtype,
  join,
  kind,
  listKinds,
  mayError,
  meet,
  never,
  numberKinds,
  numberType,
  realType,
  type Type,
  typeOfDeclared,
  typeOfKinds,
  without
} from "./types.ts"

// What library functions take and give, where that is more than their signature can say.

const ordered = typeOfKinds(numberKinds | kind.str)
const sized = typeOfKinds(listKinds | kind.map | kind.str | kind.bytes)
const indexed = typeOfKinds(listKinds | kind.str | kind.bytes)
const joined = typeOfKinds(listKinds | kind.str)
const text = typeOfKinds(kind.str)
const list = typeOfKinds(listKinds)
const named = typeOfKinds(kind.symbol | kind.str)
const intOrNone = typeOfKinds(kind.int | kind.none)

/** Types of arguments that the signature calls `:any`. */
const takes: ReadonlyMap<string, (index: number) => Type> = new Map([
  ["<", () => ordered],
  ["<=", () => ordered],
  [">", () => ordered],
  [">=", () => ordered],
  ["core/list/len", () => sized],
  ["core/list/at", (index: number) => (index === 1 ? indexed : intType)],
  ["core/list/at!", (index: number) => (index === 1 ? indexed : intType)],
  ["core/list/concat", () => joined],
  ["core/map/map", (index: number) => (index % 2 === 0 ? text : dynamic)],
  [enterAwait.name, (index: number) => (index === 0 ? named : index === 1 ? intType : intOrNone)]
])

/** What the argument at `index` must be; dynamic when anything will do. */
export const takenType = (signature: Signature, index: number): Type => {
  if (isExtern(signature)) return typeOfDeclared(signature.extern.params[index] ?? ":any")
  const special = takes.get(signature.name)
  if (special !== undefined) return special(index)
  const param = signature.params[index] ?? signature.rest
  if (param?.mode === "channel") return named
  return param === undefined || param.mode === "body" ? dynamic : typeOfDeclared(param.type)
}

export const orderings: ReadonlySet<string> = new Set(["<", "<=", ">", ">="])
export const equalities: ReadonlySet<string> = new Set(["=", "!=", "eq"])
const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "div", "**", "min", "max", "abs"])

/** Whether its arguments are called operands. */
export const isOperator = ({ name }: Signature): boolean =>
  arithmetic.has(name) || orderings.has(name) || name.startsWith("bit/")

/** What forms of the bus turn into asks of its arguments as a function of the library does, as a source has written them. */
export const isBusForm = (signature: Signature): boolean => busForms.has(signature)

const busForms: ReadonlySet<Signature> = new Set([subscribe, enterAwait, startOnProcessor])

/** Whether a form turns into it and no source can name it. */
export const isCompilersOwn = (signature: Signature): boolean =>
  signatureOf(signature.name) !== signature && !isExtern(signature)

/** Results as exact as their operands: an int of ints, a real when one is. */
const exact: ReadonlySet<string> = new Set(["+", "-", "*", "abs"])
const keepsBracket: ReadonlySet<string> = new Set(
  "put rest append slice take drop reverse sort sort-keyed unique filter map"
    .split(" ")
    .map((name) => `core/list/${name}`)
)

/** The type of a call of the library, given those of its arguments. */
export const givenType = (signature: Signature, args: ReadonlyArray<Core>, types: ReadonlyArray<Type>): Type => {
  const { name } = signature
  if (exact.has(name)) return numberOf(types)
  if (name === "min" || name === "max") return meet(types.reduce(join, never), numberType)
  if (name === "core/list/list") return typeOfKinds(kind.listParen)
  if (name === "core/util/insist") return without(types[0] ?? dynamic, kind.error)
  if (name === "core/form/cast") return castType(args[0])
  const declared = typeOfDeclared(isExtern(signature) ? signature.extern.result : signature.result)
  if (keepsBracket.has(name)) return listOf(signature.params[0]?.type === ":fn" ? types[1] : types[0])
  if (name === "core/list/concat") return types[0] === undefined || types[0].isDynamic ? joined : meet(types[0], joined)
  if (signature.mayError !== true) return declared
  const fallback = signature.params.findIndex((param) => param.name === "default")
  const given = fallback < 0 ? undefined : types[fallback]
  if (given !== undefined)
    return declared.isDynamic ? (mayError(given) ? dynamicOrError : dynamic) : join(declared, given)
  return declared.isDynamic ? dynamicOrError : join(declared, typeOfKinds(kind.error))
}

const numberOf = (types: ReadonlyArray<Type>): Type => {
  if (types.every((type) => isSubtype(type, intType))) return intType
  return types.some((type) => isSubtype(type, realType)) ? realType : numberType
}

const listOf = (items: Type | undefined): Type =>
  items === undefined || items.isDynamic || (items.kinds & listKinds) === 0
    ? list
    : typeOfKinds(items.kinds & listKinds)

const castType = (named: Core | undefined): Type => {
  const name = named?.kind === "literal" && named.value.type === "string" ? named.value.value : ":any"
  return isTypeName(name) ? typeOfDeclared(name) : dynamic
}

/** The type of a literal. */
export const literalType = (core: Core & { kind: "literal" }): Type => typeOfKinds(literalKinds(core))

const literalKinds = ({ value }: Core & { kind: "literal" }): number => {
  switch (value.type) {
    case "bool":
      return value.value ? kind.true : kind.false
    case "string":
      return kind.str
    case "list":
      return value.bracket === "(" ? kind.listParen : value.bracket === "[" ? kind.listBracket : kind.listBrace
    default:
      return kind[value.type]
  }
}

/** The only value of its type: being unequal to it excludes the type. */
export const isSingleton = ({ value }: Core & { kind: "literal" }): boolean =>
  value.type === "none" || value.type === "bool"
