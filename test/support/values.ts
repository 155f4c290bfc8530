import { assert } from "@effect/vitest"
import { Fault } from "../../runtime/errors.ts"
import { List, Real, SxsMap, type Value } from "../../runtime/value/value.ts"

export const list = (...items: ReadonlyArray<Value>): List => new List("(", items)
export const map = (entries: Record<string, Value>): SxsMap => new SxsMap(new Map(Object.entries(entries)))
export const real = (value: number): Real => new Real(value)
export const large = 2n ** 60n

/** A list of `depth` lists inside each other. */
export const nested = (depth: number, innermost: Value = null): Value => {
  let value = innermost
  for (let i = 0; i < depth; i++) value = list(value)
  return value
}

/** A list that has 2 ** depth leaves but only `depth` lists. */
export const shared = (depth: number): Value => {
  let value: Value = list(1)
  for (let i = 0; i < depth; i++) value = list(value, value)
  return value
}

export const faultOf = (run: () => unknown): Fault => {
  try {
    run()
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
  return assert.fail("no fault")
}
