import type { Expression, Slot, Statement } from "./machine.ts"

/** The slots that statements assign; one may be named more than once. */
export const assignedSlots = (statements: ReadonlyArray<Statement>): ReadonlyArray<Slot> =>
  statements.flatMap((statement): ReadonlyArray<Slot> => {
    switch (statement.kind) {
      case "assign":
        return [statement.slot]
      case "suspendable":
        return statement.slot === undefined ? [] : [statement.slot]
      case "if":
        return [...assignedSlots(statement.whenTrue), ...assignedSlots(statement.whenFalse)]
      case "guard":
        return [statement.caught, ...assignedSlots(statement.body), ...assignedSlots(statement.handler)]
      case "block":
      case "loop":
        return assignedSlots(statement.body)
      default:
        return []
    }
  })

/** Adds the slots that an expression reads. */
export const readSlots = (expression: Expression, into: Set<Slot>): void => {
  switch (expression.kind) {
    case "slot":
      into.add(expression.slot)
      return
    case "call":
    case "library":
    case "walk":
      for (const arg of expression.args) readSlots(arg, into)
      return
    case "is":
    case "check":
      return readSlots(expression.value, into)
    case "closure":
      for (const arg of expression.captured) readSlots(arg, into)
      return
    case "apply":
      readSlots(expression.callee, into)
      for (const arg of expression.args) readSlots(arg, into)
      return
  }
}

/** The slots that stand in statements, also where they are never reached. */
export const mentionedSlots = (statements: ReadonlyArray<Statement>): ReadonlySet<Slot> => {
  const found = new Set(assignedSlots(statements))
  addRead(statements, found)
  return found
}

const addRead = (statements: ReadonlyArray<Statement>, into: Set<Slot>): void => {
  for (const statement of statements) {
    switch (statement.kind) {
      case "assign":
      case "evaluate":
      case "return":
        readSlots(statement.value, into)
        break
      case "suspendable":
        readSlots(statement.call, into)
        break
      case "if":
        readSlots(statement.test, into)
        addRead(statement.whenTrue, into)
        addRead(statement.whenFalse, into)
        break
      case "guard":
        addRead(statement.body, into)
        addRead(statement.handler, into)
        break
      case "block":
      case "loop":
        addRead(statement.body, into)
        break
    }
  }
}
