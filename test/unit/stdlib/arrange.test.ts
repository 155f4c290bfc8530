import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { print } from "../../../runtime/value/print.ts"
import { ErrorValue, List, Real, SxsMap, type Value } from "../../../runtime/value/value.ts"
import { anyInt, anyValue, call, itemsOf, listOf, numRuns, paren } from "./support.ts"

const property = <A>(arbitrary: fc.Arbitrary<A>, holds: (value: A) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns })

const small = fc.nat({ max: 10 })
const map = (...entries: ReadonlyArray<readonly [string, Value]>): SxsMap => new SxsMap(new Map(entries))
const million = new List(
  "(",
  Array.from({ length: 2 ** 20 }, () => 0)
)

describe("core/list arranged", () => {
  test("lists are changed as arrays are, in the same bracket, and stay as they were", () => {
    property(fc.tuple(listOf(anyValue), small, small), ([list, i, j]) => {
      const items = [...list.toArray()]
      const swapped = [...items]
      ;[swapped[i], swapped[j]] = [items[j]!, items[i]!]
      const made: ReadonlyArray<readonly [run: () => Value, model: ReadonlyArray<Value> | undefined]> = [
        [() => call("core/list/insert", list, i, "new"), i <= items.length ? items.toSpliced(i, 0, "new") : undefined],
        [() => call("core/list/remove-at", list, i), i < items.length ? items.toSpliced(i, 1) : undefined],
        [() => call("core/list/swap", list, i, j), Math.max(i, j) < items.length ? swapped : undefined],
        [() => call("core/list/repeat", list, i), Array.from({ length: i }, () => items).flat()],
        [() => call("core/list/intersperse", list, "x"), items.flatMap((item, at) => (at === 0 ? [item] : ["x", item]))]
      ]
      for (const [run, model] of made) {
        if (model === undefined) expect(run).toThrow(/index/)
        else {
          expect(itemsOf(run())).toEqual(model)
          expect((run() as List).bracket).toBe(list.bracket)
        }
      }
      expect(list.toArray()).toEqual(items)
      expect(call("core/list/is-empty", list)).toBe(items.length === 0)
    })
    expect(() => call("core/list/remove-at", paren(1), -1)).toThrow("the index -1 is not from 0 to 0")
    expect(() => call("core/list/insert", paren(1), 2n ** 60n, 1)).toThrow("is not from 0 to 1")
  })

  test("chunks put together are the list, windows are its neighbours", () => {
    property(fc.tuple(listOf(anyValue), fc.integer({ min: 1, max: 10 })), ([list, size]) => {
      const items = list.toArray()
      const chunks = itemsOf(call("core/list/chunk", list, size)).map(itemsOf)
      expect(chunks.flat()).toEqual(items)
      expect(chunks.every((chunk, i) => (i < chunks.length - 1 ? chunk.length === size : chunk.length <= size))).toBe(
        true
      )
      const windows = itemsOf(call("core/list/window", list, size)).map(itemsOf)
      expect(windows).toEqual(items.slice(size - 1).map((_, i) => items.slice(i, i + size)))
    })
    for (const name of ["chunk", "window"])
      expect(() => call(`core/list/${name}`, paren(1), 0)).toThrow("expected a size")
  })

  test("unzip undoes zip, interleave takes turns", () => {
    property(fc.tuple(listOf(anyValue), listOf(anyValue)), ([a, b]) => {
      const size = Math.min(a.size, b.size)
      const [x, y] = [a.toArray().slice(0, size), b.toArray().slice(0, size)]
      const unzipped = itemsOf(call("core/list/unzip", call("core/list/zip", a, b)))
      expect(unzipped.map(itemsOf)).toEqual(size === 0 ? [] : [x, y])
      expect(itemsOf(call("core/list/interleave", a, b))).toEqual(x.flatMap((item, i) => [item, y[i]!]))
    })
    expect(print(call("core/list/unzip", paren(paren(1, 2, 3), paren(4, 5))))).toBe("((1 4) (2 5))")
    expect(() => call("core/list/unzip", paren(paren(1), 2))).toThrow("expected lists, got the int 2 at index 1")
    expect(print(call("core/list/enumerate", new List("[", ["a"])))).toBe('[(0 "a")]')
  })

  test("tally counts texts, also those that JavaScript's objects know", () => {
    const counted = call("core/list/tally", paren("__proto__", "a", "__proto__", "constructor"))
    expect(print(counted)).toBe('(map "__proto__" 2 "a" 1 "constructor" 1)')
    expect(() => call("core/list/tally", paren("a", 1))).toThrow("expected texts, got the int 1 at index 1")
  })

  test("product, average, min and max are exact where ints are", () => {
    expect(call("core/list/product", paren())).toBe(1)
    expect(call("core/list/product", paren(2n ** 60n, 2n ** 60n))).toBe(2n ** 120n)
    expect(call("core/list/average", paren(1, new Real(2)))).toEqual(new Real(1.5))
    expect(call("core/list/average", paren())).toEqual(new ErrorValue("empty list"))
    expect(() => call("core/list/average", paren(1, "a"))).toThrow('expected numbers, got the text "a" at index 1')
    property(fc.array(anyInt, { minLength: 1 }), (amounts) => {
      expect(call("core/list/min", paren(...amounts))).toBe(Math.min(...amounts))
      expect(call("core/list/max", paren(...amounts))).toBe(Math.max(...amounts))
    })
    expect(call("core/list/min", paren("b", "a"))).toBe("a")
    // As in sorting, `nan` comes after all numbers.
    const withNaN = paren(new Real(Number.NaN), 1)
    expect([call("core/list/min", withNaN), call("core/list/max", withNaN)]).toEqual([1, new Real(Number.NaN)])
    for (const name of ["min", "max"]) {
      expect(call(`core/list/${name}`, paren())).toEqual(new ErrorValue("empty list"))
      expect(() => call(`core/list/${name}`, paren(1, "a"))).toThrow("two numbers or two texts can be compared")
      expect(() => call(`core/list/${name}`, paren(null))).toThrow("two numbers or two texts can be compared")
    }
  })

  test("of keyed items the first with the key counts", () => {
    const [items, keys] = [paren("a", "b", "c", "d"), paren(2, 1, 1, 2)]
    expect(call("core/list/min-keyed", items, keys)).toBe("b")
    expect(call("core/list/max-keyed", items, keys)).toBe("a")
    expect(itemsOf(call("core/list/unique-keyed", items, keys))).toEqual(["a", "b"])
    for (const name of ["min-keyed", "max-keyed", "unique-keyed"]) {
      expect(() => call(`core/list/${name}`, items, paren(1))).toThrow("there are 4 items and 1 keys")
    }
    expect(call("core/list/min-keyed", paren(), paren())).toEqual(new ErrorValue("empty list"))
  })

  const large: ReadonlyArray<readonly [name: string, args: ReadonlyArray<Value>]> = [
    ["fill", [0, 2 ** 20 + 1]],
    ["repeat", [paren(1, 2), 2 ** 20]],
    ["insert", [million, 0, 1]],
    ["intersperse", [million, 1]],
    ["interleave", [million, million]],
    ["window", [million, 2]]
  ]
  test.for(large)("core/list/%s makes no list of more than 2^20 items", ([name, args]) => {
    expect(() => call(`core/list/${name}`, ...args)).toThrow(
      /the list would have \d+ items, and at most 1048576 are allowed/
    )
  })
})

