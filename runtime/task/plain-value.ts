import { limits } from "../limits.ts"
import { Real, type Value } from "../value/value.ts"

/** UTF-16 units from which on a text may be longer than `limits.slotInlineBytesMax` when it is encoded: escaped, a unit may
 * have six. */
const plainTextUnitsMax = Math.floor((limits.slotInlineBytesMax - 2) / 6)

/** Whether the value is certain to be storable in little room, so that its text need not be made before it is needed. */
export const isPlain = (value: Value): boolean =>
  Number.isSafeInteger(value) ||
  value === null ||
  typeof value === "boolean" ||
  value instanceof Real ||
  (typeof value === "string" && value.length <= plainTextUnitsMax)
