import { assert, it } from "@effect/vitest"
import * as fc from "fast-check"
import { MalformedValue } from "../../runtime/errors.ts"
import { limits } from "../../runtime/limits.ts"
import { decode, encode } from "../../runtime/value/codec.ts"
import { equal } from "../../runtime/value/equal.ts"
import { print } from "../../runtime/value/print.ts"
import { type ErrorValue, List, type Real, type Value } from "../../runtime/value/value.ts"
import { anyReal, anyText, anyValue } from "../support/value-arbitrary.ts"

it("decode(encode(v)) is v", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = encode(value)
      const back = decode(text)
      assert.isTrue(equal(back, value), print(value))
      // Also what `eq` does not see: the sign of -0.0, the order of a map, the place of an error value.
      assert.strictEqual(encode(back), text)
      assert.strictEqual(print(back), print(value))
    }),
    { numRuns: 2000 }
  )
})

it("the encoded text is well-formed, on one line and does not begin with `=`", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = encode(value)
      assert.isTrue(text.isWellFormed())
      assert.notMatch(text, /\n|^=/)
    }),
    { numRuns: 1000 }
  )
})

it("a real keeps its very bits", () => {
  fc.assert(
    fc.property(anyReal, (real) => {
      assert.isTrue(Object.is((decode(encode(real)) as Real).value, real.value))
    }),
    { numRuns: 1000 }
  )
})

it("the place of an error value is kept", () => {
  fc.assert(
    fc.property(anyText, (place) => {
      const text = JSON.stringify(["e", 1, place])
      assert.strictEqual((decode(text) as ErrorValue).place, place)
    }),
    { numRuns: 200 }
  )
})

const anyJson = fc.oneof(
  fc.json(),
  fc.string(),
  fc
    .tuple(
      fc.constantFrom("(", "[", "{", "i", "r", "s", "t", "b", "m", "e", "f", "x"),
      fc.array(fc.jsonValue(), { maxLength: 4 })
    )
    .map(([tag, rest]) => JSON.stringify([tag, ...rest]))
)

it("text that is no encoded value is refused, and whatever is accepted is a value", () => {
  fc.assert(
    fc.property(anyJson, (text) => {
      let value: Value
      try {
        value = decode(text)
      } catch (cause) {
        assert.instanceOf(cause, MalformedValue)
        return
      }
      assert.isTrue(equal(decode(encode(value)), value))
    }),
    { numRuns: 3000 }
  )
})

it("a damaged text never gives another error than MalformedValue", () => {
  fc.assert(
    fc.property(anyValue, fc.nat(), fc.string({ maxLength: 3 }), (value, at, patch) => {
      const text = encode(value)
      const start = at % (text.length + 1)
      try {
        decode(text.slice(0, start) + patch + text.slice(start + patch.length))
      } catch (cause) {
        assert.instanceOf(cause, MalformedValue)
      }
    }),
    { numRuns: 2000 }
  )
})

it("the size that is refused is the size that is written", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom("x", "é", "\u{1f600}", "\n", "\ud800"),
      (over, unit) => {
        const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2
        const room = limits.valueBytesMax + over - Buffer.byteLength('["(",""]')
        const count = Math.floor(room / bytesOf(unit))
        const text = unit.repeat(count) + "x".repeat(room - count * bytesOf(unit))
        const value = new List("(", [text])
        if (over > 0) assert.throws(() => encode(value), /too large/)
        else assert.strictEqual(Buffer.byteLength(encode(value)), limits.valueBytesMax + over)
      }
    ),
    { numRuns: 20 }
  )
})
