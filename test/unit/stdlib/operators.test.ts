import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { normalise, Real, type Value } from "../../../runtime/value/value.ts"
import { call, numRuns } from "./support.ts"

const int = fc
  .oneof(
    fc.integer(),
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
    fc.constantFrom(0n, -1n, 2n ** 31n, -(2n ** 53n))
  )
  .map(BigInt)

const property = <A>(arbitrary: fc.Arbitrary<A>, holds: (value: A) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns })

describe("operators", () => {
  test("bits are two's complement of any length", () => {
    property(fc.tuple(int, int, int, fc.nat({ max: 130 })), ([a, b, c, count]) => {
      const [x, y, z] = [a, b, c].map(normalise) as [Value, Value, Value]
      expect(call("bit/and", x, y, z)).toBe(normalise(a & b & c))
      expect(call("bit/or", x, y, z)).toBe(normalise(a | b | c))
      expect(call("bit/xor", x, y, z)).toBe(normalise(a ^ b ^ c))
      expect(call("bit/not", x)).toBe(normalise(~a))
      expect(call("bit/shl", x, count)).toBe(normalise(a << BigInt(count)))
      expect(call("bit/shr", x, count)).toBe(normalise(a >> BigInt(count)))
      expect(call("bit/and", x)).toBe(x)
    })
  })

  test("a shift that would make an int too long is a fault, and of 0 is 0", () => {
    expect(() => call("bit/shl", 1, 2 ** 20)).toThrow(
      "(bit/shl 1 1048576): the int would have 1048577 bits, and at most 1048576 are allowed"
    )
    expect(() => call("bit/shl", 1, 2 ** 50)).toThrow("at most 1048576 are allowed")
    expect(() => call("bit/shl", 1, -1)).toThrow("expected a count")
    expect(() => call("bit/shl", -1, 2 ** 20)).toThrow("at most 1048576 are allowed")
    expect(call("bit/shl", 1, 2 ** 20 - 1)).toBe(1n << 1048575n)
    expect(call("bit/shl", 0, 2 ** 50)).toBe(0)
    expect(call("bit/shr", -5, 2 ** 50)).toBe(-1)
  })

  test("min and max keep the kind of the number they choose", () => {
    expect(call("min", 2, new Real(1.5), 3)).toEqual(new Real(1.5))
    expect(call("max", 2n ** 60n, 1, new Real(5))).toBe(2n ** 60n)
    expect(call("min", 2, new Real(2))).toBe(2)
    expect(call("max", new Real(2), 2)).toEqual(new Real(2))
    for (const name of ["min", "max"]) {
      expect(call(name, 1, new Real(Number.NaN), 2)).toEqual(new Real(Number.NaN))
      expect(call(name, new Real(Number.NaN), 1)).toEqual(new Real(Number.NaN))
    }
    property(fc.array(int, { minLength: 1 }), (amounts) => {
      const sorted = amounts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map(normalise)
      expect(call("min", ...amounts.map(normalise))).toBe(sorted[0])
      expect(call("max", ...amounts.map(normalise))).toBe(sorted.at(-1))
    })
  })

  test("abs drops the sign", () => {
    property(int, (a) => {
      expect(call("abs", normalise(a))).toBe(normalise(a < 0n ? -a : a))
    })
    expect(call("abs", new Real(-0))).toEqual(new Real(0))
  })

  test("division goes on through all divisors, and by the int 0 is a fault", () => {
    expect(call("/", 12, 2, 3)).toEqual(new Real(2))
    expect(() => call("/", 1, 0)).toThrow()
    expect(() => call("div", 1, 0)).toThrow()
    expect(() => call("%", 1, 0)).toThrow()
    expect(() => call("%", new Real(1), 1)).toThrow("(% 1.0 1): expected an int as argument 1, got the real 1.0")
  })
})
