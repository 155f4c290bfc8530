import { assert, describe, it } from "@effect/vitest"
import { limits } from "../../../../runtime/limits.ts"
import { add, div, divide, mod, multiply, negate, power, subtract } from "../../../../runtime/value/arithmetic.ts"
import { faultOf, list, real } from "../../../support/values.ts"

describe("arithmetic", () => {
  it("leaves and enters the range of small ints exactly", () => {
    assert.strictEqual(add(Number.MAX_SAFE_INTEGER, 1), 2n ** 53n)
    assert.strictEqual(subtract(2n ** 53n, 1), Number.MAX_SAFE_INTEGER)
    assert.strictEqual(multiply(3037000500, 3037000500), 9223372037000250000n)
    assert.strictEqual(multiply(2n ** 60n, 0), 0)
    assert.isTrue(Object.is(multiply(-1, 0), 0), "an int has no negative zero")
    assert.isTrue(Object.is(mod(-4, 2), 0))
    assert.isTrue(Object.is(div(-1, 2), 0))
    assert.isTrue(Object.is(negate(0), 0))
  })

  it("an int with a real gives a real, and `/` always does", () => {
    assert.deepStrictEqual(add(1, real(1)), real(2))
    assert.deepStrictEqual(multiply(2n ** 60n, real(0.5)), real(2 ** 59))
    assert.deepStrictEqual(divide(6, 3), real(2))
    assert.deepStrictEqual(divide(1, real(0)), real(Infinity))
    assert.deepStrictEqual(divide(10n ** 400n, 10n ** 399n), real(10))
    assert.deepStrictEqual(divide(10n ** 400n, 3), real(Infinity))
    assert.deepStrictEqual(divide(1, 10n ** 400n), real(0))
    assert.deepStrictEqual(negate(real(0)), real(-0))
  })

  it("`/` rounds a tie to even, and sees the smallest part that makes it none", () => {
    const tie = (2n ** 53n + 1n) * 2n ** 200n
    assert.deepStrictEqual(divide(tie, 2n ** 200n), real(2 ** 53))
    assert.deepStrictEqual(divide(tie + 1n, 2n ** 200n), real(2 ** 53 + 2))
    assert.deepStrictEqual(divide(tie - 1n, 2n ** 200n), real(2 ** 53))
    assert.deepStrictEqual(divide(-tie - 1n, 2n ** 200n), real(-(2 ** 53) - 2))
  })

  it("`div` and `%` truncate", () => {
    assert.deepStrictEqual(
      [div(7, 2), div(-7, 2), div(7, -2), mod(7, 2), mod(-7, 2), mod(7, -2)],
      [3, -3, -3, 1, -1, 1]
    )
    assert.strictEqual(div(Number.MAX_SAFE_INTEGER, 2), 4503599627370495)
    assert.strictEqual(div(-(2n ** 53n), -1), 2n ** 53n)
  })

  it("`**` is exact on ints", () => {
    assert.strictEqual(power(2, 100), 2n ** 100n)
    assert.strictEqual(power(0, 0), 1)
    assert.strictEqual(power(-1, 10n ** 30n + 1n), -1)
    assert.deepStrictEqual(power(2, -1), real(0.5))
    assert.deepStrictEqual(power(real(2), 3), real(8))
  })

  it("dividing by the int 0 is a fault", () => {
    for (const run of [
      () => divide(1, 0),
      () => divide(real(1), 0),
      () => divide(2n ** 60n, 0),
      () => div(1, 0),
      () => mod(1, 0),
      () => mod(2n ** 60n, 0),
      () => power(0, -1)
    ]) {
      assert.strictEqual(faultOf(run).code, "SXS6003")
    }
    assert.include(faultOf(() => div(5, 0)).message, "the int 5 divided by zero")
  })

  it("an operand of the wrong type is a fault that shows it", () => {
    assert.include(faultOf(() => add("x", 1)).message, '`+` takes numbers, got the text "x"')
    assert.include(faultOf(() => multiply(1, null)).message, "`*` takes numbers, got none")
    assert.include(faultOf(() => div(real(1), 1)).message, "`div` takes ints, got the real 1.0")
    assert.include(faultOf(() => mod(1, list())).message, "`%` takes ints, got a list")
    assert.strictEqual(faultOf(() => divide("x", 0)).code, "SXS6001")
  })

  it("an int that would be too large is a fault, at once", () => {
    const most = 2n ** BigInt(limits.intBitsMax) - 1n
    assert.strictEqual(add(most, 0), most)
    for (const run of [
      () => add(most, 1),
      () => multiply(most, 2),
      () => subtract(-most, 1),
      () => power(2, limits.intBitsMax),
      () => power(10, 10n ** 100n),
      () => power(3, Number.MAX_SAFE_INTEGER)
    ]) {
      assert.strictEqual(faultOf(run).code, "SXS6004")
    }
    assert.strictEqual(power(2, limits.intBitsMax - 1), 2n ** BigInt(limits.intBitsMax - 1))
  })
})
