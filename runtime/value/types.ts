import type { RecordFacts } from "../../stdlib/abi/manifest.ts"
import { Bytes, Closure, ErrorValue, isInt, List, Real, SxsMap, Sym, TaskRef, type Value } from "./value.ts"

/** Record types of a bundle by name, without the colon. */
export type RecordTypes = ReadonlyMap<string, RecordFacts>

/** The record types that a manifest declares. */
export const recordTypes = (records: ReadonlyArray<RecordFacts>): RecordTypes =>
  new Map(records.map((record) => [record.name, record] as const))

/**
 * Whether the value is of the type, written as in the source: `:int`, `:list-p`, `:point`. A value is of a record type when
 * it is a map that has all its fields, each of its type; further keys do no harm. A name that is no type has no values.
 */
export const hasType = (value: Value, type: string, records: RecordTypes): boolean => {
  const simple = tests.get(type)
  if (simple !== undefined) return simple(value)
  // Iterative: a value may be nested more deeply than JavaScript's stack.
  const rest: Array<readonly [value: Value, type: string]> = [[value, type]]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const test = tests.get(next[1])
    if (test === undefined ? !pushFields(rest, next[0], records.get(next[1].slice(1))) : !test(next[0])) return false
  }
  return true
}

/** Adds what the fields must be; false when the value cannot be such a record. */
const pushFields = (rest: Array<readonly [Value, string]>, value: Value, record: RecordFacts | undefined): boolean => {
  if (record === undefined || !(value instanceof SxsMap)) return false
  for (const { name, type } of record.fields) {
    const field = value.entries.get(name)
    if (field === undefined) return false
    rest.push([field, type])
  }
  return true
}

const tests: ReadonlyMap<string, (value: Value) => boolean> = new Map<string, (value: Value) => boolean>([
  [":any", () => true],
  [":none", (value) => value === null],
  [":bool", (value) => typeof value === "boolean"],
  [":int", isInt],
  [":real", (value) => value instanceof Real],
  [":number", (value) => isInt(value) || value instanceof Real],
  [":str", (value) => typeof value === "string"],
  [":symbol", (value) => value instanceof Sym],
  [":list", (value) => value instanceof List],
  [":list-p", (value) => value instanceof List && value.bracket === "("],
  [":list-b", (value) => value instanceof List && value.bracket === "["],
  [":list-c", (value) => value instanceof List && value.bracket === "{"],
  [":map", (value) => value instanceof SxsMap],
  [":bytes", (value) => value instanceof Bytes],
  [":error", (value) => value instanceof ErrorValue],
  [":fn", (value) => value instanceof Closure],
  [":task", (value) => value instanceof TaskRef]
])
