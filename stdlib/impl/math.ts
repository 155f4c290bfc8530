import { mod } from "../../runtime/value/arithmetic.ts"
import { compare } from "../../runtime/value/equal.ts"
import { normalise, Real, type Value } from "../../runtime/value/value.ts"
import { define, defineRest, type ImplementationTable, refuseLargerThan, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import { fixed } from "./fixed.ts"
import * as kind from "./kinds.ts"

type Int = number | bigint
type Numeric = Int | Real

/** Bits of the ints that `gcd` and `lcm` take and make: Euclid's algorithm takes quadratic time. */
const divisorBitsMax = 2 ** 16

const ofReals = (name: string, run: (x: number) => number) =>
  define(`core/math/${name}`, [kind.number], (x) => new Real(run(toDouble(x))))

const rounding = (name: string, run: (x: number) => number) =>
  define(`core/math/${name}`, [kind.number], (x) => {
    if (!(x instanceof Real)) return x
    refuseUnless(Number.isFinite(x.value), () => `${describe(x)} is near no int`)
    return normalise(BigInt(run(x.value)))
  })

const logarithm = (name: string, run: (x: number) => number) =>
  define(`core/math/${name}`, [kind.number], (x) => new Real(logarithmOf(x, run)))

/** `core/math`. */
export const math: ImplementationTable = tableOf([
  rounding("floor", Math.floor),
  rounding("ceil", Math.ceil),
  rounding("round", (x) => (x < 0 ? -Math.round(-x) : Math.round(x))),
  rounding("trunc", Math.trunc),
  define("core/math/round-to", [kind.number, kind.count], roundTo),
  define("core/math/sign", [kind.number], sign),
  define("core/math/clamp", [kind.number, kind.number, kind.number], clamp),
  define("core/math/mod", [kind.int, kind.int], floorMod),
  defineRest("core/math/gcd", [], kind.int, (ints) => {
    for (const each of ints) refuseLongDivisor(each)
    return normalise(ints.reduce((made: bigint, next) => gcd(made, BigInt(next)), 0n))
  }),
  defineRest("core/math/lcm", [], kind.int, (ints) => normalise(ints.reduce(lcm, 1n))),
  define("core/math/int-sqrt", [kind.int], intSqrt),
  ofReals("sqrt", Math.sqrt),
  ofReals("cbrt", Math.cbrt),
  ofReals("exp", Math.exp),
  logarithm("ln", Math.log),
  logarithm("log10", Math.log10),
  logarithm("log2", Math.log2),
  ofReals("sin", Math.sin),
  ofReals("cos", Math.cos),
  ofReals("tan", Math.tan),
  ofReals("asin", Math.asin),
  ofReals("acos", Math.acos),
  ofReals("atan", Math.atan),
  define("core/math/atan2", [kind.number, kind.number], (y, x) => new Real(Math.atan2(toDouble(y), toDouble(x)))),
  defineRest("core/math/hypot", [], kind.number, (lengths) => new Real(Math.hypot(...lengths.map(toDouble)))),
  define("core/math/pi", [], () => new Real(Math.PI)),
  define("core/math/e", [], () => new Real(Math.E)),
  define("core/math/is-nan", [kind.number], (x) => x instanceof Real && Number.isNaN(x.value)),
  define("core/math/is-finite", [kind.number], (x) => !(x instanceof Real) || Number.isFinite(x.value))
])

const toDouble = (x: Numeric): number => (x instanceof Real ? x.value : Number(x))

const placesMax = 100

function roundTo(x: Numeric, places: number): Value {
  refuseUnless(places <= placesMax, () => `expected at most ${placesMax} places, got ${places}`)
  const amount = toDouble(x)
  return new Real(Number.isFinite(amount) ? Number(fixed(amount, places)) : amount)
}

function sign(x: Numeric): Value {
  const order = compare(x, 0)
  refuseUnless(!Number.isNaN(order), () => "nan has no sign")
  return order
}

function clamp(x: Numeric, low: Numeric, high: Numeric): Value {
  refuseUnless(compare(low, high) <= 0, () => `${describe(low)} is not below ${describe(high)}`)
  if (compare(x, low) < 0) return low
  return compare(x, high) > 0 ? high : x
}

function floorMod(a: Int, b: Int): Value {
  const left = mod(a, b)
  return left !== 0 && left < 0 !== b < 0 ? normalise(BigInt(left) + BigInt(b)) : left
}

const amountOf = (n: bigint): bigint => (n < 0n ? -n : n)

const refuseLongDivisor = (n: Int): void =>
  refuseLargerThan(divisorBitsMax, bitLength(BigInt(n)), { what: "int", unit: "bits" })

const bitLength = (n: bigint): number => (n === 0n ? 0 : amountOf(n).toString(16).length * 4)

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [amountOf(a), amountOf(b)]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

const lcm = (made: bigint, next: Int): bigint => {
  refuseLongDivisor(next)
  if (made === 0n || next === 0) return 0n
  const multiple = amountOf((made / gcd(made, BigInt(next))) * BigInt(next))
  refuseLongDivisor(multiple)
  return multiple
}

/** Newton's method from above, on the number of bits: each step doubles the digits that are right. */
function intSqrt(n: Int): Value {
  refuseUnless(n >= 0, () => `expected an int of 0 or more, got ${describe(n)}`)
  const square = BigInt(n)
  if (square < 2n) return normalise(square)
  let root = 1n << BigInt(Math.ceil(bitLength(square) / 2))
  for (;;) {
    const next = (root + square / root) >> 1n
    if (next >= root) return normalise(root)
    root = next
  }
}

/** Digits that are kept of an int beyond the doubles, more than a double has. */
const leadingDigits = 20

const logarithmOf = (x: Numeric, run: (x: number) => number): number => {
  const amount = toDouble(x)
  if (x instanceof Real || Number.isFinite(amount) || x < 0) return run(amount)
  const digits = String(x)
  return run(Number(digits.slice(0, leadingDigits))) + (digits.length - leadingDigits) * run(10)
}
