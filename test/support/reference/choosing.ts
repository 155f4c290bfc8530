import type { Datum, ListDatum } from "../../../compiler/1-read/datum.ts"
import { equal } from "../../../runtime/value/equal.ts"
import { hasType } from "../../../runtime/value/types.ts"
import { ErrorValue, List, SxsMap, type Value } from "../../../runtime/value/value.ts"
import { symbolName } from "./callables.ts"
import { cast } from "./cast.ts"
import type { Form, Interpreter } from "./interpreter.ts"
import type { Scope } from "./scope.ts"

const match: Form = (machine, form, scope) => {
  const [, scrutinee, ...clauses] = form.items
  const value = machine.evaluate(scrutinee!, scope)
  for (const clause of clauses as ReadonlyArray<ListDatum>) {
    const [pattern, ...body] = clause.items
    const inner = scope.inner()
    if (symbolName(pattern) === "else" || fits(machine, pattern!, value, inner)) return machine.sequence(body, inner)
  }
  return new ErrorValue("no match", machine.place(form))
}

/** Whether the value has the shape; names in the pattern are defined on the way. */
const fits = (machine: Interpreter, pattern: Datum, value: Value, scope: Scope): boolean => {
  switch (pattern.kind) {
    case "symbol":
      return fitsSymbol(machine, pattern.name, value, scope)
    case "error":
      return value instanceof ErrorValue && fits(machine, pattern.item, value.content, scope)
    case "list":
      return pattern.bracket === "["
        ? fitsItems(machine, pattern.items, value, scope)
        : fitsShape(machine, pattern, value, scope)
    default:
      return equal(machine.evaluate(pattern, scope), value)
  }
}

const fitsSymbol = (machine: Interpreter, name: string, value: Value, scope: Scope): boolean => {
  if (name === "_") return true
  if (name === "true" || name === "false" || name === "none") return equal(machine.evaluate(symbol(name), scope), value)
  scope.define(name, value)
  return true
}

const symbol = (name: string): Datum => ({ kind: "symbol", name, span: { start: 0, end: 0 } })

const fitsItems = (machine: Interpreter, patterns: ReadonlyArray<Datum>, value: Value, scope: Scope): boolean => {
  if (!(value instanceof List)) return false
  const items = value.toArray()
  const rest = patterns.findIndex((pattern) => symbolName(pattern) === "&")
  const count = rest < 0 ? patterns.length : rest
  if (rest < 0 ? items.length !== count : items.length < count) return false
  if (!patterns.slice(0, count).every((pattern, index) => fits(machine, pattern, items[index]!, scope))) return false
  return rest < 0 || fits(machine, patterns[rest + 1]!, new List(value.bracket, items.slice(count)), scope)
}

/** `(map "key" p …)`, `(:int p)`, `(point p…)`. */
const fitsShape = (machine: Interpreter, pattern: ListDatum, value: Value, scope: Scope): boolean => {
  const [head, ...parts] = pattern.items
  const name = symbolName(head)
  if (name.startsWith(":")) return hasType(value, name, machine.records) && fits(machine, parts[0]!, value, scope)
  if (!(value instanceof SxsMap)) return false
  const record = machine.records.get(name)
  if (record !== undefined && !hasType(value, `:${name}`, machine.records)) return false
  const keys = record?.fields.map((field) => field.name) ?? parts.flatMap((part, i) => (i % 2 === 0 ? text(part) : []))
  const patterns = record === undefined ? parts.filter((_, i) => i % 2 === 1) : parts
  return keys.every((key, index) => {
    const field = value.entries.get(key)
    return field !== undefined && fits(machine, patterns[index]!, field, scope)
  })
}

const text = (datum: Datum): string => (datum.kind === "string" ? datum.value : "")

const reflect: Form = (machine, form, scope) => {
  const [, of, ...clauses] = form.items
  const value = machine.evaluate(of!, scope)
  for (const clause of clauses as ReadonlyArray<ListDatum>) {
    const type = symbolName(clause.items[0])
    if (type === "else" || hasType(value, type, machine.records))
      return machine.sequence(clause.items.slice(1), scope.inner())
  }
  return new ErrorValue("no match", machine.place(form))
}

/** By shape and by type. */
export const choosing: ReadonlyArray<readonly [string, Form]> = [
  ["match", match],
  ["reflect", reflect],
  ["cast", (machine, { items }, scope) => cast(machine, symbolName(items[1]), machine.evaluate(items[2]!, scope))]
]
