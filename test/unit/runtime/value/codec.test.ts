import { assert, describe, it } from "@effect/vitest"
import { MalformedValue } from "../../../../runtime/errors.ts"
import { limits } from "../../../../runtime/limits.ts"
import { decode, encode } from "../../../../runtime/value/codec.ts"
import { equal } from "../../../../runtime/value/equal.ts"
import { Bytes, Closure, ErrorValue, List, SxsMap, Sym, TaskRef, type Value } from "../../../../runtime/value/value.ts"
import { faultOf, list, map, nested, real, shared } from "../../../support/values.ts"

describe("codec", () => {
  it("has its golden form", () => {
    const golden: ReadonlyArray<readonly [Value, string]> = [
      [null, "null"],
      [false, "false"],
      [42, "42"],
      [2n ** 53n, '["i","9007199254740992"]'],
      [real(2.5), '["r","2.5"]'],
      [real(-0), '["r","-0.0"]'],
      [real(NaN), '["r","nan"]'],
      ["a\n\ud800", '"a\\n\\ud800"'],
      [Sym.of("name"), '["s","name"]'],
      [list(1, new List("[", []), new List("{", ["x"])), '["(",1,["["],["{","x"]]'],
      [map({ b: 1, a: null }), '["m","b",1,"a",null]'],
      [new Bytes(new Uint8Array([0, 255])), '["b","AP8="]'],
      [new ErrorValue("x", "1:2"), '["e","x","1:2"]'],
      [new Closure("ab12", 3, [1, "y"]), '["f","ab12",3,1,"y"]'],
      [new TaskRef("main-1"), '["t","main-1"]']
    ]
    for (const [value, text] of golden) {
      assert.strictEqual(encode(value), text)
      assert.strictEqual(encode(decode(text)), text)
    }
  })

  it("a long list is written as its items are, all at once or not", () => {
    const plain: ReadonlyArray<Value> = [1, -7, null, true, "é\n\ud800", '"', Number.MAX_SAFE_INTEGER]
    for (const more of [[], [2n ** 60n], [real(1)], [list(1)]]) {
      const items = [...plain, ...plain, ...plain, ...more]
      const text = `["[",${items.map((item) => encode(item)).join(",")}]`
      assert.strictEqual(encode(new List("[", items)), text)
      assert.strictEqual(encode(decode(text)), text)
      assert.strictEqual(encode(new List("[", [...items, "not of this list"], items.length)), text)
    }
  })

  it("a long list of texts is refused before it is copied, also where only its escapes are too long", () => {
    for (const text of ["x".repeat(limits.valueBytesMax / 16), "\n".repeat(limits.valueBytesMax / 32)])
      assert.strictEqual(
        faultOf(() =>
          encode(
            new List(
              "(",
              Array.from({ length: 20 }, () => text)
            )
          )
        ).code,
        "SXS6004"
      )
  })

  it("bytes of a part of a larger buffer are just that part", () => {
    const part = new Uint8Array([9, 1, 2, 9]).subarray(1, 3)
    assert.strictEqual(encode(new Bytes(part)), '["b","AQI="]')
  })

  it("a map may have any key, and no key reaches an object", () => {
    const value = new SxsMap(
      new Map<string, Value>([
        ["__proto__", 1],
        ["constructor", 2]
      ])
    )
    const back = decode(encode(value)) as SxsMap
    assert.deepStrictEqual(
      [...back.entries],
      [
        ["__proto__", 1],
        ["constructor", 2]
      ]
    )
  })

  it("stops early where sharing makes a value endless", () => {
    assert.strictEqual(faultOf(() => encode(shared(60))).code, "SXS6004")
  })

  it("refuses what is nested too deeply", () => {
    const deepest = nested(limits.valueDepthMax, real(1))
    assert.isTrue(equal(decode(encode(deepest)), deepest))
    assert.strictEqual(faultOf(() => encode(nested(limits.valueDepthMax + 1))).code, "SXS6005")
    assert.strictEqual(faultOf(() => encode(nested(1_000_000))).code, "SXS6005")
    const levels = limits.valueDepthMax + 2
    const tooDeep = `${'["(",'.repeat(levels)}1${"]".repeat(levels)}`
    assert.throws(() => decode(tooDeep), MalformedValue)
  })

  it("refuses what no value encodes to", () => {
    const wrong = [
      ...[
        "",
        "x",
        "1.5",
        "9007199254740992",
        "{}",
        '{"a":1}',
        "[]",
        "[1]",
        '["x"]',
        '["i","1"]',
        '["i","01"]',
        '["i"]'
      ],
      ...['["i","99999999999999999999",1]', '["r","2"]', '["r","x"]', '["r",2.5]', '["s",1]', '["b","*"]', '["m","a"]'],
      ...[
        '["m",1,2]',
        '["m","a",1,"a",2]',
        '["e",1]',
        '["e",1,2]',
        '["f","h"]',
        '["f","h",-1]',
        '["f","h",1.5]',
        '["t"]'
      ],
      ...['["(",{}]', '["f",1,1]', "undefined", "1 2"]
    ]
    for (const text of wrong) assert.throws(() => decode(text), MalformedValue, undefined, text)
    assert.throws(() => decode(`"${"x".repeat(limits.valueBytesMax)}"`), MalformedValue)
  })
})
