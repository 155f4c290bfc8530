import { ErrorValue, List, SxsMap, type Value } from "../../runtime/value/value.ts"
import { containerBytes, spend } from "../../runtime/value/work.ts"
import { refuseLargeMap, refuseLongList } from "./bounds.ts"
import { define, defineRest, type ImplementationTable, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import * as kind from "./kinds.ts"

/** `core/map`. */
export const map: ImplementationTable = tableOf([
  defineRest("core/map/map", [], kind.any, construct),
  define("core/map/get", [kind.map, kind.text, kind.optional(kind.any)], get),
  define("core/map/put", [kind.map, kind.text, kind.any], put),
  define("core/map/del", [kind.map, kind.text], del),
  define("core/map/has", [kind.map, kind.text], (of, key) => of.entries.has(key)),
  define("core/map/keys", [kind.map], (of) => listOf(of, of.entries.keys())),
  define("core/map/values", [kind.map], (of) => listOf(of, of.entries.values())),
  define("core/map/entries", [kind.map], (of) => pairs(of)),
  defineRest("core/map/merge", [kind.map], kind.map, merge),
  define("core/map/len", [kind.map], (of) => of.entries.size)
])

function construct(entries: ReadonlyArray<Value>): SxsMap {
  refuseUnless(entries.length % 2 === 0, () => `expected a value for each key, got ${entries.length} arguments`)
  const made = new Map<string, Value>()
  for (let i = 0; i < entries.length; i += 2) {
    const key = entries[i]!
    refuseUnless(typeof key === "string", () => `expected a text as key, got ${describe(key)} as argument ${i + 1}`)
    made.set(key, entries[i + 1]!)
  }
  return bounded(made)
}

function get(of: SxsMap, key: string, otherwise: Value | undefined): Value {
  const value = of.entries.get(key)
  if (value !== undefined) return value
  return otherwise === undefined ? new ErrorValue("key not found") : otherwise
}

function put(of: SxsMap, key: string, value: Value): SxsMap {
  return bounded(new Map(of.entries).set(key, value))
}

function del(of: SxsMap, key: string): SxsMap {
  if (!of.entries.has(key)) return of
  const made = new Map(of.entries)
  made.delete(key)
  return new SxsMap(made)
}

function merge(first: SxsMap, more: ReadonlyArray<SxsMap>): SxsMap {
  const made = new Map(first.entries)
  for (const next of more) {
    for (const [key, value] of next.entries) made.set(key, value)
    refuseLargeMap(made.size)
  }
  return new SxsMap(made)
}

const bounded = (made: ReadonlyMap<string, Value>): SxsMap => {
  refuseLargeMap(made.size)
  return new SxsMap(made)
}

const pairs = (of: SxsMap): List => {
  spend(of.entries.size * containerBytes)
  return listOf(
    of,
    of.entries.entries().map(([key, value]) => new List("(", [key, value]))
  )
}

const listOf = (of: SxsMap, items: Iterable<Value>): List => {
  refuseLongList(of.entries.size)
  return new List("(", Array.from(items))
}
