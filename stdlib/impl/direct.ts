import { ErrorValue, List, Real, SxsMap, type Value } from "../../runtime/value/value.ts"
import { containerBytes, entryBytes, spend } from "../../runtime/value/work.ts"
import { listItemsMax, textUnitsMax } from "./bounds.ts"
import type { Implementation, ImplementationTable } from "./define.ts"

/**
 * Short ways for what programs call most: functions of few arguments whose kinds are plain to see. V8 compiles each into its
 * caller, which it cannot do with the general ones, as they share their code. Whatever does not fit, and every fault, is for the
 * general implementation.
 */
export const withDirect = (general: ImplementationTable): ImplementationTable => {
  const made = new Map(general)
  for (const [name, direct] of directs) {
    const found = general.get(name)
    if (found === undefined) throw new Error(`there is no ${name}`)
    made.set(name, direct(found))
  }
  return made
}

type Direct = (general: Implementation) => Implementation

const directs: ReadonlyMap<string, Direct> = new Map<string, Direct>([
  [
    "core/list/at!",
    (general) => (index, of) =>
      of instanceof List && typeof index === "number" && index >= 0 && index < of.size
        ? of.items[index]!
        : general(index!, of!)
  ],
  [
    "core/list/at",
    (general) => (index, of) =>
      of instanceof List && typeof index === "number" && index >= 0 && index < of.size
        ? of.items[index]!
        : general(index!, of!)
  ],
  ["core/list/len", (general) => (of) => (of instanceof List ? of.size : general(of!))],
  ["core/list/is-empty", (general) => (of) => (of instanceof List ? of.size === 0 : general(of!))],
  ["core/list/first", (general) => (of) => (of instanceof List && of.size > 0 ? of.items[0]! : general(of!))],
  [
    "core/list/append",
    (general) => (of, item) => {
      if (!(of instanceof List) || item === undefined || of.size >= listItemsMax) return general(of!, item!)
      spend(containerBytes)
      return of.append(item)
    }
  ],
  [
    "core/map/get",
    (general) => (of, key, otherwise) => {
      if (!(of instanceof SxsMap) || typeof key !== "string") return general(of!, key!, otherwise!)
      const value = of.entries.get(key)
      if (value !== undefined) return value
      return otherwise === undefined ? general(of, key) : otherwise
    }
  ],
  [
    "core/map/has",
    (general) => (of, key) =>
      of instanceof SxsMap && typeof key === "string" ? of.entries.has(key) : general(of!, key!)
  ],
  [
    "core/map/map",
    (general) =>
      (...parts) =>
        smallMap(parts) ?? general(...parts)
  ],
  [
    "core/str/str",
    (general) =>
      (...parts) =>
        shortJoin(parts) ?? general(...parts)
  ],
  ["core/util/insist", (general) => (value) => (value instanceof ErrorValue ? general(value) : value!)],
  ["core/form/cast", (general) => (type, value) => (isPlainly(type, value) ? value! : general(type!, value!))]
])

const smallMap = (parts: ReadonlyArray<Value>): SxsMap | undefined => {
  if (parts.length % 2 !== 0) return undefined
  const entries = new Map<string, Value>()
  for (let at = 0; at < parts.length; at += 2) {
    const key = parts[at]
    if (typeof key !== "string") return undefined
    entries.set(key, parts[at + 1]!)
  }
  spend(2 * containerBytes + entries.size * entryBytes)
  return new SxsMap(entries)
}

/** Of texts and small ints. `+` shares the texts where it can, so what it makes is as large as a few of them. */
const shortJoin = (parts: ReadonlyArray<Value>): string | undefined => {
  let text = ""
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]
    if (typeof part === "string") text += part
    else if (typeof part === "number") text += part
    else return undefined
    if (text.length > textUnitsMax) return undefined
  }
  spend(containerBytes)
  return text
}

const isPlainly = (type: Value | undefined, value: Value | undefined): boolean => {
  switch (type) {
    case ":int":
      return typeof value === "number"
    case ":real":
      return value instanceof Real
    case ":str":
      return typeof value === "string"
    case ":map":
      return value instanceof SxsMap
    case ":list":
      return value instanceof List
    default:
      return false
  }
}
