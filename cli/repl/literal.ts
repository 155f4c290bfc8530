import { ErrorValue, isInt, List, print, Real, SxsMap, Sym, type Value } from "../../runtime/index.ts"

/** Values that print longer are not written into programs. */
export const literalUnitsMax = 4096

/** The value as an expression that yields it and calls nothing but `map`; undefined for what has none, such as functions, tasks
 * and bytes, and for what is long. */
export const literalOf = (value: Value): string | undefined => {
  const text = expressionOf(value)
  return text !== undefined && text.length <= literalUnitsMax ? text : undefined
}

const expressionOf = (value: Value): string | undefined => {
  if (value === null || typeof value !== "object" || value instanceof Real)
    return isSimple(value) ? print(value) : undefined
  if (value instanceof ErrorValue) return typeof value.content === "string" ? print(value) : undefined
  if (value instanceof SxsMap) return mapOf(value)
  return quotable(value) ? `'${print(value)}` : undefined
}

const isSimple = (value: Value): boolean =>
  value === null || typeof value === "string" || typeof value === "boolean" || value instanceof Real || isInt(value)

const mapOf = ({ entries }: SxsMap): string | undefined => {
  if (entries.size > itemsMax) return undefined
  const parts: Array<string> = []
  for (const [key, item] of entries) {
    const text = expressionOf(item)
    if (text === undefined) return undefined
    parts.push(print(key), text)
  }
  return `(map${parts.map((part) => ` ${part}`).join("")})`
}

const itemsMax = 1000

/** Whether the value can stand in quotes: the reader makes lists, symbols and simple values only. */
const quotable = (value: Value): boolean => {
  if (value instanceof Sym) return !print(value).startsWith("#(")
  if (value instanceof List) return value.size <= itemsMax && value.items.slice(0, value.size).every(quotable)
  return isSimple(value)
}
