import { divide, multiply } from "../../runtime/value/arithmetic.ts"
import { ErrorValue, List, SxsMap, type Value } from "../../runtime/value/value.ts"
import { containerBytes, entryBytes, itemBytes, spend } from "../../runtime/value/work.ts"
import { refuseLongList } from "./bounds.ts"
import { define, defineRest, type ImplementationTable, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import { EqualSet } from "./equal-set.ts"
import * as kind from "./kinds.ts"
import { combined, outOfRange, refuseUnlessPaired, sum } from "./list.ts"
import { ascending } from "./order.ts"

/** What of `core/list` arranges the items anew or makes one value of them. */
export const listArrange: ImplementationTable = tableOf([
  define("core/list/is-empty", [kind.list], (items) => items.size === 0),
  define("core/list/insert", [kind.list, kind.int, kind.any], insert),
  define("core/list/remove-at", [kind.list, kind.int], (items, index) =>
    like(items, items.toArray().toSpliced(indexIn(items, index), 1))
  ),
  define("core/list/swap", [kind.list, kind.int, kind.int], swap),
  define("core/list/fill", [kind.any, kind.count], (item, count) => {
    refuseLongList(count)
    return new List(
      "(",
      Array.from({ length: count }, () => item)
    )
  }),
  define("core/list/repeat", [kind.list, kind.count], repeat),
  define("core/list/enumerate", [kind.list], (items) => {
    spend(items.size * containerBytes)
    return like(
      items,
      items.toArray().map((item, index) => new List("(", [index, item]))
    )
  }),
  define("core/list/chunk", [kind.list, kind.size], (items, size) =>
    parts(items, { count: Math.ceil(items.size / size), size, step: size })
  ),
  define("core/list/window", [kind.list, kind.size], window),
  defineRest("core/list/interleave", [kind.list], kind.list, interleave),
  define("core/list/intersperse", [kind.list, kind.any], (items, separator) => {
    refuseLongList(items.size * 2 - 1)
    return like(
      items,
      items.toArray().flatMap((item, index) => (index === 0 ? [item] : [separator, item]))
    )
  }),
  define("core/list/unzip", [kind.list], unzip),
  define("core/list/tally", [kind.list], tally),
  define("core/list/product", [kind.list], (items) => combined(items, 1, multiply)),
  define("core/list/average", [kind.list], (items) =>
    items.size === 0 ? new ErrorValue("empty list") : divide(sum(items), items.size)
  ),
  define("core/list/min", [kind.list], (items) => extreme(items, items, -1)),
  define("core/list/max", [kind.list], (items) => extreme(items, items, 1)),
  define("core/list/min-keyed", [kind.list, kind.list], (items, keys) => extreme(items, keys, -1)),
  define("core/list/max-keyed", [kind.list, kind.list], (items, keys) => extreme(items, keys, 1)),
  define("core/list/unique-keyed", [kind.list, kind.list], uniqueKeyed)
])

const like = (items: List, made: ReadonlyArray<Value>): List => new List(items.bracket, made)

const indexIn = (items: List, index: number | bigint): number => {
  const isInside = typeof index === "number" && index >= 0 && index < items.size
  refuseUnless(isInside, () => outOfRange(index, items.size))
  return index as number
}

function insert(items: List, index: number | bigint, item: Value): List {
  const isInside = typeof index === "number" && index >= 0 && index <= items.size
  refuseUnless(isInside, () => `the index ${index} is not from 0 to ${items.size}`)
  refuseLongList(items.size + 1)
  return like(items, items.toArray().toSpliced(index as number, 0, item))
}

function swap(items: List, i: number | bigint, j: number | bigint): List {
  const [one, other] = [indexIn(items, i), indexIn(items, j)]
  const made = [...items.toArray()]
  made[one] = items.items[other]!
  made[other] = items.items[one]!
  return like(items, made)
}

function repeat(items: List, count: number): List {
  refuseLongList(items.size * count)
  if (items.size === 0) return like(items, [])
  const array = items.toArray()
  return like(
    items,
    Array.from({ length: items.size * count }, (_, i) => array[i % array.length]!)
  )
}

/** So many lists of `size` items, each beginning `step` items behind the one before. */
const parts = (items: List, { count, size, step }: Record<"count" | "size" | "step", number>): List => {
  const array = items.toArray()
  spend(count * (containerBytes + size * itemBytes))
  return like(
    items,
    Array.from({ length: count }, (_, i) => like(items, array.slice(i * step, i * step + size)))
  )
}

function window(items: List, size: number): List {
  const count = Math.max(0, items.size - size + 1)
  refuseLongList(count * size)
  return parts(items, { count, size, step: 1 })
}

function interleave(first: List, more: ReadonlyArray<List>): List {
  const all = [first, ...more]
  const shortest = Math.min(...all.map(({ size }) => size))
  refuseLongList(shortest * all.length)
  return like(
    first,
    Array.from({ length: shortest * all.length }, (_, i) => all[i % all.length]!.items[Math.floor(i / all.length)]!)
  )
}

function unzip(items: List): List {
  const tuples = items.toArray().map((tuple, index) => {
    refuseUnless(tuple instanceof List, () => `expected lists, got ${describe(tuple)} at index ${index}`)
    return tuple
  })
  const width = tuples.reduce((least, { size }) => Math.min(least, size), tuples[0]?.size ?? 0)
  spend(width * (containerBytes + tuples.length * itemBytes))
  const column = (at: number): List =>
    like(
      items,
      tuples.map((tuple) => tuple.items[at]!)
    )
  return new List(
    "(",
    Array.from({ length: width }, (_, at) => column(at))
  )
}

function tally(items: List): SxsMap {
  const counts = new Map<string, number>()
  for (const [index, item] of items.toArray().entries()) {
    refuseUnless(typeof item === "string", () => `expected texts, got ${describe(item)} at index ${index}`)
    counts.set(item, (counts.get(item) ?? 0) + 1)
  }
  return new SxsMap(counts)
}

/** The item whose key lies furthest in a direction: the first of equal ones, and `nan` last as in sorting. */
const extreme = (items: List, keys: List, direction: -1 | 1): Value => {
  refuseUnlessPaired(items, keys)
  if (items.size === 0) return new ErrorValue("empty list")
  let best = 0
  // A single key is compared too, so that one without an order is refused in any case.
  for (let i = 0; i < keys.size; i++) if (ascending(keys.items[i]!, keys.items[best]!) === direction) best = i
  return items.items[best]!
}

function uniqueKeyed(items: List, keys: List): List {
  refuseUnlessPaired(items, keys)
  spend(items.size * entryBytes)
  const seen = new EqualSet()
  return like(
    items,
    items.toArray().filter((_, index) => seen.add(keys.items[index]!))
  )
}
