import type { TypeName } from "../../stdlib/signatures/signature.ts"
import type { Datum } from "../1-read/datum.ts"
import * as catalog from "../catalog.ts"
import { nearestName } from "../diagnostic.ts"
import type { DeclaredType } from "./core.ts"
import type { Expansion } from "./expansion.ts"
import { foreignTypes } from "./foreign-names.ts"

/** The types that every program has, and what is of them, in a line for the reference. */
export const typeDocs: ReadonlyMap<TypeName, string> = new Map<TypeName, string>([
  [":none", "`none`, which stands for no value"],
  [":bool", "`true` and `false`"],
  [":int", "an int of any size"],
  [":real", "a double"],
  [":number", "an int or a real"],
  [":str", "a text"],
  [":symbol", "a symbol, such as `'name` or `:int`"],
  [":list", "a list of any bracket"],
  [":list-p", "a list in `( )`, as `list` makes it"],
  [":list-b", "a list in `[ ]`"],
  [":list-c", "a list in `{ }`"],
  [":map", "a map; a value of a record type is one too"],
  [":bytes", "a sequence of bytes"],
  [":error", 'an error value, such as `@"not found"`'],
  [":fn", "a function"],
  [":task", "a task"],
  [":any", "anything; what is of it is checked when the program runs"]
])

export const builtinTypes: ReadonlySet<TypeName> = new Set(typeDocs.keys())

/** Whether every program has a type of this name. */
export const isTypeName = (name: string): name is TypeName => (builtinTypes as ReadonlySet<string>).has(name)

/** The type that the symbol names; `:any` after reporting an unknown one. */
export const declaredType = (expander: Expansion, symbol: Datum & { kind: "symbol" }): DeclaredType => {
  if (isTypeName(symbol.name)) return symbol.name
  const record = expander.recordNamed(symbol.name.slice(1))
  if (record !== undefined) return record
  if (expander.isMisdefined(symbol.name.slice(1))) return ":any"
  if (expander.reportImported(symbol.name.slice(1), symbol.span)) return ":any"
  const known = [...builtinTypes, ...expander.recordNames().map((name) => `:${name}`)]
  const nearest = foreignTypes.get(symbol.name) ?? expander.importedType(symbol.name) ?? nearestName(symbol.name, known)
  expander.report(catalog.unknownType.at(symbol.span, { name: symbol.name, nearest }))
  return ":any"
}
