import { print } from "./print.ts"
import { Bytes, Closure, ErrorValue, isInt, List, Real, SxsMap, Sym, type Value } from "./value.ts"

const shownUnitsMax = 40

/** An operand in words for a message: `the text "x"`, `the int 5`, `a list`. Containers are named only. */
export const describeOperand = (value: Value): string => {
  if (value === null) return "none"
  if (typeof value === "string") return `the text ${shown(print(value.slice(0, shownUnitsMax + 1)))}`
  if (typeof value === "boolean") return `the bool ${value}`
  if (isInt(value)) return `the int ${shown(String(value))}`
  if (value instanceof Real) return `the real ${print(value)}`
  if (value instanceof Sym) return `the symbol ${shown(print(value))}`
  if (value instanceof List) return "a list"
  if (value instanceof SxsMap) return "a map"
  if (value instanceof Bytes) return "a byte string"
  if (value instanceof ErrorValue)
    return `the error value ${shown(print(value))}${value.place && `, made at ${value.place}`}`
  return value instanceof Closure ? "a function" : "a task"
}

const shown = (text: string): string => (text.length <= shownUnitsMax ? text : `${text.slice(0, shownUnitsMax)}…`)
