import * as Effect from "effect/Effect"
import { invariant, MalformedValue } from "../errors.ts"
import { limits } from "../limits.ts"
import type { Commit } from "./batch.ts"
import { Cache } from "./cache.ts"
import { type Bookmark, type EncodeLater, Entry, ownCommit, undecoded, Written } from "./entry.ts"
import { compareKeys, isInRange, rangeAfter } from "./keys.ts"
import { damagedRecord, unseal } from "./record.ts"
import { type KeyRange, type Snapshot, type Store, StoreUnavailable } from "./store.ts"

/** A place in the segment's writes to roll back to. */
export type Savepoint = number

/**
 * What a segment reads, and where its writes go. There is one entry for each key in use, with the newest that is known of it:
 * what this segment has written, else what commits before it have, durable or not, else what the store has. Entries that are
 * not durable stay; the others make room for each other. All keys of a namespace must be written through its one view, or it
 * would be wrong. Synchronous but for scans, as a segment is.
 */
export class View {
  readonly #store: Store["Service"]
  readonly #cache: Cache
  readonly #onDamaged: (damage: StoreUnavailable) => void
  /** What the segment's writes replaced, in their order: three rows, so that a write makes no object for it. */
  readonly #undoWritten: Array<Written> = []
  readonly #undoCommit: Array<number> = []
  #writtenUnits = 0
  /** All commits up to this one are in the store. */
  #durable = 0
  /** The commits behind that, oldest first. It cannot grow beyond what the writer has accepted. */
  #unsettled: Array<Commit> = []
  /** Of what these have written the keys that are not to be kept then, in the same order. */
  #passing: Array<Written> = []

  /** `onDamaged` hears of records that cannot be read where their keys are enough. */
  constructor(
    store: Store["Service"],
    cache: Cache = new Cache(),
    onDamaged: (damage: StoreUnavailable) => void = () => {}
  ) {
    this.#store = store
    this.#cache = cache
    this.#onDamaged = onDamaged
  }

