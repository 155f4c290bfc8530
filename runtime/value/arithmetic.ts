import { Fault, faultCodes } from "../errors.ts"
import { limits } from "../limits.ts"
import { describeOperand } from "./describe.ts"
import { isInt, normalise, Real, type Value } from "./value.ts"
import { spend, timed } from "./work.ts"

/**
 * Arithmetic of the language. Ints are exact at any size up to `limits.intBitsMax`; an int with a real gives a real. All of
 * these throw `Fault` for operands that are no numbers, and for a result that is too large.
 */
type Int = number | bigint

// The fast path: a double result that is a safe integer is exact, as rounding never leads back into that range. Adding 0
// turns -0 into 0, for an int has no negative zero.

export const add = (a: Value, b: Value): Int | Real => {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b
    return Number.isSafeInteger(sum) ? sum + 0 : BigInt(a) + BigInt(b)
  }
  if (isInt(a) && isInt(b)) return bounded(BigInt(a) + BigInt(b))
  return new Real(toDouble("+", a) + toDouble("+", b))
}

export const subtract = (a: Value, b: Value): Int | Real => {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b
    return Number.isSafeInteger(difference) ? difference + 0 : BigInt(a) - BigInt(b)
  }
  if (isInt(a) && isInt(b)) return bounded(BigInt(a) - BigInt(b))
  return new Real(toDouble("-", a) - toDouble("-", b))
}

export const multiply = (a: Value, b: Value): Int | Real => {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b
    return Number.isSafeInteger(product) ? product + 0 : BigInt(a) * BigInt(b)
  }
  if (isInt(a) && isInt(b)) return product(BigInt(a), BigInt(b))
  return new Real(toDouble("*", a) * toDouble("*", b))
}

/** `/`: always a real, correctly rounded also for ints of any size. Dividing by the int 0 is a fault. */
export const divide = (a: Value, b: Value): Real => {
  const y = toDouble("/", b)
  const x = toDouble("/", a)
  if (b === 0) throw divisionByZero("/", a)
  if (!isInt(a) || !isInt(b) || (typeof a === "number" && typeof b === "number")) return new Real(x / y)
  return new Real(quotient(BigInt(a), BigInt(b)))
}

/** Quotient of ints, truncated towards 0. */
export const div = (a: Value, b: Value): Int => {
  const { x, y } = intOperands("div", a, b)
  // Exact also where `x / y` would round up to the next integer.
  if (typeof x === "number" && typeof y === "number") return (x - (x % y)) / y + 0
  return normalise(isLong(x) ? timed(() => BigInt(x) / BigInt(y)) : BigInt(x) / BigInt(y))
}

/** `%`: remainder of `div`, with the sign of `a`. */
export const mod = (a: Value, b: Value): Int => {
  const { x, y } = intOperands("%", a, b)
  if (typeof x === "number" && typeof y === "number") return (x % y) + 0
  return normalise(isLong(x) ? timed(() => BigInt(x) % BigInt(y)) : BigInt(x) % BigInt(y))
}

/** `**`: exact for an int to an int of 0 or more; a real otherwise. The int 0 to a negative int is a division by zero. */
export const power = (a: Value, b: Value): Int | Real => {
  const x = toDouble("**", a)
  const y = toDouble("**", b)
  if (!isInt(a) || !isInt(b)) return new Real(x ** y)
  if (b >= 0) return intPower(a, b)
  if (a === 0) throw divisionByZero("**", a)
  return new Real(x ** y)
}

export const negate = (a: Value): Int | Real => (a instanceof Real ? new Real(-a.value) : subtract(0, a))

/** A number of any kind as a double. */
export const amount = (operator: string, value: Value): number =>
  typeof value === "number" ? value : toDouble(operator, value)

const toDouble = (operator: string, value: Value): number => {
  if (value instanceof Real) return value.value
  if (isInt(value)) return Number(value)
  throw new Fault(faultCodes.argument, `\`${operator}\` takes numbers, got ${describeOperand(value)}`)
}

const intOperands = (operator: string, a: Value, b: Value): { readonly x: Int; readonly y: Int } => {
  const x = toInt(operator, a)
  const y = toInt(operator, b)
  if (y === 0) throw divisionByZero(operator, a)
  return { x, y }
}

const toInt = (operator: string, value: Value): Int => {
  if (isInt(value)) return value
  throw new Fault(faultCodes.argument, `\`${operator}\` takes ints, got ${describeOperand(value)}`)
}

const divisionByZero = (operator: string, a: Value): Fault =>
  new Fault(faultCodes.divisionByZero, `\`${operator}\`: ${describeOperand(a)} divided by zero`)

const largest = 2n ** BigInt(limits.intBitsMax) - 1n

const tooLarge = (): Fault => new Fault(faultCodes.tooLarge, `an int has at most ${limits.intBitsMax} bits`)

// BigInts compare by their length first, so this costs nothing beside the operation.
const bounded = (value: bigint): Int => {
  if (value > largest || value < -largest) throw tooLarge()
  if (isLong(value)) spend(longBytes)
  return normalise(value)
}

/** An int from which on its size matters, about 10,000 bits; below that an operation takes some microseconds. */
const long = 2n ** 10_000n

export const isLong = (value: Value): boolean => typeof value === "bigint" && (value > long || value < -long)

/** The longest has so many, and how many another has is not told without looking through it. */
const longBytes = limits.intBitsMax / 8

const product = (a: bigint, b: bigint): Int => bounded(isLong(a) || isLong(b) ? timed(() => a * b) : a * b)

const intPower = (base: Int, exponent: Int): Int => {
  if (base === 0) return exponent === 0 ? 1 : 0
  if (base === 1) return 1
  if (base === -1) return BigInt(exponent) % 2n === 0n ? 1 : -1
  // A base of n bits is at least 2^(n-1): whatever is refused here would not fit.
  if ((bitLength(BigInt(base)) - 1) * Number(exponent) > limits.intBitsMax) throw tooLarge()
  return bounded(BigInt(base) ** BigInt(exponent))
}

const bitLength = (value: bigint): number => {
  const digits = (value < 0n ? -value : value).toString(16)
  return digits.length * 4 - (Math.clz32(Number.parseInt(digits[0]!, 16)) - 28)
}

/** Bits of the scaled quotient: more than the 53 of a double and its rounding bit, so that one rounding does it all. */
const quotientBits = 66

/** `a / b` rounded once. Both as doubles could be infinite, or rounded already. */
const quotient = (a: bigint, b: bigint): number => {
  const sign = a < 0n === b < 0n ? 1 : -1
  const x = a < 0n ? -a : a
  const y = b < 0n ? -b : b
  if (x === 0n) return 0
  const shift = quotientBits - (bitLength(x) - bitLength(y))
  const top = shift > 0 ? x << BigInt(shift) : x
  const bottom = shift < 0 ? y << BigInt(-shift) : y
  const scaled = top / bottom
  // The lowest bit stands for all that was cut off, so that a tie is seen as none.
  const sticky = scaled * bottom === top ? scaled : scaled | 1n
  return sign * scale(Number(sticky), -shift)
}

/** `value * 2 ** exponent`, in steps that neither overflow nor vanish on the way. */
const scale = (value: number, exponent: number): number => {
  let result = value
  let left = exponent
  for (; left > 1000 && Number.isFinite(result); left -= 1000) result *= 2 ** 1000
  for (; left < -1000 && result !== 0; left += 1000) result *= 2 ** -1000
  return result * 2 ** Math.max(-1074, Math.min(1023, left))
}
