import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { equal } from "../../../runtime/value/equal.ts"
import { Bytes, ErrorValue, List, normalise, Real, SxsMap, type Value } from "../../../runtime/value/value.ts"
import { anyInt, anyText, anyValue, call, denseText, itemsOf, listOf, numRuns, paren } from "./support.ts"

const property = <A>(arbitrary: fc.Arbitrary<A>, holds: (value: A) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns })

const small = fc.nat({ max: 10 })

describe("core/list", () => {
  test("parts of a list are those of an array, in the same bracket, and leave the list as it was", () => {
    property(fc.tuple(listOf(anyValue), small, anyInt, anyInt), ([list, count, start, end]) => {
      const before = [...list.toArray()]
      const parts: ReadonlyArray<readonly [Value, ReadonlyArray<Value>]> = [
        [call("core/list/take", list, count), before.slice(0, count)],
        [call("core/list/drop", list, count), before.slice(count)],
        [call("core/list/rest", list), before.slice(1)],
        [call("core/list/slice", list, start, end), before.slice(start, end)],
        [call("core/list/slice", list, start), before.slice(start)],
        [call("core/list/reverse", list), before.toReversed()],
        [call("core/list/append", list, 1), [...before, 1]],
        [call("core/list/concat", list, paren(1, 2), list), [...before, 1, 2, ...before]]
      ]
      for (const [made, model] of parts) {
        expect(itemsOf(made)).toEqual(model)
        expect((made as List).bracket).toBe(list.bracket)
      }
      expect(list.toArray()).toEqual(before)
    })
  })

  test("two lists grown from the same one do not see each other", () => {
    property(listOf(anyValue), (list) => {
      const one = call("core/list/append", list, "one")
      const two = call("core/list/append", list, "two")
      const three = call("core/list/concat", list, paren("three"))
      expect([one, two, three].map((each) => itemsOf(each).at(-1))).toEqual(["one", "two", "three"])
      const none = call("core/list/take", list, 0)
      call("core/list/append", none, "x")
      expect(itemsOf(none)).toEqual([])
    })
  })

  test("at, first, last, len and put go by index", () => {
    property(fc.tuple(listOf(anyValue), anyInt), ([list, index]) => {
      const items = list.toArray()
      const inside = index >= 0 && index < items.length
      const item = call("core/list/at", index, list)
      if (inside) {
        expect(item).toBe(items[index])
        expect(call("core/list/at!", index, list)).toBe(item)
        expect(itemsOf(call("core/list/put", list, index, "new"))).toEqual(items.with(index, "new"))
      } else {
        expect(item).toEqual(new ErrorValue("index out of range"))
        expect(() => call("core/list/at!", index, list)).toThrow(/index/)
        expect(() => call("core/list/put", list, index, "new")).toThrow(/index/)
      }
      expect(call("core/list/len", list)).toBe(items.length)
      expect(call("core/list/first", list)).toEqual(items.length === 0 ? new ErrorValue("empty list") : items[0])
      expect(call("core/list/last", list)).toEqual(items.length === 0 ? new ErrorValue("empty list") : items.at(-1))
    })
  })

  test("none is an item like any other", () => {
    expect(call("core/list/at", 0, paren(null))).toBe(null)
    expect(call("core/list/at!", 0, paren(null))).toBe(null)
    expect(call("core/list/first", paren(null))).toBe(null)
  })

  test("at sees the bytes of a text, len its code points", () => {
    property(fc.tuple(anyText, fc.nat({ max: 50 })), ([text, index]) => {
      const byte = Buffer.from(text)[index]
      expect(call("core/list/at", index, text)).toEqual(byte ?? new ErrorValue("index out of range"))
      expect(call("core/list/len", text)).toBe([...text].length)
    })
    expect(call("core/list/at", 2, "\ud800")).toBe(0xbd)
    expect(call("core/list/at", 1, new Bytes(new Uint8Array([7, 8])))).toBe(8)
    expect(call("core/list/at", 2n ** 70n, "a")).toEqual(new ErrorValue("index out of range"))
    expect(call("core/list/len", new Bytes(new Uint8Array(3)))).toBe(3)
    expect(call("core/list/len", new SxsMap(new Map([["k", 1]])))).toBe(1)
  })

  test("concat joins texts when the first is one", () => {
    expect(call("core/list/concat", "a", "b", "c")).toBe("abc")
    expect(() => call("core/list/concat", "a", paren())).toThrow(
      "expected texts only, as the first is one, got the list ()"
    )
    expect(() => call("core/list/concat", paren(), "a")).toThrow(
      'expected lists only, as the first is one, got the text "a"'
    )
  })

  test("range counts up and down and never reaches its end", () => {
    property(
      fc.tuple(
        anyInt,
        anyInt,
        anyInt.filter((step) => step !== 0),
        fc.constantFrom(0n, 2n ** 53n, -(2n ** 60n))
      ),
      ([from, to, step, offset]) => {
        const model: Array<Value> = []
        for (let at = from; step > 0 ? at < to : at > to; at += step) model.push(normalise(BigInt(at) + offset))
        const moved = [from, to].map((bound) => normalise(BigInt(bound) + offset))
        expect(itemsOf(call("core/list/range", ...moved, step))).toEqual(model)
      }
    )
    expect(itemsOf(call("core/list/range", 2, 5))).toEqual([2, 3, 4])
    // Items and bounds are safe ints here, but the products of index and step are not.
    const [lowest, stride, size] = [BigInt(Number.MIN_SAFE_INTEGER), 2n ** 34n + 1n, 2n ** 19n + 6n]
    const wide = itemsOf(call("core/list/range", Number(lowest), Number(lowest + size * stride), Number(stride)))
    expect([BigInt(wide.length), wide.at(-1)]).toEqual([size, normalise(lowest + (size - 1n) * stride)])
  })

  test("contains, index-of and unique go by eq", () => {
    property(fc.tuple(listOf(anyValue), anyValue), ([list, item]) => {
      const items = list.toArray()
      const index = items.findIndex((each) => equal(each, item))
      expect(call("core/list/contains", list, item)).toBe(index >= 0)
      expect(call("core/list/index-of", list, item)).toEqual(index >= 0 ? index : new ErrorValue("not found"))
      const model = items.filter((each, i) => items.findIndex((other) => equal(other, each)) === i)
      expect(itemsOf(call("core/list/unique", list))).toEqual(model)
    })
  })

  test("unique takes maps with the same entries in another order for equal", () => {
    const one = new SxsMap(
      new Map<string, Value>([
        ["a", 1],
        ["b", paren(2)]
      ])
    )
    const two = new SxsMap(
      new Map<string, Value>([
        ["b", paren(2)],
        ["a", 1]
      ])
    )
    expect(itemsOf(call("core/list/unique", paren(one, two)))).toEqual([one])
  })

  test("sort orders numbers by amount or texts by code points", () => {
    const amount = (value: Value): number => (value instanceof Real ? value.value : Number(value))
    const numbers = fc.oneof(
      anyInt,
      fc.double({ noNaN: true }).map((value) => new Real(value))
    )
    property(listOf(numbers), (list) => {
      const sorted = itemsOf(call("core/list/sort", list)).map(amount)
      expect(sorted).toEqual(
        list
          .toArray()
          .map(amount)
          .toSorted((a, b) => a - b || 0)
      )
    })
    const points = (text: Value): ReadonlyArray<number> => [...(text as string)].map((each) => each.codePointAt(0)!)
    property(listOf(anyText), (list) => {
      const sorted = itemsOf(call("core/list/sort", list))
      const byBytes = list
        .toArray()
        .toSorted((a, b) => Buffer.compare(Buffer.from(a as string), Buffer.from(b as string)))
      expect(sorted.map(points)).toEqual(byBytes.map(points))
    })
    expect(
      itemsOf(call("core/list/sort", paren(new Real(Number.NaN), 2, new Real(1), new Real(Number.NaN), 0)))
    ).toEqual([0, new Real(1), 2, new Real(Number.NaN), new Real(Number.NaN)])
    expect(() => call("core/list/sort", paren(1, "a"))).toThrow()
  })

  test("sort-keyed and group-keyed keep the order of items with equal keys", () => {
    property(listOf(fc.constantFrom("x", "y", "z")), (keys) => {
      const names = keys.toArray() as ReadonlyArray<string>
      const items = new List(
        "[",
        names.map((_, i) => i)
      )
      const model = names
        .map((_, i) => i)
        .toSorted((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : 0))
      expect(itemsOf(call("core/list/sort-keyed", items, keys))).toEqual(model)
      const groups = call("core/list/group-keyed", items, keys) as SxsMap
      expect([...groups.entries.keys()]).toEqual([...new Set(names)])
      for (const [key, group] of groups.entries) {
        expect(itemsOf(group)).toEqual(names.flatMap((name, i) => (name === key ? [i] : [])))
        expect((group as List).bracket).toBe("[")
      }
    })
    expect(() => call("core/list/sort-keyed", paren(1), paren())).toThrow("there are 1 items and 0 keys")
    expect(() => call("core/list/group-keyed", paren(1), paren(new Real(2)))).toThrow(
      /^list.group-by or .*: expected a text or an int as a key, got the real 2.0$/
    )
    const groups = call("core/list/group-keyed", paren(1, 2, 3, 4), paren(2, "2", 2n ** 70n, -1)) as SxsMap
    expect([...groups.entries.keys()]).toEqual(["2", "1180591620717411303424", "-1"])
    expect(itemsOf(groups.entries.get("2")!)).toEqual([1, 2])
  })

  test("zip is as long as its shortest list, flatten goes one level deep, sum is exact", () => {
    property(fc.tuple(listOf(anyInt), listOf(denseText)), ([a, b]) => {
      const zipped = itemsOf(call("core/list/zip", a, b)).map(itemsOf)
      expect(zipped).toEqual(
        Array.from({ length: Math.min(a.size, b.size) }, (_, i) => [a.toArray()[i], b.toArray()[i]])
      )
    })
    property(listOf(anyValue), (list) => {
      const model = list.toArray().flatMap((item) => (item instanceof List ? item.toArray() : [item]))
      expect(itemsOf(call("core/list/flatten", list))).toEqual(model)
    })
    property(fc.array(fc.bigInt()), (amounts) => {
      const total = amounts.reduce((sum, next) => sum + next, 0n)
      expect(call("core/list/sum", paren(...amounts.map(normalise)))).toBe(normalise(total))
    })
    expect(call("core/list/sum", paren(1, new Real(0.5)))).toEqual(new Real(1.5))
    expect(() => call("core/list/sum", paren(1, "2"))).toThrow(
      '(list/sum (1 "2")): expected numbers, got the text "2" at index 1'
    )
  })
})
