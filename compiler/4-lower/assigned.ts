import type { Slot, Statement } from "./machine.ts"

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
