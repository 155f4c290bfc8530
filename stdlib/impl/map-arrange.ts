import { compareCodePoints } from "../../runtime/value/code-points.ts"
import { ErrorValue, List, SxsMap, type Value } from "../../runtime/value/value.ts"
import { refuseLargeMap } from "./bounds.ts"
import { define, type ImplementationTable, refusal, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import * as kind from "./kinds.ts"
import { outOfRange, refuseUnlessPaired } from "./list.ts"

/** What of `core/map` makes a map of something else, or goes by several keys. */
export const mapArrange: ImplementationTable = tableOf([
  define("core/map/is-empty", [kind.map], (of) => of.entries.size === 0),
  define("core/map/from-list", [kind.list], fromList),
  define("core/map/from-lists", [kind.list, kind.list], fromLists),
  define("core/map/get-in", [kind.any, kind.list, kind.optional(kind.any)], getIn),
  define("core/map/put-in", [kind.map, kind.list, kind.any], putIn),
  define("core/map/pick", [kind.map, kind.list], pick),
  define("core/map/omit", [kind.map, kind.list], omit),
  define("core/map/invert", [kind.map], invert),
  define("core/map/sort", [kind.map], (of) => mapOf([...of.entries].sort(([a], [b]) => compareCodePoints(a, b))))
])

const mapOf = (entries: Iterable<readonly [string, Value]>): SxsMap => {
  const made = new Map(entries)
  refuseLargeMap(made.size)
  return new SxsMap(made)
}

const asKey = (value: Value, index: number): string => {
  refuseUnless(typeof value === "string", () => `expected texts as keys, got ${describe(value)} at index ${index}`)
  return value
}

function fromList(entries: List): SxsMap {
  return mapOf(
    entries.toArray().map((entry, index): readonly [string, Value] => {
      const isPair = entry instanceof List && entry.size === 2
      refuseUnless(isPair, () => `expected lists of a key and a value, got ${describe(entry)} at index ${index}`)
      return [asKey(entry.items[0]!, index), entry.items[1]!]
    })
  )
}

function fromLists(keys: List, values: List): SxsMap {
  refuseUnlessPaired(values, keys)
  return mapOf(keys.toArray().map((key, index): readonly [string, Value] => [asKey(key, index), values.items[index]!]))
}

function getIn(of: Value, path: List, otherwise: Value = new ErrorValue("key not found")): Value {
  let at: Value | undefined = of
  for (const step of path.toArray()) {
    at = at === undefined ? undefined : stepInto(at, step)
  }
  return at === undefined ? otherwise : at
}

/** What is there: undefined when nothing is. */
const stepInto = (of: Value, step: Value): Value | undefined => {
  if (typeof step === "string") return of instanceof SxsMap ? of.entries.get(step) : undefined
  refuseUnless(kind.int.accepts(step), () => `expected texts and ints as the path, got ${describe(step)}`)
  const isInside = of instanceof List && typeof step === "number" && step >= 0 && step < of.size
  return isInside ? of.items[step] : undefined
}

function putIn(of: SxsMap, path: List, value: Value): Value {
  const steps = path.toArray()
  refuseUnless(steps.length > 0, () => "the path is empty")
  // What stands before each step, outermost first; then it is made anew from the inside out.
  const around: Array<Value> = []
  let at: Value = of
  for (const step of steps) {
    around.push(at)
    const inside = stepInto(at, step)
    at = inside === undefined ? new SxsMap(new Map()) : inside
  }
  return steps.reduceRight((inner, step, index) => replaced(around[index]!, step, inner), value)
}

const replaced = (of: Value, step: Value, inner: Value): Value => {
  if (of instanceof SxsMap && typeof step === "string") return mapOf(new Map(of.entries).set(step, inner))
  if (!(of instanceof List) || !kind.int.accepts(step)) throw refusal(`${describe(of)} has no ${describe(step)}`)
  const isInside = typeof step === "number" && step >= 0 && step < of.size
  refuseUnless(isInside, () => outOfRange(step, of.size))
  return new List(of.bracket, of.toArray().with(step as number, inner))
}

function pick(of: SxsMap, keys: List): SxsMap {
  return mapOf(
    keys.toArray().flatMap((key, index): ReadonlyArray<readonly [string, Value]> => {
      const value = of.entries.get(asKey(key, index))
      return value === undefined ? [] : [[key as string, value]]
    })
  )
}

function omit(of: SxsMap, keys: List): SxsMap {
  const made = new Map(of.entries)
  for (const [index, key] of keys.toArray().entries()) made.delete(asKey(key, index))
  return new SxsMap(made)
}

function invert(of: SxsMap): SxsMap {
  return mapOf(
    Array.from(of.entries, ([key, value]): readonly [string, Value] => {
      refuseUnless(typeof value === "string", () => `expected texts as values, got ${describe(value)}`)
      return [value, key]
    })
  )
}
