import type { Expression, Slot, Statement } from "./machine.ts"

/** The slots that statements assign; one may be named more than once. */
export const assignedSlots = (statements: ReadonlyArray<Statement>): ReadonlyArray<Slot> => {
  const found: Array<Slot> = []
  addAssigned(statements, found)
  return found
}

const addAssigned = (statements: ReadonlyArray<Statement>, into: Array<Slot>): void => {
  for (const statement of statements) {
    switch (statement.kind) {
      case "assign":
        into.push(statement.slot)
        break
      case "suspendable":
        if (statement.slot !== undefined) into.push(statement.slot)
        break
      case "if":
        addAssigned(statement.whenTrue, into)
        addAssigned(statement.whenFalse, into)
        break
      case "guard":
        into.push(statement.caught)
        addAssigned(statement.body, into)
        addAssigned(statement.handler, into)
        break
      case "block":
      case "loop":
        addAssigned(statement.body, into)
    }
  }
}

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
