import type { Datum, ListDatum } from "../../../compiler/1-read/datum.ts"
import { SxsMap, type Value } from "../../../runtime/value/value.ts"
import { isHeaded, type Param, symbolName } from "./callables.ts"
import type { Interpreter } from "./interpreter.ts"

/** `#(form point {x :int y :int})`: a type, a constructor, and a function for each field. */
export const declareRecord = (machine: Interpreter, directive: Datum): void => {
  if (directive.kind !== "list" || !isHeaded(directive, "form")) return
  const name = symbolName(directive.items[1])
  const words = (directive.items[2] as ListDatum).items.map(symbolName)
  const fields = words.flatMap((field, index) => (index % 2 === 0 ? [{ name: field, type: words[index + 1]! }] : []))
  machine.records.set(name, { name, fields })
  const declare = (called: string, params: ReadonlyArray<Param>, run: (args: ReadonlyArray<Value>) => Value) =>
    machine.functions.set(called, machine.add({ name: called, params, hasRest: false, result: ":any", run }))
  declare(name, fields, (args) => new SxsMap(new Map(fields.map((field, index) => [field.name, args[index]!]))))
  for (const field of fields) {
    const of = { name, type: `:${name}` }
    declare(`${name}/${field.name}`, [of], ([value]) => (value as SxsMap).entries.get(field.name)!)
  }
}
