import { isLong } from "../../runtime/value/arithmetic.ts"
import { Bytes, List, SxsMap, type Value } from "../../runtime/value/value.ts"
import { containerBytes, entryBytes, itemBytes, spend, timed } from "../../runtime/value/work.ts"

/** What a call of a library function costs beyond the fuel that its caller pays, in bytes: see runtime/value/work.ts. */
interface Cost {
  /** What it looks through of its arguments. */
  readonly given: (args: ReadonlyArray<Value>) => number
  readonly made: (result: Value) => number
}

/** From so many bytes on a call is timed too: some functions take longer than in proportion. */
const timedBytes = 2 ** 15

/** The implementation of that name, which says what it costs. */
export const withCost = (name: string, run: (args: ReadonlyArray<Value>) => Value) => {
  const cost = costOf(name)
  return (args: ReadonlyArray<Value>): Value => {
    const bytes = cost.given(args)
    if (bytes > 0) spend(bytes)
    const result = bytes > timedBytes ? timed(() => run(args)) : run(args)
    spend(cost.made(result))
    return result
  }
}

/** Nearly all functions look through their arguments and make their result. */
const costOf = (name: string): Cost => {
  if (numeric.test(name)) return numbers
  if (handsOn.has(name)) return texts
  if (sharing.has(name)) return lists
  if (taking.has(name)) return { given: () => 0, made: madeBytes }
  return name === "core/list/concat" ? further : { given: bytesOfAll, made: madeBytes }
}

const numeric = /^(?!core\/)|^core\/(?:math|time|util|error)\//

/** They go to a place in a list or map, or share what they were given. Texts they may go through. */
const handsOn: ReadonlySet<string> = new Set(
  "list/at list/at! list/append list/len list/first list/last list/is-empty map/get map/has map/len map/is-empty map/get-in bytes/len bytes/at random/pick"
    .split(" ")
    .map((name) => `core/${name}`)
)

/** The text that they make shares those that it is made of. */
const sharing: ReadonlySet<string> = new Set(["core/str/str", "core/str/join"])

/** They take a part without looking at the rest. */
const taking: ReadonlySet<string> = new Set(
  ["slice", "take", "drop", "rest", "range", "fill", "repeat"].map((name) => `core/list/${name}`)
)

const bytesOf = (value: Value | undefined): number => {
  if (typeof value === "string") return value.length
  if (value instanceof List) return value.size * itemBytes
  if (value instanceof SxsMap) return value.entries.size * entryBytes
  return value instanceof Bytes ? value.bytes.length : 0
}

const madeBytes = (result: Value): number => containerBytes + bytesOf(result)

const sum = (args: ReadonlyArray<Value>, bytes: (value: Value | undefined) => number, from = 0): number => {
  let all = 0
  for (let i = from; i < args.length; i++) all += bytes(args[i])
  return all
}

const bytesOfAll = (args: ReadonlyArray<Value>): number => sum(args, bytesOf)

const small = (): number => containerBytes

const numbers: Cost = { given: (args) => (args.some(isLong) ? 2 * timedBytes : 0), made: () => 0 }
const texts: Cost = {
  given: (args) => sum(args, (value) => (typeof value === "string" ? value.length : 0)),
  made: small
}
const lists: Cost = {
  given: (args) => sum(args, (value) => (typeof value === "string" ? 0 : bytesOf(value))),
  made: small
}

/** What is appended, one by one or at once: the first is not copied. */
const further: Cost = { given: (args) => sum(args, bytesOf, 1), made: small }
