import { Fault, faultCodes } from "../../runtime/errors.ts"
import { add } from "../../runtime/value/arithmetic.ts"
import { equal } from "../../runtime/value/equal.ts"
import { Bytes, ErrorValue, isInt, List, normalise, Real, SxsMap, type Value } from "../../runtime/value/value.ts"
import { containerBytes, entryBytes, spend } from "../../runtime/value/work.ts"
import { refuseLongList, refuseLongText } from "./bounds.ts"
import { countCodePoints, utf8ByteAt } from "./code-points.ts"
import { define, defineRest, type ImplementationTable, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import { EqualSet } from "./equal-set.ts"
import { clampIndex } from "./index-range.ts"
import * as kind from "./kinds.ts"
import { ascending } from "./order.ts"

/** `core/list`, less what takes a function: that is in the prelude. */
export const list: ImplementationTable = tableOf([
  defineRest("core/list/list", [], kind.any, (items) => listOf("(", items)),
  define("core/list/len", [kind.sized], len),
  define("core/list/at", [kind.int, kind.indexed], (index, of) => {
    const item = at(index, of)
    return item === undefined ? new ErrorValue("index out of range") : item
  }),
  define("core/list/at!", [kind.int, kind.indexed], (index, of) => {
    const item = at(index, of)
    refuseUnless(item !== undefined, () => outOfRange(index, size(of)))
    return item
  }),
  define("core/list/put", [kind.list, kind.int, kind.any], put),
  define("core/list/first", [kind.list], (items) => (items.size > 0 ? items.items[0]! : new ErrorValue("empty list"))),
  define("core/list/rest", [kind.list], (items) => part(items, 1, items.size)),
  define("core/list/last", [kind.list], (items) =>
    items.size > 0 ? items.items[items.size - 1]! : new ErrorValue("empty list")
  ),
  define("core/list/append", [kind.list, kind.any], (items, item) => {
    refuseLongList(items.size + 1)
    return items.append(item)
  }),
  defineRest("core/list/concat", [kind.listOrText], kind.listOrText, concat),
  define("core/list/slice", [kind.list, kind.int, kind.optional(kind.int)], (items, start, end) =>
    part(items, clampIndex(start, items.size), end === undefined ? items.size : clampIndex(end, items.size))
  ),
  define("core/list/take", [kind.list, kind.count], (items, count) => part(items, 0, Math.min(count, items.size))),
  define("core/list/drop", [kind.list, kind.count], (items, count) => part(items, count, items.size)),
  define("core/list/reverse", [kind.list], (items) => new List(items.bracket, items.toArray().toReversed())),
  define("core/list/range", [kind.int, kind.int, kind.optional(kind.step)], range),
  define("core/list/contains", [kind.list, kind.any], (items, item) => indexOf(items, item) >= 0),
  define("core/list/index-of", [kind.list, kind.any], (items, item) => {
    const index = indexOf(items, item)
    return index >= 0 ? index : new ErrorValue("not found")
  }),
  define("core/list/sort", [kind.list], (items) => new List(items.bracket, items.toArray().toSorted(ascending))),
  define("core/list/sort-keyed", [kind.list, kind.list], sortKeyed),
  define("core/list/group-keyed", [kind.list, kind.list], groupKeyed),
  define("core/list/unique", [kind.list], unique),
  defineRest("core/list/zip", [kind.list], kind.list, zip),
  define("core/list/sum", [kind.list], sum),
  define("core/list/flatten", [kind.list], flatten)
])

const listOf = (bracket: List["bracket"], items: ReadonlyArray<Value>): List => {
  refuseLongList(items.length)
  return new List(bracket, items)
}

const part = (items: List, start: number, end: number): List =>
  new List(items.bracket, start < end ? items.items.slice(start, end) : [])

function len(of: List | string | Bytes | SxsMap): number {
  if (of instanceof SxsMap) return of.entries.size
  return typeof of === "string" ? countCodePoints(of) : size(of)
}

// How many places have an index; those of a text are its bytes.
const size = (of: List | string | Bytes): number => {
  if (typeof of === "string") return Buffer.byteLength(of)
  return of instanceof List ? of.size : of.bytes.length
}

function at(index: number | bigint, of: List | string | Bytes): Value | undefined {
  if (typeof index === "bigint" || index < 0) return undefined
  if (typeof of === "string") return utf8ByteAt(of, index)
  if (of instanceof Bytes) return of.bytes[index]
  return index < of.size ? of.items[index] : undefined
}

/** Why no item is at the index. */
export const outOfRange = (index: number | bigint, placeCount: number): string =>
  placeCount === 0 ? "there is no index in something empty" : `the index ${index} is not from 0 to ${placeCount - 1}`

function put(items: List, index: number | bigint, item: Value): List {
  const inside = typeof index === "number" && index >= 0 && index < items.size
  refuseUnless(inside, () => outOfRange(index, items.size))
  return new List(items.bracket, items.toArray().with(index as number, item))
}

function concat(first: List | string, more: ReadonlyArray<List | string>): Value {
  return typeof first === "string" ? concatTexts(first, more) : concatLists(first, more)
}

const concatTexts = (first: string, more: ReadonlyArray<List | string>): string => {
  let made = first
  for (const next of more) {
    refuseUnless(typeof next === "string", () => `expected texts only, as the first is one, got ${describe(next)}`)
    refuseLongText(made.length + next.length)
    made += next
  }
  return made
}

// Appending one by one reuses the first list's array where it can, so that growing a list this way stays linear too.
const concatLists = (first: List, more: ReadonlyArray<List | string>): List => {
  let itemCount = first.size
  for (const next of more) {
    refuseUnless(next instanceof List, () => `expected lists only, as the first is one, got ${describe(next)}`)
    itemCount += next.size
    refuseLongList(itemCount)
  }
  let made = first
  for (const next of more as ReadonlyArray<List>) {
    for (let i = 0; i < next.size; i++) made = made.append(next.items[i]!)
  }
  return made
}

function range(from: number | bigint, to: number | bigint, step: number | bigint = 1): List {
  const [start, stride] = [BigInt(from), BigInt(step)]
  // Rounded away from 0: a last step that falls short still begins with an int inside.
  const itemCount = (BigInt(to) - start + stride - (stride > 0n ? 1n : -1n)) / stride
  refuseLongList(itemCount)
  const length = Math.max(0, Number(itemCount))
  const last = normalise(start + BigInt(length) * stride)
  // Numbers do when no product on the way is rounded: none is larger than the whole distance.
  const item =
    typeof from === "number" && typeof last === "number" && Number.isSafeInteger(last - from)
      ? (_: unknown, i: number): Value => from + i * Number(step)
      : (_: unknown, i: number): Value => normalise(start + BigInt(i) * stride)
  return new List("(", Array.from({ length }, item))
}

function indexOf(items: List, item: Value): number {
  for (let i = 0; i < items.size; i++) {
    if (equal(items.items[i]!, item)) return i
  }
  return -1
}

function sortKeyed(items: List, keys: List): List {
  refuseUnlessPaired(items, keys)
  const order = Array.from({ length: items.size }, (_, i) => i)
  order.sort((a, b) => ascending(keys.items[a]!, keys.items[b]!))
  return new List(
    items.bracket,
    order.map((i) => items.items[i]!)
  )
}

function groupKeyed(items: List, keys: List): SxsMap {
  refuseUnlessPaired(items, keys)
  spend(items.size * entryBytes)
  const groups = new Map<string, Array<Value>>()
  for (let i = 0; i < items.size; i++) {
    const key = groupKey(keys.items[i]!)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [items.items[i]!])
    else group.push(items.items[i]!)
  }
  return new SxsMap(new Map(Array.from(groups, ([key, group]) => [key, new List(items.bracket, group)])))
}

