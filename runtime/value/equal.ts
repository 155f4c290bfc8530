import { Fault, faultCodes } from "../errors.ts"
import { compareCodePoints } from "./code-points.ts"
import { describeOperand } from "./describe.ts"
import { Bytes, Closure, ErrorValue, isInt, List, Real, SxsMap, TaskRef, type Value } from "./value.ts"
import { itemBytes, spend } from "./work.ts"

/**
 * `eq`: deep equality, also of types and brackets. NaN equals NaN, 0.0 equals -0.0, maps are equal in any order of their
 * keys, error values when their contents are: where one was made does not count.
 */
export const equal = (a: Value, b: Value): boolean => walk(a, b, sameScalar)

/** `=`: as `equal`, but an int and a real are the same when their exact amounts are, at any depth. */
export const same = (a: Value, b: Value): boolean => walk(a, b, sameAmount)

/**
 * -1, 0 or 1; NaN when a real NaN is involved. Numbers order by their exact amount, texts by code points. Throws `Fault` for
 * anything else, as it has no order.
 */
export const compare = (a: Value, b: Value): number => {
  if (typeof a === "string" && typeof b === "string") return compareCodePoints(a, b)
  const x = amountOf(a)
  const y = amountOf(b)
  if (x === undefined || y === undefined) throw noOrder(a, b)
  return x < y ? -1 : x > y ? 1 : isSameAmount(x, y) ? 0 : Number.NaN
}

const noOrder = (a: Value, b: Value): Fault =>
  new Fault(
    faultCodes.argument,
    `two numbers or two texts can be compared, got ${describeOperand(a)} and ${describeOperand(b)}`
  )

const amountOf = (value: Value): number | bigint | undefined =>
  value instanceof Real ? value.value : isInt(value) ? value : undefined

// JavaScript orders a number and a BigInt exactly, while `===` never holds between them.
const isSameAmount = (x: number | bigint, y: number | bigint): boolean => x <= y && x >= y

type SameLeaf = (a: Value, b: Value) => boolean

const sameScalar: SameLeaf = (a, b) => {
  if (a === b) return true
  if (a instanceof Real) return b instanceof Real && sameReal(a.value, b.value)
  if (a instanceof TaskRef) return b instanceof TaskRef && a.id === b.id
  if (a instanceof Bytes) return b instanceof Bytes && sameBytes(a.bytes, b.bytes)
  return false
}

const sameAmount: SameLeaf = (a, b) => {
  if (sameScalar(a, b)) return true
  const x = amountOf(a)
  const y = amountOf(b)
  return x !== undefined && y !== undefined && isSameAmount(x, y)
}

const sameReal = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b))

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index])

type Container = List | SxsMap | ErrorValue | Closure

const isContainer = (value: Value): value is Container =>
  value instanceof List || value instanceof SxsMap || value instanceof ErrorValue || value instanceof Closure

// From here on pairs are remembered. Most comparisons are short; but lists that share their parts have exponentially many
// paths, and each pair needs to be looked at only once.
const pairsUnremembered = 10_000

const pairsPerSpend = 4096

/** Iterative, so that no value is too deep. `rest` holds the pairs still to be compared, `a` before its `b`. */
const walk = (a: Value, b: Value, sameLeaf: SameLeaf): boolean => {
  if (a === b) return true
  if (!isContainer(a)) return sameLeaf(a, b)
  const rest: Array<Value> = [a, b]
  const known = new Map<Container, Set<Container>>()
  for (let pairs = 0; rest.length > 0; pairs++) {
    if (pairs % pairsPerSpend === pairsPerSpend - 1) spend(pairsPerSpend * 2 * itemBytes)
    const y = rest.pop()!
    const x = rest.pop()!
    if (x === y) continue
    if (!isContainer(x) || !isContainer(y)) {
      if (!sameLeaf(x, y)) return false
    } else if ((pairs < pairsUnremembered || remember(known, x, y)) && !pushParts(rest, x, y)) return false
  }
  return true
}

/** False when the pair was there. */
const remember = (known: Map<Container, Set<Container>>, x: Container, y: Container): boolean => {
  const others = known.get(x)
  if (others === undefined) known.set(x, new Set([y]))
  else if (others.has(y)) return false
  else others.add(y)
  return true
}

/** Adds the pairs that must be equal for these two to be; false when they differ already. */
const pushParts = (rest: Array<Value>, x: Container, y: Container): boolean => {
  if (x instanceof List) {
    if (!(y instanceof List) || x.bracket !== y.bracket || x.size !== y.size) return false
    for (let i = x.size - 1; i >= 0; i--) rest.push(x.items[i]!, y.items[i]!)
    return true
  }
  if (x instanceof SxsMap) return y instanceof SxsMap && pushEntries(rest, x, y)
  if (x instanceof ErrorValue) return y instanceof ErrorValue && rest.push(x.content, y.content) > 0
  if (!(y instanceof Closure) || x.bundle !== y.bundle || x.index !== y.index) return false
  if (x.captured.length !== y.captured.length) return false
  x.captured.forEach((value, index) => {
    rest.push(value, y.captured[index]!)
  })
  return true
}

const pushEntries = (rest: Array<Value>, x: SxsMap, y: SxsMap): boolean => {
  if (x.entries.size !== y.entries.size) return false
  for (const [key, value] of x.entries) {
    const other = y.entries.get(key)
    if (other === undefined) return false
    rest.push(value, other)
  }
  return true
}
