import { signatureOf } from "../../stdlib/signatures/index.ts"
import type { Expression, LoopFacts, Slot, Statement } from "../4-lower/machine.ts"
import { isCount, isIntOperation } from "./operators.ts"

/**
 * A loop of numbers computes its ints as JavaScript numbers. Where one is none, or a result leaves their range, it leaves the
 * loop, with the slots as they were when the turn began; the resume shape does that turn once more, and goes on with ints of
 * any size. So what a turn does must be free of effects. Nothing in it keeps its numbers in boxes: a call in the loop for
 * the sake of a rare result would (bench/compute.ts).
 */
export interface NumberLoopFacts {
  /** Slots that hold JavaScript numbers in the loop. */
  readonly numbers: ReadonlySet<Slot>
}

const known = new WeakMap<LoopFacts, NumberLoopFacts | null>()

/** Whether a call of the program's machine of that index has no effects and cannot suspend. */
export type IsPure = (index: number) => boolean

/** Undefined for a loop that is none. */
export const numberLoopOf = (loop: LoopFacts, isPure: IsPure): NumberLoopFacts | undefined => {
  const found = known.get(loop)
  if (found !== undefined) return found ?? undefined
  const facts = canBe(loop, isPure) ? { numbers: numbersOf(loop) } : undefined
  known.set(loop, facts ?? null)
  return facts
}

const canBe = (loop: LoopFacts, isPure: IsPure): boolean => {
  if (loop.suspends || loop.head.region !== undefined) return false
  let computes = false
  const isFree = everyExpression([loop.statement], (expression) => {
    computes ||= isIntOperation(expression)
    return isFreeOfEffects(expression, isPure)
  })
  return isFree && computes
}

/** Nothing in it can end the segment soon, as writing and publishing do: it may count its fuel for itself. */
export const isPureLoop = (loop: LoopFacts, isPure: IsPure): boolean =>
  everyExpression([loop.statement], (each) => isFreeOfEffects(each, isPure))

const isFreeOfEffects = (expression: Expression, isPure: IsPure): boolean => {
  if (expression.kind === "library") return signatureOf(expression.name)?.effect === "pure"
  if (expression.kind === "call") return isPure(expression.index)
  return expression.kind !== "apply"
}

/** Slots that are given and used as ints only: by every operation of the loop they stay numbers. */
const numbersOf = (loop: LoopFacts): ReadonlySet<Slot> => {
  const numbers = new Set<Slot>()
  const others = new Set<Slot>()
  everyExpression([loop.statement], (expression) => {
    if (expression.kind !== "slot" || expression.slot.form !== "value") return true
    if (expression.known === "int") numbers.add(expression.slot)
    else others.add(expression.slot)
    return true
  })
  for (const slot of others) numbers.delete(slot)
  for (let changed = true; changed; ) {
    changed = false
    everyAssignment([loop.statement], (slot, value) => {
      if (numbers.has(slot) && !yieldsNumber(value, numbers)) changed = numbers.delete(slot)
    })
  }
  return numbers
}

const yieldsNumber = (value: Expression, numbers: ReadonlySet<Slot>): boolean =>
  isCount(value) || isIntOperation(value) || (value.kind === "slot" && numbers.has(value.slot))

const everyAssignment = (
  statements: ReadonlyArray<Statement>,
  visit: (slot: Slot, value: Expression) => void
): void => {
  for (const statement of statements) {
    if (statement.kind === "assign") visit(statement.slot, statement.value)
    else if (statement.kind === "if") {
      everyAssignment(statement.whenTrue, visit)
      everyAssignment(statement.whenFalse, visit)
    } else if (statement.kind === "block" || statement.kind === "loop") everyAssignment(statement.body, visit)
  }
}

/** Whether it holds for all expressions in the statements, outer ones first. False when something in them may suspend. */
const everyExpression = (statements: ReadonlyArray<Statement>, holds: (expression: Expression) => boolean): boolean =>
  statements.every((statement) => {
    switch (statement.kind) {
      case "assign":
      case "evaluate":
      case "return":
        return everyPart(statement.value, holds)
      case "if":
        return (
          everyPart(statement.test, holds) &&
          everyExpression(statement.whenTrue, holds) &&
          everyExpression(statement.whenFalse, holds)
        )
      case "block":
      case "loop":
        return everyExpression(statement.body, holds)
      case "exit":
        return true
      default:
        return false
    }
  })

const everyPart = (expression: Expression, holds: (expression: Expression) => boolean): boolean =>
  holds(expression) && partsOf(expression).every((part) => everyPart(part, holds))

const partsOf = (expression: Expression): ReadonlyArray<Expression> => {
  switch (expression.kind) {
    case "call":
    case "library":
    case "walk":
      return expression.args
    case "apply":
      return [expression.callee, ...expression.args]
    case "is":
    case "check":
      return [expression.value]
    case "closure":
      return expression.captured
    default:
      return []
  }
}