const groupKey = (key: Value): string => {
  if (typeof key === "string") return key
  if (isInt(key)) return String(key)
  // Most of these calls are made by `group-by`, whose caller has never heard of `group-keyed`.
  const why = `expected a text or an int as a key, got ${describe(key)}`
  throw new Fault(faultCodes.argument, `list/group-by or list/group-keyed: ${why}`)
}

/** Refuses keys that are not one for each item. */
export const refuseUnlessPaired = (items: List, keys: List): void =>
  refuseUnless(items.size === keys.size, () => `there are ${items.size} items and ${keys.size} keys`)

function unique(items: List): List {
  spend(items.size * entryBytes)
  const seen = new EqualSet()
  return new List(
    items.bracket,
    items.toArray().filter((item) => seen.add(item))
  )
}

function zip(first: List, more: ReadonlyArray<List>): List {
  const all = [first, ...more]
  const shortest = Math.min(...all.map((items) => items.size))
  refuseLongList(shortest * all.length)
  spend(shortest * containerBytes)
  const tuple = (_: unknown, i: number): List =>
    new List(
      "(",
      all.map((items) => items.items[i]!)
    )
  return new List(first.bracket, Array.from({ length: shortest }, tuple))
}

export function sum(items: List): Value {
  return combined(items, 0, add)
}

/** The numbers of a list put together, from `start` on; refuses other items. */
export const combined = (items: List, start: Value, combine: (a: Value, b: Value) => Value): Value => {
  let total = start
  for (let i = 0; i < items.size; i++) {
    const item = items.items[i]!
    refuseUnless(isInt(item) || item instanceof Real, () => `expected numbers, got ${describe(item)} at index ${i}`)
    total = combine(total, item)
  }
  return total
}

function flatten(items: List): List {
  let itemCount = 0
  for (let i = 0; i < items.size; i++) {
    const item = items.items[i]!
    itemCount += item instanceof List ? item.size : 1
    refuseLongList(itemCount)
  }
  return new List(
    items.bracket,
    items.toArray().flatMap((item) => (item instanceof List ? item.toArray() : [item]))
  )
}
