import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ErrorValue, SxsMap, type Value } from "../../../runtime/value/value.ts"
import { anyInt, call, itemsOf, numRuns } from "./support.ts"

const entriesOf = (value: Value): ReadonlyArray<readonly [string, Value]> => {
  if (!(value instanceof SxsMap)) throw new Error("not a map")
  return [...value.entries]
}

const key = fc.constantFrom("a", "b", "__proto__", "")
const entries = fc.array(fc.tuple(key, anyInt), { maxLength: 6 })
const mapOf = (pairs: ReadonlyArray<readonly [string, Value]>): SxsMap => new SxsMap(new Map(pairs))

describe("core/map", () => {
  test("a map does what a JavaScript Map does, without changing", () => {
    fc.assert(
      fc.property(entries, entries, key, anyInt, (pairs, others, k, value) => {
        const map = mapOf(pairs)
        const before = [...map.entries]
        expect(entriesOf(call("core/map/map", ...pairs.flat()))).toEqual(before)
        expect(entriesOf(call("core/map/put", map, k, value))).toEqual([...new Map(before).set(k, value)])
        expect(entriesOf(call("core/map/del", map, k))).toEqual(before.filter(([name]) => name !== k))
        expect(entriesOf(call("core/map/merge", map, mapOf(others), map))).toEqual([
          ...new Map([...before, ...others, ...before])
        ])
        expect(call("core/map/has", map, k)).toBe(map.entries.has(k))
        expect(call("core/map/get", map, k)).toEqual(map.entries.get(k) ?? new ErrorValue("key not found"))
        expect(call("core/map/get", map, k, "default")).toEqual(map.entries.get(k) ?? "default")
        expect(call("core/map/len", map)).toBe(before.length)
        expect(itemsOf(call("core/map/keys", map))).toEqual(before.map(([name]) => name))
        expect(itemsOf(call("core/map/values", map))).toEqual(before.map(([, each]) => each))
        expect(itemsOf(call("core/map/entries", map)).map(itemsOf)).toEqual(before)
        expect([...map.entries]).toEqual(before)
      }),
      { numRuns }
    )
  })

  test("none is a value and a default like any other", () => {
    expect(call("core/map/get", mapOf([["k", null]]), "k", 1)).toBe(null)
    expect(call("core/map/get", mapOf([]), "k", null)).toBe(null)
  })

  test("a key without a value, or one that is no text, is a fault", () => {
    expect(() => call("core/map/map", "a")).toThrow('(map "a"): expected a value for each key, got 1 arguments')
    expect(() => call("core/map/map", "a", 1, 2, 3)).toThrow("expected a text as key, got the int 2 as argument 3")
  })
})
