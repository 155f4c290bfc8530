import * as fc from "fast-check"
import { beforeAll, describe, expect, test } from "vitest"
import { type ErrorValue, List, type SxsMap, type Value } from "../../../runtime/value/value.ts"
import { compiled, type Run } from "./compiled.ts"
import { itemsOf } from "./support.ts"

// Items are lists of a number and their place, so that the order of equal ones shows.
const program = `
(def xs (core/kv/get input (list)))
(defn number (x :list) [(at! 0 x)])
(core/kv/set map (list/map (fn (x) [(* 2 (number x))]) xs))
(core/kv/set filter (list/filter (fn (x) [(> (number x) 2)]) xs))
(core/kv/set fold (list/fold (fn (sum x) [(+ (* 3 sum) (number x))]) 1 xs))
(core/kv/set each (list/each (fn (x) [(core/kv/set last (number x))]) xs))
(core/kv/set find (list/find (fn (x) [(> (number x) 2)]) xs))
(core/kv/set any (list/any (fn (x) [(> (number x) 3)]) xs))
(core/kv/set all (list/all (fn (x) [(< (number x) 3)]) xs))
(core/kv/set count-if (list/count-if (fn (x) [(= (number x) 2)]) xs))
(core/kv/set sort-by (list/sort-by (fn (x) [(- (number x))]) xs))
(core/kv/set sort-with (list/sort-with (fn (a b) [(< (number a) (number b))]) xs))
(core/kv/set group-by (list/group-by (fn (x) [(if (> (number x) 2) "big" "small")]) xs))
`

type Pair = readonly [value: number, place: number]

const pairs: fc.Arbitrary<ReadonlyArray<Pair>> = fc
  .array(fc.nat({ max: 4 }), { maxLength: 20 })
  .map((values) => values.map((value, place): Pair => [value, place]))

const asList = (list: ReadonlyArray<Pair>): List =>
  new List(
    "[",
    list.map((pair) => new List("(", [...pair]))
  )

const asPairs = (value: Value | undefined): ReadonlyArray<ReadonlyArray<Value>> => {
  expect((value as List).bracket).toBe("[")
  return itemsOf(value!).map(itemsOf)
}

describe("prelude", () => {
  let run: Run
  beforeAll(async () => {
    run = await compiled(program)
  })

  // In one go, and in ever smaller pieces: without fuel each loop turn and counted call is saved.
  test.for([1_000_000, 3, 0])("its functions do what those of arrays do, with fuel for %i", (fuel) => {
    fc.assert(
      fc.property(pairs, (list) => {
        const results = run(asList(list), { fuel })
        const values = list.map(([value]) => value)
        expect((results.get("map") as List).bracket).toBe("[")
        expect(itemsOf(results.get("map")!)).toEqual(values.map((value) => value * 2))
        expect(asPairs(results.get("filter"))).toEqual(list.filter(([value]) => value > 2))
        expect(Number(results.get("fold"))).toBe(values.reduce((sum, value) => sum * 3 + value, 1))
        expect(results.get("each")).toBe(null)
        expect(results.get("last")).toBe(values.at(-1))
        const found = list.find(([value]) => value > 2)
        if (found === undefined) expect((results.get("find") as ErrorValue).content).toBe("not found")
        else expect(itemsOf(results.get("find")!)).toEqual(found)
        expect(results.get("any")).toBe(values.some((value) => value > 3))
        expect(results.get("all")).toBe(values.every((value) => value < 3))
        expect(results.get("count-if")).toBe(values.filter((value) => value === 2).length)
        expect(asPairs(results.get("sort-by"))).toEqual(list.toSorted(([a], [b]) => b - a))
        expect(asPairs(results.get("sort-with"))).toEqual(list.toSorted(([a], [b]) => a - b))
        const groups = (results.get("group-by") as SxsMap).entries
        for (const [name, isIn] of [
          ["big", (value: number) => value > 2],
          ["small", (value: number) => value <= 2]
        ] as const) {
          const members = list.filter(([value]) => isIn(value))
          if (members.length === 0) expect(groups.has(name)).toBe(false)
          else expect(asPairs(groups.get(name))).toEqual(members)
        }
      }),
      { numRuns: 60 }
    )
  })
})
