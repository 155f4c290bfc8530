import { assert, describe, it } from "@effect/vitest"
import { decode, encode } from "../../../../runtime/value/codec.ts"
import { compare, equal, same } from "../../../../runtime/value/equal.ts"
import { print } from "../../../../runtime/value/print.ts"
import { Bytes, Closure, ErrorValue, List, Sym, TaskRef, type Value } from "../../../../runtime/value/value.ts"
import { faultOf, large, list, map, nested, real, shared } from "../../../support/values.ts"

describe("equality", () => {
  it("`eq` tells types and brackets apart", () => {
    const different: ReadonlyArray<readonly [Value, Value]> = [
      [2, real(2)],
      [0, false],
      [0, null],
      ["a", Sym.of("a")],
      [list(1), new List("[", [1])],
      [list(), null],
      [list(1), list(1, 2)],
      [map({ a: 1 }), map({ b: 1 })],
      [map({ a: 1 }), map({ a: 1, b: 2 })],
      [map({}), list()],
      [new ErrorValue("x"), "x"],
      [new Bytes(new Uint8Array([1])), new Bytes(new Uint8Array([2]))],
      [new Closure("h", 1, []), new Closure("h", 2, [])],
      [new Closure("h", 1, [1]), new Closure("h", 1, [])],
      [new TaskRef("a"), new TaskRef("b")],
      [new TaskRef("a"), "a"],
      [large, large + 1n]
    ]
    for (const [a, b] of different) {
      assert.isFalse(equal(a, b), `${print(a)} ${print(b)}`)
      assert.isFalse(equal(b, a), `${print(b)} ${print(a)}`)
    }
  })

  it("`eq` takes NaN for NaN, 0.0 for -0.0, and an error value for one made elsewhere", () => {
    assert.isTrue(equal(real(NaN), real(NaN)))
    assert.isTrue(equal(real(0), real(-0)))
    assert.isTrue(equal(new ErrorValue("x", "1:1"), new ErrorValue("x", "2:2")))
    assert.isTrue(equal(new Closure("h", 1, [list(1)]), new Closure("h", 1, [list(1)])))
    assert.isTrue(equal(large, 2n ** 60n))
  })

  it("`=` compares ints and reals by amount, at any depth", () => {
    assert.isTrue(same(2, real(2)))
    assert.isTrue(same(list(map({ a: 2 })), list(map({ a: real(2) }))))
    assert.isTrue(same(large, real(2 ** 60)))
    assert.isFalse(same(large + 1n, real(2 ** 60)))
    assert.isFalse(same(2, "2"))
  })

  it("a list that shares its array with a longer one ends at its size", () => {
    const short = list(1, 2)
    const long = short.append(3)
    assert.strictEqual(short.items, long.items)
    assert.isTrue(equal(short, list(1, 2)))
    assert.isFalse(equal(short, long))
    assert.strictEqual(print(short), "(1 2)")
    assert.isTrue(equal(decode(encode(short)), list(1, 2)))
  })

  it("no depth and no sharing is too much", () => {
    assert.isTrue(equal(nested(100_000), nested(100_000)))
    assert.isFalse(equal(nested(100_000, 1), nested(100_000, 2)))
    assert.isTrue(equal(shared(60), shared(60)))
    assert.isFalse(equal(shared(60), shared(61)))
  })
})

describe("order", () => {
  it("of texts is by code points", () => {
    assert.strictEqual(compare("\uffff", "\u{10000}"), -1)
    assert.strictEqual(compare("a", "b"), -1)
    assert.strictEqual(compare("b", "a"), 1)
    assert.strictEqual(compare("a", "a"), 0)
    assert.strictEqual(compare("a", "ab"), -1)
  })

  it("of ints and reals is by exact amount", () => {
    assert.strictEqual(compare(large + 1n, real(2 ** 60)), 1)
    assert.strictEqual(compare(real(0.5), 1), -1)
    assert.strictEqual(compare(2n ** 2000n, real(Infinity)), -1)
    assert.isNaN(compare(1, real(NaN)))
  })

  it("of anything else is a fault", () => {
    for (const [a, b] of [
      [1, "1"],
      [null, null],
      [true, false],
      [list(), list()],
      ["a", Sym.of("a")]
    ] as ReadonlyArray<readonly [Value, Value]>) {
      assert.strictEqual(faultOf(() => compare(a, b)).code, "SXS6001")
    }
    assert.include(faultOf(() => compare(1, "x")).message, 'the int 1 and the text "x"')
  })
})
