import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { normalise, Real, type Value } from "../../../runtime/value/value.ts"
import { call, numRuns } from "./support.ts"

const real = (value: number): Real => new Real(value)
const double = fc.double({ noNaN: true, noDefaultInfinity: true })
const bigInt = fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n })

const property = <A>(arbitrary: fc.Arbitrary<A>, holds: (value: A) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns })

describe("core/math", () => {
  const rounded: ReadonlyArray<readonly [name: string, x: number, wanted: number | bigint]> = [
    ["floor", -0.5, -1],
    ["floor", 2.9, 2],
    ["ceil", -0.5, 0],
    ["ceil", 2.1, 3],
    ["trunc", -2.9, -2],
    ["round", 0.5, 1],
    ["round", -0.5, -1],
    ["round", 2.5, 3],
    ["round", 0.49999999999999994, 0],
    ["round", -1.4, -1],
    ["floor", 1e22, 10n ** 22n],
    ["round", -1e22, -(10n ** 22n)],
    ["ceil", 2 ** 53, 2n ** 53n]
  ]
  test.for(rounded)("%s of %d is the int %d", ([name, x, wanted]) => {
    expect(call(`core/math/${name}`, real(x))).toBe(wanted)
  })

  test("rounding leaves ints, is next to the real, and of what is not finite is a fault", () => {
    property(bigInt, (n) => {
      for (const name of ["floor", "ceil", "round", "trunc"]) {
        expect(call(`core/math/${name}`, normalise(n))).toBe(normalise(n))
      }
    })
    property(double, (x) => {
      const [floor, ceil] = ["floor", "ceil"].map((name) => Number(call(`core/math/${name}`, real(x)))) as [
        number,
        number
      ]
      expect(floor <= x && x <= ceil && ceil - floor <= 1).toBe(true)
    })
    for (const x of [Number.NaN, Infinity, -Infinity]) {
      expect(() => call("core/math/floor", real(x))).toThrow("is near no int")
    }
  })

  test("round-to gives so many places, of the exact amount", () => {
    const table: ReadonlyArray<readonly [x: Value, places: number, wanted: number]> = [
      [real(2.675), 2, 2.67],
      [real(-0.125), 2, -0.13],
      [real(1e300), 2, 1e300],
      [real(0.1), 100, 0.1],
      [5, 0, 5],
      [real(Infinity), 3, Infinity]
    ]
    for (const [x, places, wanted] of table) expect(call("core/math/round-to", x, places)).toEqual(real(wanted))
    expect(() => call("core/math/round-to", 1, 101)).toThrow("at most 100 places")
  })

  test("sign, clamp and mod", () => {
    expect([-2.5, 0, -0, 7].map((x) => call("core/math/sign", real(x)))).toEqual([-1, 0, 0, 1])
    expect(call("core/math/sign", -(2n ** 70n))).toBe(-1)
    expect(() => call("core/math/sign", real(Number.NaN))).toThrow("nan has no sign")
    expect([-1, 5, 11].map((x) => call("core/math/clamp", x, 0, 10))).toEqual([0, 5, 10])
    expect(call("core/math/clamp", real(2.5), 0, 10)).toEqual(real(2.5))
    expect(call("core/math/clamp", real(Number.NaN), 0, 10)).toEqual(real(Number.NaN))
    expect(() => call("core/math/clamp", 1, 2, 1)).toThrow("the int 2 is not below the int 1")
    expect(() => call("core/math/clamp", 1, real(Number.NaN), 1)).toThrow("is not below")
    property(fc.tuple(bigInt, bigInt), ([a, b]) => {
      if (b === 0n) {
        expect(() => call("core/math/mod", normalise(a), 0)).toThrow("divided by zero")
        return
      }
      const left = BigInt(call("core/math/mod", normalise(a), normalise(b)) as number | bigint)
      expect((a - left) % b).toBe(0n)
      expect(b > 0n ? left >= 0n && left < b : left <= 0n && left > b).toBe(true)
    })
  })

  test("gcd divides, lcm is divided, and both are bounded", () => {
    property(fc.tuple(bigInt, bigInt), ([a, b]) => {
      const [x, y] = [normalise(a), normalise(b)]
      const gcd = BigInt(call("core/math/gcd", x, y) as number)
      const lcm = BigInt(call("core/math/lcm", x, y) as number)
      if (a === 0n || b === 0n) {
        expect(lcm).toBe(0n)
        return
      }
      expect([a % gcd, b % gcd, lcm % a, lcm % b]).toEqual([0n, 0n, 0n, 0n])
      expect(gcd * lcm).toBe(a * b < 0n ? -a * b : a * b)
    })
    expect([call("core/math/gcd"), call("core/math/lcm"), call("core/math/gcd", -4, 6, 8)]).toEqual([0, 1, 2])
    const long = 2n ** 70_000n
    for (const name of ["gcd", "lcm"])
      expect(() => call(`core/math/${name}`, long, 3)).toThrow("at most 65536 are allowed")
    expect(() => call("core/math/lcm", 2n ** 40_000n, 3n ** 20_000n)).toThrow("at most 65536 are allowed")
  })

  test("int-sqrt is exact at any size", () => {
    property(fc.bigInt({ min: 0n, max: 2n ** 300n }), (n) => {
      const root = BigInt(call("core/math/int-sqrt", normalise(n)) as number | bigint)
      expect(root * root <= n && (root + 1n) * (root + 1n) > n).toBe(true)
    })
    for (const root of [0n, 1n, 2n ** 26n, 10n ** 50n]) {
      expect(call("core/math/int-sqrt", normalise(root * root))).toBe(normalise(root))
    }
    expect(() => call("core/math/int-sqrt", -1)).toThrow("expected an int of 0 or more, got the int -1")
  })

  const ofReals = ["sqrt", "cbrt", "exp", "sin", "cos", "tan", "asin", "acos", "atan"] as const
  test.for(ofReals)("%s is that of JavaScript, of ints too", (name) => {
    property(double, (x) => {
      expect(call(`core/math/${name}`, real(x))).toEqual(real(Math[name](x)))
    })
    expect(call(`core/math/${name}`, 1)).toEqual(real(Math[name](1)))
  })

  test("logarithms go beyond the reals", () => {
    for (const [name, base] of [
      ["log10", 10n],
      ["log2", 2n]
    ] as const) {
      const found = call(`core/math/${name}`, base ** 3000n)
      expect((found as Real).value).toBeCloseTo(3000, 9)
    }
    expect((call("core/math/ln", 10n ** 1000n) as Real).value).toBeCloseTo(1000 * Math.LN10, 9)
    expect(call("core/math/ln", 0)).toEqual(real(-Infinity))
    expect(call("core/math/ln", -(10n ** 400n))).toEqual(real(Number.NaN))
  })

  test("angles, lengths, constants and what a real is", () => {
    expect(call("core/math/atan2", 1, -1)).toEqual(real((3 * Math.PI) / 4))
    expect(call("core/math/hypot", 3, real(4), 12)).toEqual(real(13))
    expect(call("core/math/hypot")).toEqual(real(0))
    expect([call("core/math/pi"), call("core/math/e")]).toEqual([real(Math.PI), real(Math.E)])
    const kinds = [1, 2n ** 2000n, real(1), real(Number.NaN), real(-Infinity)]
    expect(kinds.map((x) => call("core/math/is-nan", x))).toEqual([false, false, false, true, false])
    expect(kinds.map((x) => call("core/math/is-finite", x))).toEqual([true, true, true, false, false])
  })
})
