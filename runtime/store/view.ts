import * as Effect from "effect/Effect"
import { invariant, MalformedValue } from "../errors.ts"
import { limits } from "../limits.ts"
import { Cache, type Cached, undecoded } from "./cache.ts"
import { compareKeys, isInRange, rangeAfter } from "./keys.ts"
import { damagedRecord, seal, unseal } from "./record.ts"
import { type KeyRange, type Snapshot, type Store, StoreUnavailable, type Write } from "./store.ts"

/** What a write leaves under its key; `deleted` hides what the store has. */
type Written = Cached | typeof deleted
const deleted = Symbol("deleted")

interface Pending {
  readonly commit: number
  readonly written: Written
}

/** A place in the segment's writes to roll back to. */
export type Savepoint = number

/**
 * What a segment reads, and where its writes go: first its own writes, then those of commits that are not durable yet
 * (the overlay), then a cache, then the store. All keys of a namespace must be written through its one view, or the cache
 * would be wrong. Synchronous but for scans, as a segment is.
 */
export class View {
  readonly #store: Store["Service"]
  readonly #cache: Cache
  readonly #own = new Map<string, Written>()
  /** What the segment's writes replaced, in their order: `rollback` goes back through it. */
  #undo: Array<readonly [key: string, before: Written | undefined, unitsBefore: number]> = []
  #writtenUnits = 0
  readonly #overlay = new Map<string, Pending>()
  /** Keys of the overlay by commit, oldest first. It cannot grow beyond what the writer has accepted. */
  #unsettled: Array<{ readonly commit: number; readonly keys: ReadonlyArray<string> }> = []

  constructor(store: Store["Service"], cache: Cache = new Cache()) {
    this.#store = store
    this.#cache = cache
  }

  /**
   * The decoded value under the key; undefined when there is none. It is decoded once and shared, so it must not be
   * changed, and a key must always be read by the same `decode`. Throws `StoreUnavailable` when the record cannot be read:
   * `damaged` also when `decode` throws `MalformedValue`.
   */
  read<A>(key: string, decode: (payload: string) => A): A | undefined {
    const entry = this.#entry(key)
    if (entry === undefined) return undefined
    if (entry.decoded === undecoded) entry.decoded = decoded(key, entry.payload, decode)
    return entry.decoded as A
  }

  has(key: string): boolean {
    return this.#entry(key) !== undefined
  }

  /** Writes a payload; `value`, when given, is what `decode` would make of it. */
  put(key: string, payload: string, value: unknown = undecoded): void {
    this.#write(key, { payload, decoded: value })
  }

  delete(key: string): void {
    this.#write(key, deleted)
  }

  /** Whether the segment has written anything that is neither taken nor rolled back. */
  get isDirty(): boolean {
    return this.#own.size > 0
  }

  /** UTF-16 units of the keys and payloads that the segment has written. What was overwritten counts too: a rollback to a
   * savepoint may need it, so it is in memory. */
  get writtenUnits(): number {
    return this.#writtenUnits
  }

  /** A savepoint at the segment's writes so far. */
  begin(): Savepoint {
    return this.#undo.length
  }

