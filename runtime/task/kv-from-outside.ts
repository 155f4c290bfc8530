import * as Effect from "effect/Effect"
import { Fault } from "../errors.ts"
import type { Keys } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import { decode } from "../value/codec.ts"
import { ErrorValue, type Value } from "../value/value.ts"
import type { HandOver } from "./hand-over.ts"
import type { KeyValues } from "./key-values.ts"
import type { Places } from "./places.ts"
import { findEntries } from "./scan.ts"

/** `core/kv` for an operator: the same rules. A broken rule is a `Fault` in the error channel; writes are one commit each,
 * durable when the effect returns. An error value is yielded where a script would get one. */
export interface NamespaceKv {
  readonly get: (key: string) => Effect.Effect<Value, Fault | StoreUnavailable>
  readonly set: (key: string, value: Value) => Effect.Effect<Value, Fault | StoreUnavailable>
  readonly del: (key: string) => Effect.Effect<Value, Fault | StoreUnavailable>
  readonly snx: (key: string, value: Value) => Effect.Effect<Value, Fault | StoreUnavailable>
  readonly cas: (key: string, old: Value, value: Value) => Effect.Effect<Value, Fault | StoreUnavailable>
  /** Adds to the int under the key, from 0 when it is missing; yields the sum. */
  readonly incr: (key: string, by: number | bigint) => Effect.Effect<Value, Fault | StoreUnavailable>
  /** In the order of the keys, from behind `after` on if it is given, without the first `offset`; at most
   * `limits.scanItemsMax` of them. What is skipped by an offset is read, what stands before `after` is not. */
  readonly list: (
    prefix: string,
    offset: number,
    limit: number,
    after?: string
  ) => Effect.Effect<ReadonlyArray<readonly [key: string, value: Value]>, Fault | StoreUnavailable>
}

export const kvFromOutside = (parts: {
  readonly view: View
  readonly keys: Keys
  readonly places: Places
  readonly kv: KeyValues
  readonly handOver: HandOver
}): NamespaceKv => {
  const { kv, handOver } = parts
  const at = (key: string) => ({ scope: "", key })
  const faults = <A>(effect: Effect.Effect<A, StoreUnavailable>): Effect.Effect<A, Fault | StoreUnavailable> =>
    Effect.catchDefect(effect, (defect) => (defect instanceof Fault ? Effect.fail(defect) : Effect.die(defect)))
  return {
    get: (key) =>
      faults(
        handOver.read(() => {
          const found = kv.get(at(key))
          return Effect.succeed(found === undefined ? new ErrorValue("key not found") : found)
        })
      ),
    set: (key, value) => handOver.changeDurably(() => kv.set(at(key), value)),
    del: (key) => handOver.changeDurably(() => kv.delete(at(key))),
    snx: (key, value) => handOver.changeDurably(() => kv.setIfMissing(at(key), value)),
    cas: (key, old, value) => handOver.changeDurably(() => kv.swap(at(key), old, value)),
    incr: (key, by) => handOver.changeDurably(() => kv.increment(at(key), by)),
    list: (prefix, offset, limit, after) =>
      faults(
        Effect.map(
          Effect.suspend(() => findEntries(parts, { prefix, offset, limit }, after)),
          (found) => found.map(({ key, text }) => [key, decode(text)] as const)
        )
      )
  }
}
