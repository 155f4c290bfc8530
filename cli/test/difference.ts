import { ErrorValue, equal, List, print, SxsMap, same, type Value } from "../../runtime/index.ts"

/** Where two values differ. */
export interface Difference {
  /** From the outside in: keys of maps, places in lists from 0 on; empty for the values themselves. */
  readonly path: ReadonlyArray<string>
  /** Undefined where only the other one has something. */
  readonly actual: Value | undefined
  readonly expected: Value | undefined
}

export const differencesMax = 10

/** The innermost places at which the values differ, at most so many and one more. */
export const differences = (actual: Value, expected: Value): ReadonlyArray<Difference> => {
  const found: Array<Difference> = []
  const open: Array<Difference> = [{ path: [], actual, expected }]
  for (let next = open.pop(); next !== undefined && found.length <= differencesMax; next = open.pop()) {
    if (isSame(next.actual, next.expected)) continue
    const inside = insideOf(next)
    if (inside === undefined) found.push(next)
    else for (const each of inside.toReversed()) open.push(each)
  }
  return found
}

const isSame = (a: Value | undefined, b: Value | undefined): boolean =>
  a === undefined || b === undefined ? a === b : same(a, b) || equal(a, b)

/** The parts of two containers of one kind; undefined when the difference is not in them. */
const insideOf = ({ actual, expected, path }: Difference): ReadonlyArray<Difference> | undefined => {
  if (actual instanceof SxsMap && expected instanceof SxsMap) {
    const keys = new Set([...expected.entries.keys(), ...actual.entries.keys()])
    return [...keys].map((key) => ({
      path: [...path, print(key)],
      actual: actual.entries.get(key),
      expected: expected.entries.get(key)
    }))
  }
  if (actual instanceof List && expected instanceof List && actual.bracket === expected.bracket) {
    const [has, wants] = [actual.toArray(), expected.toArray()]
    return Array.from({ length: Math.max(has.length, wants.length) }, (_, index) => ({
      path: [...path, String(index)],
      actual: has[index],
      expected: wants[index]
    }))
  }
  if (actual instanceof ErrorValue && expected instanceof ErrorValue)
    return [{ path: [...path, "@"], actual: actual.content, expected: expected.content }]
  return undefined
}
