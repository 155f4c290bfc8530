import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { Fault } from "../../runtime/errors.ts"
import { limits } from "../../runtime/limits.ts"
import { encode } from "../../runtime/value/codec.ts"
import { equal } from "../../runtime/value/equal.ts"
import { fromPlain, SxsError, toPlain } from "../../runtime/value/plain.ts"
import { print } from "../../runtime/value/print.ts"
import { hasType, recordTypes } from "../../runtime/value/types.ts"
import { Bytes, ErrorValue, List, Real, SxsMap, Sym, TaskRef, type Value } from "../../runtime/value/value.ts"
import type { RecordFacts } from "../../stdlib/abi/manifest.ts"
import { anyInt, anyReal, anyText, anyValue } from "../support/value-arbitrary.ts"

const records: ReadonlyArray<RecordFacts> = [
  {
    name: "order",
    fields: [
      { name: "price", type: ":real" },
      { name: "count", type: ":int" },
      { name: "__proto__", type: ":list-b" },
      { name: "next", type: ":any" }
    ]
  },
  { name: "box", fields: [{ name: "order", type: ":order" }] }
]

const read = (plain: unknown, type = ":any"): Value =>
  fromPlain(plain, { type, records: recordTypes(records), what: "the value" })

/** The value without what JavaScript cannot tell: brackets of lists, and reals that are safe integers. */
const asJavaScriptKnowsIt = (value: Value): Value => {
  if (value instanceof Real) return Number.isSafeInteger(value.value) ? value.value + 0 : value
  if (value instanceof List) return new List("(", value.toArray().map(asJavaScriptKnowsIt))
  if (value instanceof ErrorValue) return new ErrorValue(asJavaScriptKnowsIt(value.content), value.place)
  if (!(value instanceof SxsMap)) return value
  return new SxsMap(new Map([...value.entries].map(([key, item]) => [key, asJavaScriptKnowsIt(item)])))
}

const assertEqual = (actual: Value, expected: Value): void =>
  assert.isTrue(equal(actual, expected), `${print(actual)} is not ${print(expected)}`)

const problem = (plain: unknown, type?: string): string => {
  try {
    return `it was taken as ${print(read(plain, type))}`
  } catch (error) {
    assert.instanceOf(error, TypeError)
    return error.message
  }
}