  /** Drops the segment's writes since the savepoint, all of them without one. */
  rollback(to: Savepoint = 0): void {
    invariant(to >= 0 && to <= this.#undo.length, "a savepoint of this segment")
    for (const [key, before, unitsBefore] of this.#undo.splice(to).reverse()) {
      this.#writtenUnits = unitsBefore
      if (before === undefined) this.#own.delete(key)
      else this.#own.set(key, before)
    }
  }

  /** Ends the segment: its writes, sealed, now belong to that commit, and go to the overlay until it is settled. */
  take(commit: number): ReadonlyArray<Write> {
    invariant(commit > (this.#unsettled.at(-1)?.commit ?? 0), "commits are taken in their order")
    const writes: Array<Write> = []
    for (const [key, written] of this.#own) {
      this.#overlay.set(key, { commit, written })
      writes.push(written === deleted ? { type: "del", key } : { type: "put", key, value: seal(key, written.payload) })
    }
    this.#unsettled.push({ commit, keys: writes.map((write) => write.key) })
    this.#own.clear()
    this.#undo = []
    this.#writtenUnits = 0
    return writes
  }

  /** All commits up to this one are in the store now. */
  settle(watermark: number): void {
    let count = 0
    for (const { commit, keys } of this.#unsettled) {
      if (commit > watermark) break
      count++
      for (const key of keys) this.#settleKey(key, watermark)
    }
    this.#unsettled.splice(0, count)
  }

  /** At most `limit` entries from `range` in key order, as the view has them when the effect starts. */
  scan(
    range: KeyRange,
    limit: number
  ): Effect.Effect<ReadonlyArray<readonly [key: string, payload: string]>, StoreUnavailable> {
    return Effect.suspend(() => {
      const found: Array<readonly [string, string]> = []
      if (limit <= 0) return Effect.succeed(found)
      return Effect.as(
        this.walk(range, (key, payload) => found.push([key, payload]) < limit),
        found
      )
    })
  }

  /**
   * Visits the entries of `range` in key order, as the view has them when the effect starts, until `visit` returns false.
   * Commits that land meanwhile are not seen. For ranges that are too large to be held at once. Fails when a record cannot be read.
   */
  walk(range: KeyRange, visit: (key: string, payload: string) => boolean): Effect.Effect<void, StoreUnavailable> {
    return Effect.acquireUseRelease(
      // Both at the same moment: what leaves the overlay later is in no older snapshot.
      orUnavailable(() => ({ snapshot: this.#store.snapshot(), written: this.#writtenIn(range) })),
      ({ snapshot, written }) => walkMerged({ snapshot, written, range, visit }),
      ({ snapshot }) => Effect.sync(() => snapshot.close())
    )
  }

  #entry(key: string): Cached | undefined {
    const written = this.#own.get(key) ?? this.#overlay.get(key)?.written
    if (written !== undefined) return written === deleted ? undefined : written
    const known = this.#cache.get(key)
    if (known !== undefined) return known
    const record = this.#store.get(key)
    if (record === undefined) return undefined
    const entry: Cached = { payload: unseal(key, record), decoded: undecoded }
    this.#cache.set(key, entry)
    return entry
  }

  #write(key: string, written: Written): void {
    this.#undo.push([key, this.#own.get(key), this.#writtenUnits])
    this.#writtenUnits += key.length + (written === deleted ? 0 : written.payload.length)
    this.#own.set(key, written)
  }

  #settleKey(key: string, watermark: number): void {
    const pending = this.#overlay.get(key)
    if (pending === undefined || pending.commit > watermark) return
    this.#overlay.delete(key)
    if (pending.written === deleted) this.#cache.delete(key)
    else this.#cache.set(key, pending.written)
  }

  /** The newest writes to keys of the range that the store may not have, in key order. */
  #writtenIn(range: KeyRange): ReadonlyArray<WrittenEntry> {
    const found = new Map<string, Written>()
    for (const [key, { written }] of this.#overlay) if (isInRange(key, range)) found.set(key, written)
    for (const [key, written] of this.#own) if (isInRange(key, range)) found.set(key, written)
    return [...found].sort(([a], [b]) => compareKeys(a, b))
  }
}

const decoded = <A>(key: string, payload: string, decode: (payload: string) => A): A => {
  try {
    return decode(payload)
  } catch (cause) {
    throw cause instanceof MalformedValue ? damagedRecord(key, cause.message) : cause
  }
}

/** `StoreUnavailable` that `run` throws as the effect's failure; whatever else it throws is a defect. */
const orUnavailable = <A>(run: () => A): Effect.Effect<A, StoreUnavailable> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(run())
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return Effect.fail(cause)
      throw cause
    }
  })

type WrittenEntry = readonly [key: string, written: Written]

const walkMerged = Effect.fnUntraced(function* (options: {
  readonly snapshot: Snapshot
  readonly written: ReadonlyArray<WrittenEntry>
  readonly range: KeyRange
  readonly visit: (key: string, payload: string) => boolean
}) {
  const { snapshot, visit } = options
  const merge = new Merge(options.written)
  let range = options.range
  for (;;) {
    const page = yield* snapshot.scan(range, limits.scanPageItems)
    const last = page.at(-1)
    const isEnd = page.length < limits.scanPageItems || last === undefined
    const goesOn = yield* orUnavailable(() => merge.page(page, visit) && (!isEnd || merge.rest(visit)))
    if (isEnd || !goesOn) return
    range = rangeAfter(range, last[0])
  }
})

/** Two ordered rows of entries as one; where both have a key, what was written hides what was stored. */
class Merge {
  readonly #written: ReadonlyArray<WrittenEntry>
  #next = 0

  constructor(written: ReadonlyArray<WrittenEntry>) {
    this.#written = written
  }

  /** Visits the page and what was written up to its end; false when `visit` has had enough. */
  page(
    page: ReadonlyArray<readonly [key: string, record: string]>,
    visit: (key: string, payload: string) => boolean
  ): boolean {
    for (const [key, record] of page) {
      for (; this.#key !== undefined && compareKeys(this.#key, key) < 0; this.#next++)
        if (!this.#visit(visit)) return false
      if (this.#key === key) {
        if (!this.#visit(visit)) return false
        this.#next++
      } else if (!visit(key, unseal(key, record))) return false
    }
    return true
  }

  /** Visits what was written behind the last page. */
  rest(visit: (key: string, payload: string) => boolean): boolean {
    for (; this.#next < this.#written.length; this.#next++) if (!this.#visit(visit)) return false
    return true
  }

  get #key(): string | undefined {
    return this.#written[this.#next]?.[0]
  }

  #visit(visit: (key: string, payload: string) => boolean): boolean {
    const [key, written] = this.#written[this.#next]!
    return written === deleted || visit(key, written.payload)
  }
}
