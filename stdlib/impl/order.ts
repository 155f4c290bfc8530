import { compare } from "../../runtime/value/equal.ts"
import { Real, type Value } from "../../runtime/value/value.ts"

const isNaNReal = (value: Value): boolean => value instanceof Real && Number.isNaN(value.value)

/** A total order for sorting: as `compare`, with `nan` after all numbers. Throws `Fault` on what has no order. */
export const ascending = (a: Value, b: Value): number => {
  const order = compare(a, b)
  return Number.isNaN(order) ? Number(isNaNReal(a)) - Number(isNaNReal(b)) : order
}