describe("core/map arranged", () => {
  const key = fc.constantFrom<string>("a", "b", "c", "__proto__", "constructor", "")
  const anyMap = fc.array(fc.tuple(key, anyValue), { maxLength: 6 }).map((entries) => map(...entries))

  test("from-list undoes entries, from-lists keys and values, invert itself", () => {
    property(anyMap, (of) => {
      expect(print(call("core/map/from-list", call("core/map/entries", of)))).toBe(print(of))
      const lists = [call("core/map/keys", of), call("core/map/values", of)] as const
      expect(print(call("core/map/from-lists", ...lists))).toBe(print(of))
      const own = call("core/map/from-lists", lists[0], lists[0])
      expect(print(call("core/map/invert", own))).toBe(print(own))
      expect(call("core/map/is-empty", of)).toBe(of.entries.size === 0)
      expect(itemsOf(call("core/map/keys", call("core/map/sort", of)))).toEqual([...of.entries.keys()].sort())
    })
  })

  test("pick and omit part a map", () => {
    property(fc.tuple(anyMap, fc.array(key)), ([of, keys]) => {
      const [picked, left] = ["pick", "omit"].map((name) => call(`core/map/${name}`, of, paren(...keys)) as SxsMap) as [
        SxsMap,
        SxsMap
      ]
      expect([...left.entries]).toEqual([...of.entries].filter(([name]) => !keys.includes(name)))
      expect([...picked.entries]).toEqual(
        [...new Set(keys)].filter((name) => of.entries.has(name)).map((name) => [name, of.entries.get(name)])
      )
    })
  })

  test("what is put at a path is found there, and nothing else changes", () => {
    property(fc.tuple(anyMap, fc.array(key, { minLength: 1, maxLength: 3 }), anyValue), ([of, path, value]) => {
      const before = print(of)
      const inTheWay = path.slice(0, -1).some((_, i) => {
        const at = call("core/map/get-in", of, paren(...path.slice(0, i + 1)), map())
        return !(at instanceof SxsMap)
      })
      const put = () => call("core/map/put-in", of, paren(...path), value)
      if (inTheWay) expect(put).toThrow("has no the text")
      else {
        expect(call("core/map/get-in", put(), paren(...path), "missing")).toBe(value)
        const others = (from: Value) => call("core/map/omit", from, paren(path[0]!))
        expect(print(others(put()))).toBe(print(others(of)))
      }
      expect(print(of)).toBe(before)
    })
  })

  test("a path goes into lists by index", () => {
    const of = map(["items", new List("[", [map(["n", 1]), 2])], ["none", null])
    const at = (...path: Array<Value>) => call("core/map/get-in", of, paren(...path))
    expect([at("items", 0, "n"), at("none")]).toEqual([1, null])
    for (const path of [["items", 2], ["items", -1], ["items", "0"], ["x"], ["none", "x"], [0]]) {
      expect(at(...path), print(paren(...path))).toEqual(new ErrorValue("key not found"))
    }
    expect(at()).toBe(of)
    expect(call("core/map/get-in", of, paren("x"), null)).toBe(null)
    expect(print(call("core/map/put-in", of, paren("items", 1), 3))).toBe('(map "items" [(map "n" 1) 3] "none" none)')
    expect(() => at("items", true)).toThrow("expected texts and ints as the path, got the bool true")
    expect(() => call("core/map/put-in", of, paren("items", 2), 3)).toThrow("the index 2 is not from 0 to 1")
    expect(() => call("core/map/put-in", of, paren(), 3)).toThrow("the path is empty")
  })

  const refused: ReadonlyArray<readonly [name: string, args: ReadonlyArray<Value>, why: string]> = [
    [
      "from-list",
      [paren(paren("a", 1), paren("b"))],
      'expected lists of a key and a value, got the list ("b") at index 1'
    ],
    ["from-list", [paren(paren(1, 1))], "expected texts as keys, got the int 1 at index 0"],
    ["from-lists", [paren("a"), paren()], "there are 0 items and 1 keys"],
    ["pick", [map(), paren(1)], "expected texts as keys, got the int 1 at index 0"],
    ["omit", [map(), paren(null)], "expected texts as keys, got none at index 0"],
    ["invert", [map(["a", 1])], "expected texts as values, got the int 1"]
  ]
  test.for(refused)("core/map/%s refuses", ([name, args, why]) => {
    expect(() => call(`core/map/${name}`, ...args)).toThrow(why)
  })
})
