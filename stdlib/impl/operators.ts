import { limits } from "../../runtime/limits.ts"
import { add, div, divide, mod, multiply, negate, power, subtract } from "../../runtime/value/arithmetic.ts"
import { compare, same } from "../../runtime/value/equal.ts"
import { normalise, Real, type Value } from "../../runtime/value/value.ts"
import { define, defineRest, type ImplementationTable, refuseLargerThan, tableOf } from "./define.ts"
import * as kind from "./kinds.ts"

type Int = number | bigint
type Numeric = Int | Real

/** Operators as compiled code calls them; those that it emits inline are called when they are passed on as values. */
export const operators: ImplementationTable = tableOf([
  defineRest("+", [kind.number], kind.number, (a, more) => more.reduce((sum: Value, next) => add(sum, next), a)),
  defineRest("-", [kind.number], kind.number, (a, more) =>
    more.length === 0 ? negate(a) : more.reduce((rest: Value, next) => subtract(rest, next), a)
  ),
  defineRest("*", [kind.number], kind.number, (a, more) =>
    more.reduce((product: Value, next) => multiply(product, next), a)
  ),
  chain("<", (a, b) => compare(a, b) < 0),
  chain("<=", (a, b) => compare(a, b) <= 0),
  chain(">", (a, b) => compare(a, b) > 0),
  chain(">=", (a, b) => compare(a, b) >= 0),
  chain("=", same),
  chain("!=", (a, b) => !same(a, b)),
  defineRest("/", [kind.number, kind.number], kind.number, (a, b, more) =>
    more.reduce((quotient: Value, divisor) => divide(quotient, divisor), divide(a, b))
  ),
  define("%", [kind.int, kind.int], mod),
  define("div", [kind.int, kind.int], div),
  define("**", [kind.number, kind.number], power),
  defineRest("min", [kind.number], kind.number, (a, more) => more.reduce((best, next) => pick(best, next, -1), a)),
  defineRest("max", [kind.number], kind.number, (a, more) => more.reduce((best, next) => pick(best, next, 1), a)),
  define("abs", [kind.number], abs),
  defineRest("bit/and", [kind.int], kind.int, (a, more) => more.reduce((made, next) => bits(made, next, and), a)),
  defineRest("bit/or", [kind.int], kind.int, (a, more) => more.reduce((made, next) => bits(made, next, or), a)),
  defineRest("bit/xor", [kind.int], kind.int, (a, more) => more.reduce((made, next) => bits(made, next, xor), a)),
  define("bit/not", [kind.int], (a) => subtract(-1, a)),
  define("bit/shl", [kind.int, kind.count], shiftLeft),
  define("bit/shr", [kind.int, kind.count], (a, count) => normalise(BigInt(a) >> BigInt(count)))
])

/** Holds when it does between each two neighbours. */
function chain(name: string, holds: (a: Value, b: Value) => boolean): ReturnType<typeof define> {
  return defineRest(name, [kind.any], kind.any, (a, more) =>
    more.every((next, index) => holds(index === 0 ? a : more[index - 1]!, next))
  )
}

// The one that lies in the wanted direction; the first of equal ones, and `nan` when there is one.
const pick = (best: Numeric, next: Numeric, wanted: -1 | 1): Numeric => {
  const order = compare(next, best)
  if (Number.isNaN(order)) return best instanceof Real && Number.isNaN(best.value) ? best : next
  return order === wanted ? next : best
}

function abs(a: Numeric): Value {
  if (a instanceof Real) return new Real(Math.abs(a.value))
  return a < 0 ? subtract(0, a) : a
}

interface BitOperation {
  readonly small: (a: number, b: number) => number
  readonly large: (a: bigint, b: bigint) => bigint
}

const and: BitOperation = { small: (a, b) => a & b, large: (a, b) => a & b }
const or: BitOperation = { small: (a, b) => a | b, large: (a, b) => a | b }
const xor: BitOperation = { small: (a, b) => a ^ b, large: (a, b) => a ^ b }

// JavaScript's own operators see the lowest 32 bits only.
const isSmall = (a: Int): a is number => (typeof a === "number" ? a | 0 : undefined) === a

const bits = (a: Int, b: Int, operation: BitOperation): Int =>
  isSmall(a) && isSmall(b) ? operation.small(a, b) : normalise(operation.large(BigInt(a), BigInt(b)))

function shiftLeft(a: Int, count: number): Int {
  if (a === 0) return 0
  refuseLargerThan(limits.intBitsMax, bitLength(a) + count, { what: "int", unit: "bits" })
  return normalise(BigInt(a) << BigInt(count))
}

// Of the amount, without a sign.
const bitLength = (a: Int): number => BigInt(a < 0 ? -a : a).toString(2).length
