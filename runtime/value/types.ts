import type { RecordFacts } from "../../stdlib/abi/manifest.ts"
import { describeOperand } from "./describe.ts"
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
  const known = new Map<Value, Set<string>>()
  let steps = 0
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    // Records that share their parts have exponentially many paths, and each part needs to be looked at only once.
    if (++steps > stepsUnremembered && !remember(known, next)) continue
    const test = tests.get(next[1])
    if (test === undefined ? !pushFields(rest, next[0], records.get(next[1].slice(1))) : !test(next[0])) return false
  }
  return true
}

/** Most checks are short, and remembering costs more than looking. */
const stepsUnremembered = 10_000

/** False when it was there. */
const remember = (known: Map<Value, Set<string>>, [value, type]: readonly [Value, string]): boolean => {
  const types = known.get(value)
  if (types?.has(type)) return false
  if (types === undefined) known.set(value, new Set([type]))
  else types.add(type)
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

/**
 * Why `hasType` says no, for a message: `expected :int, got "2"`. Of a record it names the first field that does not fit:
 * `expected :item, got a map in which \`price\` is the int 2, not :real`. `shown` prints any other value.
 */
export const misfit = (value: Value, type: string, records: RecordTypes, shown: (value: Value) => string): string => {
  const found = value instanceof SxsMap && !tests.has(type) ? misfitField(value, type, records) : undefined
  return `expected ${type}, got ${found ?? shown(value)}`
}

/** A field on the way from the value that is checked to one inside it. */
interface Path {
  readonly name: string
  readonly outer: Path | undefined
}

/** Names of a path that a message shows, from its inner end. */
const pathNamesMax = 8

const printPath = (path: Path): string => {
  const names: Array<string> = []
  let at: Path | undefined = path
  for (; at !== undefined && names.length < pathNamesMax; at = at.outer) names.unshift(at.name)
  return `\`${at === undefined ? "" : "…."}${names.join(".")}\``
}

const misfitField = (whole: SxsMap, wholeType: string, records: RecordTypes): string | undefined => {
  // Iterative as above; fields are taken in their order, those inside a field before the next one.
  const rest: Array<{ readonly value: Value; readonly type: string; readonly path: Path | undefined }> = [
    { value: whole, type: wholeType, path: undefined }
  ]
  const known = new Map<Value, Set<string>>()
  let steps = 0
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, type, path } = next
    if (++steps > stepsUnremembered && type !== missing && !remember(known, [value, type])) continue
    const test = tests.get(type)
    const record = test === undefined ? records.get(type.slice(1)) : undefined
    if (record !== undefined && value instanceof SxsMap) {
      for (const { name, type: fieldType } of record.fields.toReversed()) {
        const inner = { name, outer: path }
        const field = value.entries.get(name)
        rest.push({ value: field ?? null, type: field === undefined ? missing : fieldType, path: inner })
      }
    } else if (type === missing) return `a map without ${printPath(path!)}`
    else if (path === undefined) return undefined
    else if (test?.(value) !== true)
      return `a map in which ${printPath(path)} is ${describeOperand(value)}, not ${type}`
  }
  return undefined
}

/** Stands for the type of a field that is not there; no source can write it. */
const missing = ""

/** The type of the value as `core/util/type-of` gives it: `:int`, `:list` whatever the bracket, `:map` for a record. */
export const typeOf = (value: Value): string => {
  if (value === null) return ":none"
  if (typeof value === "string") return ":str"
  if (typeof value === "boolean") return ":bool"
  if (isInt(value)) return ":int"
  if (value instanceof Real) return ":real"
  if (value instanceof Sym) return ":symbol"
  if (value instanceof List) return ":list"
  if (value instanceof SxsMap) return ":map"
  if (value instanceof Bytes) return ":bytes"
  if (value instanceof ErrorValue) return ":error"
  if (value instanceof Closure) return ":fn"
  if (value instanceof TaskRef) return ":task"
  return value satisfies never
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
