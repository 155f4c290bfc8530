import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { Fault } from "../../runtime/errors.ts"
import { compareKeys } from "../../runtime/store/keys.ts"
import { add, div, divide, mod, multiply, negate, power, subtract } from "../../runtime/value/arithmetic.ts"
import { decode, encode } from "../../runtime/value/codec.ts"
import { compare, equal, same } from "../../runtime/value/equal.ts"
import { isInt, List, normalise, Real, SxsMap, type Value } from "../../runtime/value/value.ts"
import { anyInt, anyReal, anyText, anyValue } from "../support/value-arbitrary.ts"

const isNormal = (value: Value): boolean =>
  typeof value === "bigint"
    ? typeof normalise(value) === "bigint"
    : typeof value === "number" && Number.isSafeInteger(value) && !Object.is(value, -0)

const anyNumber: fc.Arbitrary<number | bigint | Real> = fc.oneof(anyInt, anyReal)

describe("equality", () => {
  it("`eq` and `=` are equivalences, and `eq` is the finer one", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        const copy = decode(encode(a))
        for (const is of [equal, same]) {
          assert.isTrue(is(a, a))
          assert.isTrue(is(a, copy))
          assert.strictEqual(is(a, b), is(b, a))
        }
        if (equal(a, b)) assert.isTrue(same(a, b))
      }),
      { numRuns: 2000 }
    )
  })

  it("a map equals itself in any order of its keys", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(anyText, anyValue), { selector: ([key]) => key, maxLength: 5 }),
        (entries) => {
          assert.isTrue(equal(new SxsMap(new Map(entries)), new SxsMap(new Map(entries.toReversed()))))
        }
      ),
      { numRuns: 300 }
    )
  })

  it("one changed item makes a list another one", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1, maxLength: 4 }), fc.nat(), (items, at) => {
        const changed = items.map((item, index) => (index === at % items.length ? new List("(", [item]) : item))
        assert.isFalse(equal(new List("[", items), new List("[", changed)))
      }),
      { numRuns: 500 }
    )
  })
})

describe("order", () => {
  it("compares ints and reals by their exact amounts", () => {
    fc.assert(
      fc.property(anyInt, fc.double({ noNaN: true, noDefaultInfinity: true }), (int, real) => {
        // A finite double times 2 ** 1074 is an integer, so both can be compared as BigInts.
        const amount = BigInt(int) * 2n ** 1074n
        const other = exact(real)
        const expected = amount < other ? -1 : amount > other ? 1 : 0
        assert.strictEqual(compare(int, new Real(real)), expected)
        assert.strictEqual(compare(new Real(real), int), expected === 0 ? 0 : -expected)
        assert.strictEqual(same(int, new Real(real)), expected === 0)
      }),
      { numRuns: 2000 }
    )
  })

  it("is NaN when NaN is involved", () => {
    fc.assert(
      fc.property(anyNumber, (a) => {
        assert.isNaN(compare(a, new Real(NaN)))
        assert.isNaN(compare(new Real(NaN), a))
      }),
      { numRuns: 100 }
    )
  })

  it("texts order as their UTF-8 bytes do", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        const expected = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))
        assert.strictEqual(compare(a, b), expected)
        assert.strictEqual(compareKeys(a, b), expected)
      }),
      { numRuns: 2000 }
    )
  })

  it("texts with lone surrogates have a total order too", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (a, b, c) => {
        assert.strictEqual(compare(a, b) + compare(b, a), 0)
        assert.strictEqual(compare(a, b) === 0, a === b)
        if (compare(a, b) <= 0 && compare(b, c) <= 0) assert.isAtMost(compare(a, c), 0)
      }),
      { numRuns: 2000 }
    )
  })
})

describe("arithmetic", () => {
  it("on ints is exact, and its results are normalised", () => {
    fc.assert(
      fc.property(anyInt, anyInt, (a, b) => {
        const [x, y] = [BigInt(a), BigInt(b)]
        const expected: Array<readonly [Value, bigint]> = [
          [add(a, b), x + y],
          [subtract(a, b), x - y],
          [multiply(a, b), x * y],
          [negate(a), -x]
        ]
        if (y !== 0n) expected.push([div(a, b), x / y], [mod(a, b), x % y])
        for (const [result, exactly] of expected) {
          assert.isTrue(isInt(result) && BigInt(result) === exactly && isNormal(result), `${a} ${b}`)
        }
      }),
      { numRuns: 3000 }
    )
  })

  it("of a real and a number is that of doubles", () => {
    fc.assert(
      fc.property(anyReal, anyNumber, (a, b) => {
        const y = b instanceof Real ? b.value : Number(b)
        const check = (result: Value, expected: number): void =>
          assert.isTrue(result instanceof Real && Object.is(result.value, expected))
        check(add(a, b), a.value + y)
        check(subtract(b, a), y - a.value)
        check(multiply(a, b), a.value * y)
        check(power(a, b), a.value ** y)
        if (b === 0) assert.throws(() => divide(a, b), Fault)
        else check(divide(a, b), a.value / y)
      }),
      { numRuns: 1000 }
    )
  })

  it("divides ints of any size with one rounding", () => {
    const large = fc.bigInt({ min: -(2n ** 1500n), max: 2n ** 1500n })
    fc.assert(
      fc.property(large, large, (a, b) => {
        fc.pre(b !== 0n)
        const quotient = divide(normalise(a), normalise(b)).value
        if (!Number.isFinite(quotient) || Math.abs(quotient) < 2 ** -1000) return
        // No neighbouring double is nearer to a / b: |a - q b| is least for q, all times 2 ** 1074.
        const errorOf = (q: number): bigint => abs(a * 2n ** 1074n - exact(q) * b)
        for (const other of neighbours(quotient)) assert.isTrue(errorOf(quotient) <= errorOf(other), `${a} / ${b}`)
      }),
      { numRuns: 500 }
    )
  })

  it("raises ints to ints exactly", () => {
    fc.assert(
      fc.property(anyInt, fc.nat(40), (base, exponent) => {
        const result = power(base, exponent)
        assert.isTrue(isInt(result) && BigInt(result) === BigInt(base) ** BigInt(exponent) && isNormal(result))
      }),
      { numRuns: 500 }
    )
  })
})

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

/** A finite double times 2 ** 1074, as the exact integer that it is. */
const exact = (value: number): bigint => {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const raw = bits.getBigUint64(0)
  const exponent = Number((raw >> 52n) & 0x7ffn)
  const fraction = raw & 0xfffffffffffffn
  const amount = exponent === 0 ? fraction : (fraction | (1n << 52n)) << BigInt(exponent - 1)
  return value < 0 ? -amount : amount
}

const neighbours = (value: number): ReadonlyArray<number> => {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const raw = bits.getBigInt64(0)
  return [raw - 1n, raw + 1n].map((near) => {
    bits.setBigInt64(0, near)
    return bits.getFloat64(0)
  })
}