  /**
   * The decoded value under the key; undefined when there is none. It is decoded once and shared, so it must not be
   * changed, and a key must always be read by the same `decode`. Throws `StoreUnavailable` when the record cannot be read:
   * `damaged` also when `decode` throws `MalformedValue`.
   */
  read<A>(key: string, decode: (payload: string) => A): A | undefined {
    return decodedOf(this.#entry(key), decode)
  }

  /** `read` under a bookmark's key. */
  readAt<A>(at: Bookmark, decode: (payload: string) => A): A | undefined {
    return decodedOf(this.#entryAt(at), decode)
  }

  has(key: string): boolean {
    return !this.#entry(key).written.isDeleted
  }

  /** `has` of a bookmark's key. */
  hasAt(at: Bookmark): boolean {
    return !this.#entryAt(at).written.isDeleted
  }

  /** Whether there is such a record and it can be read. */
  hasWhole(key: string): boolean {
    try {
      return this.has(key)
    } catch (cause) {
      if (cause instanceof StoreUnavailable && cause.reason === "damaged") return false
      throw cause
    }
  }

  /** Writes a payload; `value`, when given, is what `decode` would make of it. */
  put(key: string, payload: string, value: unknown = undecoded): void {
    const entry = this.#entryToWrite(key)
    this.#write(entry, Written.payload(entry, payload, value))
  }

  /** `put` under a bookmark's key. */
  putAt(at: Bookmark, payload: string, value: unknown = undecoded): void {
    const entry = this.#entryToWriteAt(at)
    this.#write(entry, Written.payload(entry, payload, value))
  }

  /** Writes a value whose payload is made when it is needed, with about `units` UTF-16 units. `encode` must not fail. */
  putLater(key: string, value: unknown, encode: EncodeLater, units: number): void {
    const entry = this.#entryToWrite(key)
    this.#write(entry, Written.later(entry, value, encode, units))
  }

  /** `putLater` under a bookmark's key. */
  putLaterAt(at: Bookmark, value: unknown, encode: EncodeLater, units: number): void {
    const entry = this.#entryToWriteAt(at)
    this.#write(entry, Written.later(entry, value, encode, units))
  }

  /**
   * Writes the key of an index, which says all by being there. Whoever needs it scans: as long as it is not durable it must not be
   * read by its key, but it may be deleted. So nobody has to find it, and it costs no place among what is known.
   */
  putIndex(key: string): void {
    const entry = new Entry(key, false)
    this.#write(entry, Written.payload(entry, "", ""))
  }

  /** `putIndex` under a bookmark's key. */
  putIndexAt(at: Bookmark): void {
    const entry = indexEntryAt(at)
    this.#write(entry, Written.payload(entry, "", ""))
  }

  /** Deletes what `putIndexAt` has written, with any bookmark. */
  deleteIndexAt(at: Bookmark): void {
    const entry = indexEntryAt(at)
    this.#write(entry, Written.deleted(entry))
  }

  delete(key: string): void {
    const entry = this.#entryToWrite(key)
    this.#write(entry, Written.deleted(entry))
  }

  /** `delete` of a bookmark's key. */
  deleteAt(at: Bookmark): void {
    const entry = this.#entryToWriteAt(at)
    this.#write(entry, Written.deleted(entry))
  }

  /** What was written at the bookmark is read again rarely or never, once it is durable. */
  letPass({ entry }: Bookmark): void {
    if (entry !== undefined) entry.isPassing = true
  }

  /** Whether the segment has written anything that is neither taken nor rolled back. */
  get isDirty(): boolean {
    return this.#undoWritten.length > 0
  }

  /** UTF-16 units of the keys and payloads that the segment has written. What was overwritten counts too: a rollback to a
   * savepoint may need it, so it is in memory. */
  get writtenUnits(): number {
    return this.#writtenUnits
  }

  /** A savepoint at the segment's writes so far. */
  begin(): Savepoint {
    return this.#undoWritten.length
  }

  /** Drops the segment's writes since the savepoint, all of them without one. */
  rollback(to: Savepoint = 0): void {
    invariant(to >= 0 && to <= this.#undoWritten.length, "a savepoint of this segment")
    for (let at = this.#undoWritten.length - 1; at >= to; at--) {
      const before = this.#undoWritten[at]!
      const { entry } = before
      this.#writtenUnits -= entry.written.units
      this.#replace(entry, before)
      entry.commit = this.#undoCommit[at]!
      if (before.isUnread) this.#cache.delete(entry)
    }
    this.#forgetUndone(to)
  }

  /** Ends the segment: its writes, the last one of each entry, are the commit of that number, and pending until it is settled. */
  take(number: number): Commit {
    invariant(number > (this.#unsettled.at(-1)?.number ?? 0), "commits are taken in their order")
    // Mostly two: an array that grows begins with room for 17, and many commits are in memory at once.
    const writes = new Array<Written>(this.#undoWritten.length)
    let first = writes.length
    let units = 0
    for (let at = writes.length - 1; at >= 0; at--) {
      const { entry } = this.#undoWritten[at]!
      if (entry.commit !== ownCommit) continue
      if (entry.isAbsent) {
        if (entry.written.isDeleted) {
          this.#forgetAbsent(entry)
          continue
        }
        entry.isAbsent = false
      }
      entry.commit = number
      const { written } = entry
      writes[--first] = written
      units += written.units
      if ((entry.isPassing || written.isBare) && entry.isListed) this.#passing.push(written)
    }
    const commit: Commit = { number, writes: first === 0 ? writes : writes.slice(first), units }
    this.#unsettled.push(commit)
    this.#forgetUndone(0)
    this.#writtenUnits = 0
    return commit
  }

  /** It was written and deleted by one commit: there is nothing to say of it. */
  #forgetAbsent(entry: Entry): void {
    entry.commit = 0
    this.#cache.delete(entry)
  }

  /** All commits up to this one are in the store now. */
  settle(watermark: number): void {
    this.#durable = watermark
    let settled = 0
    for (; settled < this.#unsettled.length; settled++) {
      if (this.#unsettled[settled]!.number > watermark) break
    }
    this.#unsettled = settled === this.#unsettled.length ? [] : this.#unsettled.slice(settled)
    this.#forgetPassing(watermark)
  }

  /** Keys that are gone, or that say all by being there, as those of indexes, and what was said to be so, are read again rarely or
   * never: a task leaves some of them behind, which would fill the cache and be moved about by the collector. */
  #forgetPassing(watermark: number): void {
    let settled = 0
    for (; settled < this.#passing.length; settled++) {
      const written = this.#passing[settled]!
      const { entry } = written
      // Else a later commit has it among its own.
      if (entry.written !== written) continue
      if (entry.commit > watermark) break
      this.#cache.delete(entry)
    }
    this.#passing = settled === this.#passing.length ? [] : this.#passing.slice(settled)
  }

  /** Forgets what can be read again from the store. */
  forget(): void {
    this.#cache.forget(this.#durable)
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

  /** What `scan` yields, without records that cannot be read: `onDamaged` hears of those. For payloads that are never empty. */
  scanReadable(
    range: KeyRange,
    limit: number
  ): Effect.Effect<ReadonlyArray<readonly [key: string, payload: string]>, StoreUnavailable> {
    return Effect.suspend(() => {
      const found: Array<readonly [string, string]> = []
      if (limit <= 0) return Effect.succeed(found)
      const visit = (key: string, payload: string) => payload === "" || found.push([key, payload]) < limit
      return Effect.as(this.#walk(range, visit, this.#onDamaged), found)
    })
  }

  /** The keys that `scan` would yield, also of records that cannot be read: `onDamaged` hears of those. */
  scanKeys(range: KeyRange, limit: number): Effect.Effect<ReadonlyArray<string>, StoreUnavailable> {
    return Effect.suspend(() => {
      const found: Array<string> = []
      if (limit <= 0) return Effect.succeed(found)
      return Effect.as(
        this.#walk(range, (key) => found.push(key) < limit, this.#onDamaged),
        found
      )
    })
  }

  /**
   * Visits the entries of `range` in key order, as the view has them when the effect starts, until `visit` returns false.
   * Commits that land meanwhile are not seen. For ranges that are too large to be held at once. Fails when a record cannot be read.
   */
  walk(range: KeyRange, visit: (key: string, payload: string) => boolean): Effect.Effect<void, StoreUnavailable> {
    return this.#walk(range, visit, undefined)
  }

  #walk(
    range: KeyRange,
    visit: (key: string, payload: string) => boolean,
    onDamaged: ((damage: StoreUnavailable) => void) | undefined
  ): Effect.Effect<void, StoreUnavailable> {
    return Effect.acquireUseRelease(
      // Both at the same moment: what leaves the overlay later is in no older snapshot.
      orUnavailable(() => ({ snapshot: this.#store.snapshot(), written: this.#writtenIn(range) })),
      ({ snapshot, written }) => walkMerged({ snapshot, written, range, visit, onDamaged }),
      ({ snapshot }) => Effect.sync(() => snapshot.close())
    )
  }

  // Not by `length`, which throws the rows away: the next write would make them again.
  #forgetUndone(to: number): void {
    while (this.#undoWritten.length > to) {
      this.#undoWritten.pop()
      this.#undoCommit.pop()
    }
  }

  #entryAt(at: Bookmark): Entry {
    if (at.entry === undefined || !this.#cache.use(at.entry, this.#durable)) at.entry = this.#entry(at.key)
    at.isNew = false
    return at.entry
  }

  #entryToWriteAt(at: Bookmark): Entry {
    if (at.entry === undefined || !this.#cache.use(at.entry, this.#durable))
      at.entry = at.isNew ? this.#absent(at.key) : this.#entryToWrite(at.key)
    at.isNew = false
    return at.entry
  }

  #entry(key: string): Entry {
    const known = this.#cache.get(key, this.#durable)
    if (known !== undefined) return known
    const record = this.#store.get(key)
    const entry = new Entry(key)
    if (record !== undefined) entry.written = Written.payload(entry, unseal(key, record), undecoded)
    this.#cache.add(entry, this.#durable)
    return entry
  }

  /** What the store has under a key that is to be written need not be read; until it is durable the entry stays. */
  #entryToWrite(key: string): Entry {
    return this.#cache.get(key, this.#durable) ?? this.#unread(key)
  }

  #absent(key: string): Entry {
    const entry = this.#unread(key)
    entry.isAbsent = true
    return entry
  }

  #unread(key: string): Entry {
    const entry = new Entry(key, false)
    this.#cache.add(entry, this.#durable)
    return entry
  }

  #write(entry: Entry, written: Written): void {
    this.#undoWritten.push(entry.written)
    this.#undoCommit.push(entry.commit)
    this.#writtenUnits += written.units
    entry.commit = ownCommit
    this.#replace(entry, written)
  }

  #replace(entry: Entry, written: Written): void {
    const byUnits = written.units - entry.written.units
    entry.written = written
    this.#cache.resize(entry, byUnits, this.#durable)
  }

  /** The newest writes to keys of the range that the store may not have, in key order. */
  #writtenIn(range: KeyRange): ReadonlyArray<WrittenEntry> {
    // What is in no list may have an entry besides that of an older write.
    const found = new Map<string, Entry>()
    const find = ({ entry }: Written) => {
      if (!isInRange(entry.key, range)) return
      const other = found.get(entry.key)
      if (other === undefined || other.commit <= entry.commit) found.set(entry.key, entry)
    }
    for (const { writes } of this.#unsettled) writes.forEach(find)
    this.#undoWritten.forEach(find)
    return [...found.values()]
      .sort((a, b) => compareKeys(a.key, b.key))
      .map(({ key, written }) => [key, written.isDeleted ? undefined : written.payload])
  }
}

/** One for the bookmark: however many there are of a key, their writes stand in their order. */
const indexEntryAt = (at: Bookmark): Entry => {
  at.entry ??= new Entry(at.key, false)
  return at.entry
}

const decodedOf = <A>({ key, written }: Entry, decode: (payload: string) => A): A | undefined => {
  if (written.isDeleted) return undefined
  if (written.decoded === undecoded) written.decoded = decoded(key, written.payload, decode)
  return written.decoded as A
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

/** No payload: the key is deleted. */
type WrittenEntry = readonly [key: string, payload: string | undefined]

const walkMerged = Effect.fnUntraced(function* (options: {
  readonly snapshot: Snapshot
  readonly written: ReadonlyArray<WrittenEntry>
  readonly range: KeyRange
  readonly visit: (key: string, payload: string) => boolean
  /** Hears of records that cannot be read, which are then visited without a payload; without it the walk fails. */
  readonly onDamaged: ((damage: StoreUnavailable) => void) | undefined
}) {
  const { snapshot, visit } = options
  const merge = new Merge(options.written, options.onDamaged)
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
  readonly #onDamaged: ((damage: StoreUnavailable) => void) | undefined
  #next = 0

  constructor(written: ReadonlyArray<WrittenEntry>, onDamaged: ((damage: StoreUnavailable) => void) | undefined) {
    this.#written = written
    this.#onDamaged = onDamaged
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
      } else if (!visit(key, this.#payload(key, record))) return false
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

  #payload(key: string, record: string): string {
    if (this.#onDamaged === undefined) return unseal(key, record)
    try {
      return unseal(key, record)
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause
      this.#onDamaged(cause)
      return ""
    }
  }

  #visit(visit: (key: string, payload: string) => boolean): boolean {
    const [key, payload] = this.#written[this.#next]!
    return payload === undefined || visit(key, payload)
  }
}
