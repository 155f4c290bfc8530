import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"

/** One write. Keys and values are text; keys order by their UTF-8 bytes. */
export type Write =
  | { readonly type: "put"; readonly key: string; readonly value: string }
  | { readonly type: "del"; readonly key: string }

/** Half-open: `from` is included, `to` is not. */
export interface KeyRange {
  readonly from: string
  readonly to: string
}

/** The store refused or lost a write, or cannot be read. Nothing of the batch was acknowledged. Do not retry on this
 * handle: reopen the store, which continues from the last durable commit. */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{
  /** What was tried, such as `commit` or `open`. */
  readonly operation: string
  /** `full`: no space left. `held`: another process owns it. `format`: written by another version. `damaged`: a record or file fails its check. `io`: anything else. */
  readonly reason: "full" | "held" | "format" | "damaged" | "io"
  readonly detail: string
  /** Of `damaged` and `format`: the key of the record, when one record is meant. */
  readonly key?: string | undefined
  /** Of `held`: who has it, in words. */
  readonly holder?: string | undefined
}> {}

/** A consistent picture of the store at the moment it was taken; close it soon, as it pins old data. */
export interface Snapshot {
  /** At most `limit` entries from `range` in key order, after skipping what is below `range.from`. */
  readonly scan: (
    range: KeyRange,
    limit: number
  ) => Effect.Effect<ReadonlyArray<readonly [key: string, value: string]>, StoreUnavailable>
  readonly close: () => void
}

/**
 * Bytes that last: the only port through which anything is kept. `get` and `snapshot` are synchronous because a segment
 * is; a hot read costs 1 to 3 µs, a hop to another thread 18 times that.
 */
export class Store extends Context.Service<
  Store,
  {
    /** Undefined when the key is missing. Throws `StoreUnavailable` when the block cannot be read. */
    readonly get: (key: string) => string | undefined
    readonly snapshot: () => Snapshot
    /** Writes all of `writes` or none, in order; the last write of a key wins. With `sync` it returns after the bytes are
     * flushed to the disk, else after the operating system has them. At most one commit may be in flight. */
    readonly commit: (
      writes: ReadonlyArray<Write>,
      options: { readonly sync: boolean }
    ) => Effect.Effect<void, StoreUnavailable>
    /** Where its files are; undefined for a store in memory. */
    readonly directory: string | undefined
  }
>()("sxs/runtime/store/Store") {}
