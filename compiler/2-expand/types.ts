import type { TypeName } from "../../stdlib/signatures/signature.ts"
import type { Datum } from "../1-read/datum.ts"
import * as catalog from "../catalog.ts"
import { nearestName } from "../diagnostic.ts"
import type { DeclaredType } from "./core.ts"
import type { Expansion } from "./expansion.ts"

/** The types that every program has. */
export const builtinTypes: ReadonlySet<TypeName> = new Set<TypeName>([
  ":none",
  ":bool",
  ":int",
  ":real",
  ":number",
  ":str",
  ":symbol",
  ":list",
  ":list-p",
  ":list-b",
  ":list-c",
  ":map",
  ":bytes",
  ":error",
  ":fn",
  ":task",
  ":any"
])

/** Whether every program has a type of this name. */
export const isTypeName = (name: string): name is TypeName => (builtinTypes as ReadonlySet<string>).has(name)

/** The type that the symbol names; `:any` after reporting an unknown one. */
export const declaredType = (expander: Expansion, symbol: Datum & { kind: "symbol" }): DeclaredType => {
  if (isTypeName(symbol.name)) return symbol.name
  const record = expander.recordNamed(symbol.name.slice(1))
  if (record !== undefined) return record
  if (expander.reportImported(symbol.name.slice(1), symbol.span)) return ":any"
  const known = [...builtinTypes, ...expander.recordNames().map((name) => `:${name}`)]
  expander.report(catalog.unknownType.at(symbol.span, { name: symbol.name, nearest: nearestName(symbol.name, known) }))
  return ":any"
}
