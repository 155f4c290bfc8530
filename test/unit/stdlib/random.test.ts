import { describe, expect, test } from "vitest"
import { type Bytes, ErrorValue, List, type Real, type Value } from "../../../runtime/value/value.ts"
import { chanceLibrary } from "../../../stdlib/impl/library.ts"
import { TimeOrderedIds } from "../../../stdlib/impl/uuid.ts"
import { library } from "../../../stdlib/signatures/index.ts"
import { itemsOf, paren, unpaired } from "./support.ts"

const draw = (name: string, ...args: Array<Value>): Value => chanceLibrary.get(name)!(...args)
const draws = (count: number, name: string, ...args: Array<Value>): ReadonlyArray<Value> =>
  Array.from({ length: count }, () => draw(name, ...args))

describe("core/random", () => {
  test("each function of chance has an implementation", () => {
    const stated = library.filter(({ name }) => chanceLibrary.has(name))
    expect(unpaired(stated, chanceLibrary)).toEqual({ missing: [], surplus: [], twice: [] })
    for (const { name, effect } of stated) expect(effect, name).toBe("store")
  })

  // The chance that a sound generator fails one of these is below 10^-20.
  test("int reaches each int of a small range, and no other", () => {
    const found = new Set(draws(1000, "core/random/int", -2, 3))
    expect([...found].sort((a, b) => Number(a) - Number(b))).toEqual([-2, -1, 0, 1, 2])
    expect(draws(50, "core/random/int", 7, 8)).toEqual(Array.from({ length: 50 }, () => 7))
  })

  test("int takes ranges of any size, all of whose parts it reaches", () => {
    for (const distance of [2n ** 48n, 2n ** 53n, 2n ** 64n + 1n, 3n * 2n ** 70n, 10n ** 50n]) {
      const from = -(10n ** 30n)
      const found = draws(300, "core/random/int", from, from + distance).map((n) => BigInt(n as number | bigint))
      for (const n of found) expect(n >= from && n < from + distance).toBe(true)
      const quarters = new Set(found.map((n) => ((n - from) * 4n) / distance))
      expect(quarters.size).toBe(4)
      expect(new Set(found.map((n) => n % 2n)).size).toBeGreaterThan(1)
    }
  })

  test("int refuses an empty range", () => {
    expect(() => draw("core/random/int", 3, 3)).toThrow("(random/int 3 3): there is no int in an empty range")
  })

  test("real lies from 0 up to 1, bool is both", () => {
    const reals = draws(500, "core/random/real").map((real) => (real as Real).value)
    expect(reals.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(reals.some((value) => value < 0.3) && reals.some((value) => value > 0.7)).toBe(true)
    expect(new Set(draws(200, "core/random/bool")).size).toBe(2)
  })

  test("pick takes items only, shuffle keeps them all and the bracket", () => {
    expect(draw("core/random/pick", paren())).toEqual(new ErrorValue("empty list"))
    expect(new Set(draws(400, "core/random/pick", paren("a", "b", "c")))).toEqual(new Set(["a", "b", "c"]))
    const list = new List("[", [1, 2, 3, "hidden"], 3)
    const orders = draws(600, "core/random/shuffle", list)
    expect((orders[0] as List).bracket).toBe("[")
    expect(new Set(orders.map((order) => itemsOf(order).join())).size).toBe(6)
    expect(new Set(orders.map((order) => itemsOf(order).toSorted().join()))).toEqual(new Set(["1,2,3"]))
    expect(itemsOf(list)).toEqual([1, 2, 3])
  })

  test.for(["core/random/bytes", "core/crypto/random-bytes"])("%s gives so many, up to a bound", (name) => {
    expect(draws(3, name, 0).map((bytes) => (bytes as Bytes).bytes.length)).toEqual([0, 0, 0])
    expect(new Set(draws(20, name, 16).map((bytes) => (bytes as Bytes).bytes.join())).size).toBe(20)
    expect(() => draw(name, 2 ** 20 + 1)).toThrow("at most 1048576 are allowed")
  })
})

describe("ids", () => {
  const shape = (version: number) =>
    new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

  test("core/crypto/uuid makes UUIDs of version 4, each another", () => {
    const made = draws(100, "core/crypto/uuid") as ReadonlyArray<string>
    for (const id of made) expect(id).toMatch(shape(4))
    expect(new Set(made).size).toBe(100)
  })

  test("those of core/crypto/uuid7 ascend, within a ms, when the count is spent, and when the clock goes back", () => {
    const ids = new TimeOrderedIds()
    const now = 1_795_255_200_000
    const made = [
      ...Array.from({ length: 10_000 }, () => ids.next(now)),
      ids.next(now - 5000),
      ids.next(now + 1),
      ids.next(now + 60_000)
    ]
    for (const id of made) expect(id).toMatch(shape(7))
    expect(made).toEqual(made.toSorted())
    expect(new Set(made).size).toBe(made.length)
    expect(made[0]!.replace("-", "").slice(0, 12)).toBe(now.toString(16).padStart(12, "0"))
    expect(made.at(-1)!.replace("-", "").slice(0, 12)).toBe((now + 60_000).toString(16).padStart(12, "0"))
  })
})