describe("values in JavaScript", () => {
  it("come back as they went, but for what JavaScript cannot tell apart", () => {
    fc.assert(
      fc.property(anyValue, (value) => assertEqual(read(toPlain(value)), asJavaScriptKnowsIt(value))),
      { numRuns: 3000 }
    )
  })

  it("come back as they went under their declared type", () => {
    const any = anyValue.map(asJavaScriptKnowsIt)
    const items = fc.array(any, { maxLength: 4 })
    const order = fc
      .record({ price: anyReal, count: anyInt, list: items.map((all) => new List("[", all)), next: any })
      .map(({ count, list, next, price }) => {
        return new SxsMap(
          new Map<string, Value>([
            ["price", price],
            ["count", count],
            ["__proto__", list],
            ["next", next]
          ])
        )
      })
    const typed: fc.Arbitrary<readonly [string, Value]> = fc.oneof(
      anyInt.map((value) => [":int", value] as const),
      anyReal.map((value) => [":real", value] as const),
      fc.oneof(anyInt, anyReal).map((value) => [":number", asJavaScriptKnowsIt(value)] as const),
      items.map((all) => [":list-b", new List("[", all)] as const),
      items.map((all) => [":list-c", new List("{", all)] as const),
      items.map((all) => [":list", new List("(", all)] as const),
      fc.uint8Array().map((bytes) => [":bytes", new Bytes(bytes)] as const),
      anyText.map((name) => [":symbol", Sym.of(name)] as const),
      anyText.map((id) => [":task", new TaskRef(id)] as const),
      any.map((content) => [":error", new ErrorValue(content)] as const),
      order.map((value) => [":order", value] as const),
      order.map((value) => [":box", new SxsMap(new Map([["order", value]]))] as const)
    )
    fc.assert(
      fc.property(typed, ([type, value]) => {
        const back = read(toPlain(value), type)
        assertEqual(back, value)
        assert.isTrue(hasType(back, type, recordTypes(records)))
      }),
      { numRuns: 2000 }
    )
  })

  it("are refused or taken whole, whatever comes", () => {
    const types = fc.constantFrom(
      ":any",
      ":int",
      ":real",
      ":str",
      ":list",
      ":map",
      ":order",
      ":error",
      ":none",
      ":what"
    )
    const anything = fc.anything({
      withBigInt: true,
      withMap: true,
      withDate: true,
      withTypedArray: true,
      withNullPrototype: true,
      withSparseArray: true,
      withUnicodeString: true
    })
    fc.assert(
      fc.property(anything, types, (plain, type) => {
        let value: Value
        try {
          value = read(plain, type)
        } catch (error) {
          assert.instanceOf(error, TypeError)
          assert.match(error.message, /^the value/)
          return
        }
        assert.isTrue(hasType(value, type, recordTypes(records)))
        encode(value)
      }),
      { numRuns: 3000 }
    )
  })

  it("keep `__proto__` as a key, and give objects without a prototype", () => {
    const plain = toPlain(new SxsMap(new Map([["__proto__", new SxsMap(new Map([["admin", true]]))]]))) as object
    assert.deepStrictEqual(Object.keys(plain), ["__proto__"])
    assert.isNull(Object.getPrototypeOf(plain))
    assert.isFalse("admin" in plain)
    assertEqual(read(JSON.parse('{"__proto__": 1}')), new SxsMap(new Map([["__proto__", 1]])))
  })

  it("are taken from Maps, plain objects and arrays only", () => {
    assertEqual(
      read(new Map([["a", [1, 2.5, -0]]])),
      new SxsMap(new Map([["a", new List("(", [1, new Real(2.5), 0])]]))
    )
    assert.strictEqual(problem(new Date(0)), "the value: expected a value that sxs has, got an instance of Date")
    assert.strictEqual(problem(new Map([[1, 2]])), "the value: a key must be a string, got the number 1")
    class Point {}
    assert.include(problem(new Point(), ":map"), "got an instance of Point")
    assert.include(problem(Promise.resolve(1)), "got an instance of Promise")
  })

  it("make no int of -0 that is not 0", () => {
    for (const type of [":any", ":int", ":number"]) assert.isTrue(Object.is(read(-0, type), 0))
    assert.isTrue(Object.is((read(-0, ":real") as Real).value, -0))
  })

  it("are refused with the place of the mistake", () => {
    assert.strictEqual(
      problem({ lines: [{ "a b": undefined }] }),
      'the value, at .lines[0]["a b"]: expected a value that sxs has, got undefined'
    )
    const holes = [1]
    holes[2] = 3
    assert.strictEqual(problem(holes), "the value, at [1]: expected a value that sxs has, got undefined")
    assert.strictEqual(
      problem(new SxsError(Symbol("s") as never)),
      "the value, at .content: expected a value that sxs has, got a symbol"
    )
    assert.strictEqual(
      problem(2 ** 53, ":int"),
      "the value: expected :int, got the number 9007199254740992, which is not a safe integer: pass a bigint"
    )
    assert.strictEqual(
      problem({ price: 1, count: 1.5 }, ":order"),
      "the value, at .count: expected :int, got the number 1.5"
    )
    assert.strictEqual(
      problem({ order: { price: 1, count: 1, next: 1 } }, ":box"),
      'the value, at .order: the field "__proto__" of :order is missing'
    )
  })

  it("are refused when they hold themselves or are too deep, and shared parts are read once", () => {
    const own: Array<unknown> = []
    own.push({ own })
    assert.strictEqual(problem(own), "the value, at [0].own: it contains itself")
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    assert.strictEqual(print(read(nested(limits.valueDepthMax))).length, limits.valueDepthMax * 2 + 1)
    encode(read(nested(limits.valueDepthMax)))
    assert.include(problem(nested(limits.valueDepthMax + 1)), "arrays and objects stand inside each other")
    let shared: unknown = "x"
    for (let level = 0; level < 100; level++) shared = [shared, shared]
    assert.throws(() => encode(read(shared)), Fault)
  })

  it("are copies where JavaScript could change them", () => {
    const bytes = new Uint8Array([1])
    const value = read(bytes)
    bytes[0] = 2
    const out = toPlain(value) as Uint8Array
    assert.deepStrictEqual([...out], [1])
    out[0] = 3
    assertEqual(value, new Bytes(new Uint8Array([1])))
  })
})
