import { equal } from "../../runtime/value/equal.ts"
import { Bytes, ErrorValue, List, Real, SxsMap, Sym, TaskRef, type Value } from "../../runtime/value/value.ts"

/** Values told apart by `eq`: a value is compared only with those that have the same bucket. */
export class EqualSet {
  readonly #buckets = new Map<unknown, Array<Value>>()

  /** Puts the value in; false when an equal one was there. */
  add(value: Value): boolean {
    const bucket = bucketOf(value, 0)
    const known = this.#buckets.get(bucket)
    if (known === undefined) {
      this.#buckets.set(bucket, [value])
      return true
    }
    if (known.some((other) => equal(other, value))) return false
    known.push(value)
    return true
  }
}

const depthMax = 3
const itemsMax = 8
const textMax = 32

// Equal values have equal buckets; the reverse holds for scalars, and mostly for containers. `Map` takes NaN for NaN and 0
// for -0, as `eq` does.
const bucketOf = (value: Value, depth: number): unknown => {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value
  if (typeof value === "string") return `"${value}`
  if (typeof value === "bigint") return value
  if (value instanceof Sym) return value
  if (value instanceof Real) return `r${value.value}`
  if (value instanceof TaskRef) return `t${value.id}`
  if (value instanceof List) return listBucket(value, depth)
  if (value instanceof SxsMap) return mapBucket(value, depth)
  if (value instanceof ErrorValue) return `@${part(value.content, depth)}`
  if (value instanceof Bytes) return `b${value.bytes.length} ${value.bytes.slice(0, itemsMax).join(" ")}`
  return `f${value.bundle}#${value.index}`
}

const listBucket = (value: List, depth: number): string => {
  const head = `${value.bracket}${value.size}`
  if (depth >= depthMax) return head
  return `${head} ${value.items
    .slice(0, Math.min(value.size, itemsMax))
    .map((item) => part(item, depth))
    .join(" ")}`
}

// Equal maps may differ in the order of their keys.
const mapBucket = (value: SxsMap, depth: number): string => {
  const head = `m${value.entries.size}`
  if (depth >= depthMax || value.entries.size > itemsMax) return head
  const keys = [...value.entries.keys()].sort()
  return `${head} ${keys.map((key) => `${key} ${part(value.entries.get(key)!, depth)}`).join(" ")}`
}

const part = (value: Value, depth: number): string => {
  if (typeof value === "string") return `"${value.slice(0, textMax)}`
  const bucket = bucketOf(value, depth + 1)
  return bucket instanceof Sym ? `s${bucket.name}` : String(bucket)
}
