import type { Expression, Statement } from "./machine.ts"
import { assignedSlots } from "./slots.ts"

/** Whether the value stays what it is while the statements of later arguments run. */
export const isStable = (value: Expression, later: ReadonlyArray<Statement>): boolean =>
  value.kind === "literal" ||
  value.kind === "constant" ||
  (value.kind === "closure" && value.captured.every((each) => isStable(each, later))) ||
  (value.kind === "slot" && !assignedSlots(later).includes(value.slot))

/** What stands behind a way out is never reached. */
export const withoutDeadCode = <S extends Statement>(statements: Array<S>): Array<S> => {
  const end = statements.findIndex((statement) => statement.kind === "return" || statement.kind === "exit")
  return end < 0 || end === statements.length - 1 ? statements : statements.slice(0, end + 1)
}

/** Whether it can be left out where nobody takes its value. */
export const isFreeOfEffects = (value: Expression): boolean =>
  value.kind === "literal" || value.kind === "slot" || value.kind === "closure" || value.kind === "constant"
