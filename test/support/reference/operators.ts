import { add, multiply, negate, subtract } from "../../../runtime/value/arithmetic.ts"
import { compare, equal, same } from "../../../runtime/value/equal.ts"
import { isTrue, type Value } from "../../../runtime/value/value.ts"
import type { Builtin } from "./interpreter.ts"

const folding =
  (operation: (a: Value, b: Value) => Value, single: (a: Value) => Value): Builtin =>
  (_, [first, ...more]) =>
    more.length === 0 ? single(first!) : more.reduce(operation, first!)

/** Each with the next, from the left, until one does not hold. */
const chain =
  (holds: (a: Value, b: Value) => boolean): Builtin =>
  (_, args) =>
    args.slice(1).every((right, index) => holds(args[index]!, right))

/** The operators that compiled code has inline. */
export const operators: ReadonlyArray<readonly [string, Builtin]> = [
  ["+", folding(add, (a) => add(0, a))],
  ["-", folding(subtract, negate)],
  ["*", folding(multiply, (a) => multiply(1, a))],
  ["<", chain((a, b) => compare(a, b) < 0)],
  ["<=", chain((a, b) => compare(a, b) <= 0)],
  [">", chain((a, b) => compare(a, b) > 0)],
  [">=", chain((a, b) => compare(a, b) >= 0)],
  ["=", chain(same)],
  ["!=", (_, [a, b]) => !same(a!, b!)],
  ["eq", (_, [a, b]) => (equal(a!, b!) ? 1 : 0)],
  ["not", (_, [a]) => !isTrue(a!)]
]
