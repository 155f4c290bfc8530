import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { compareKeys } from "./keys.ts"
import { type KeyRange, type Snapshot, Store, type StoreUnavailable, type Write } from "./store.ts"

/** A store that lasts as long as the process. */
export const layerMemory: Layer.Layer<Store> = Layer.sync(Store, () => makeMemory().store)

/** A store in memory with the hooks that tests need. */
export interface MemoryStore {
  readonly store: Store["Service"]
  readonly layer: Layer.Layer<Store>
  /** Commits that were written. */
  readonly commitCount: () => number
  /** A copy of all entries, in key order: what a crash at this moment would leave. Starts another store by `entries`. */
  readonly entries: () => ReadonlyArray<readonly [key: string, value: string]>
  /** The next commit writes nothing and fails so, and all later ones, as on a real store. */
  readonly failNextCommit: (error: StoreUnavailable) => void
  /** From now on commits wait before they write anything; the effect that it gives lets them go on. */
  readonly holdCommits: () => Effect.Effect<void>
}

export const makeMemory = (
  options: {
    readonly entries?: Iterable<readonly [key: string, value: string]>
    /** Called right after each commit was written, before it is acknowledged. */
    readonly onCommit?: (writes: ReadonlyArray<Write>, options: { readonly sync: boolean }) => void
  } = {}
): MemoryStore => {
  const table = new Table(options.entries ?? [])
  let commitCount = 0
  let failure: StoreUnavailable | undefined
  let held: Deferred.Deferred<void> | undefined
  const commit: Store["Service"]["commit"] = (writes, { sync }) =>
    Effect.suspend(() => (held === undefined ? Effect.void : Deferred.await(held))).pipe(
      Effect.andThen(
        Effect.suspend(() => {
          if (failure !== undefined) return Effect.fail(failure)
          table.apply(writes)
          commitCount++
          options.onCommit?.(writes, { sync })
          return Effect.void
        })
      ),
      Effect.uninterruptible
    )
  const store = Store.of({
    get: (key) => table.get(key),
    snapshot: () => table.snapshot(),
    commit,
    directory: undefined
  })
  return {
    store,
    layer: Layer.succeed(Store, store),
    commitCount: () => commitCount,
    entries: () => table.entries(),
    failNextCommit: (error) => {
      failure = error
    },
    holdCommits: () => {
      const hold = Deferred.makeUnsafe<void>()
      held = hold
      return Effect.suspend(() => {
        if (held === hold) held = undefined
        return Effect.asVoid(Deferred.succeed(hold, undefined))
      })
    }
  }
}

/** What a snapshot must still show of a key that has changed since: its value then, undefined when it had none. */
type Since = Map<string, string | undefined>

/** Ordered entries. A snapshot costs nothing until a commit changes keys under it. */
class Table {
  readonly #values = new Map<string, string>()
  readonly #keys: Array<string> = []
  readonly #snapshots = new Set<Since>()

  constructor(entries: Iterable<readonly [key: string, value: string]>) {
    for (const [key, value] of entries) this.#put(key, value)
  }

  get(key: string): string | undefined {
    return this.#values.get(key)
  }

  entries(): ReadonlyArray<readonly [string, string]> {
    return this.#keys.map((key) => [key, this.#values.get(key)!])
  }

  apply(writes: ReadonlyArray<Write>): void {
    for (const write of writes) {
      for (const since of this.#snapshots) if (!since.has(write.key)) since.set(write.key, this.#values.get(write.key))
      if (write.type === "put") this.#put(write.key, write.value)
      else this.#delete(write.key)
    }
  }

  snapshot(): Snapshot {
    const since: Since = new Map()
    this.#snapshots.add(since)
    return {
      scan: (range, limit) => Effect.sync(() => this.#scan(since, range, limit)),
      close: () => {
        this.#snapshots.delete(since)
      }
    }
  }

  #scan(since: Since, range: KeyRange, limit: number): ReadonlyArray<readonly [string, string]> {
    const gone = [...since.keys()].filter((key) => !this.#values.has(key) && compareKeys(key, range.from) >= 0)
    const restored = gone.sort(compareKeys)
    const found: Array<readonly [string, string]> = []
    let now = this.#indexOf(range.from)
    let before = 0
    while (found.length < limit) {
      const [a, b] = [this.#keys[now], restored[before]]
      const isNow = a !== undefined && (b === undefined || compareKeys(a, b) < 0)
      const key = isNow ? a : b
      if (key === undefined || compareKeys(key, range.to) >= 0) break
      if (isNow) now++
      else before++
      const value = since.has(key) ? since.get(key) : this.#values.get(key)
      if (value !== undefined) found.push([key, value])
    }
    return found
  }

  #put(key: string, value: string): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#indexOf(key), 0, key)
    this.#values.set(key, value)
  }

  #delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(this.#indexOf(key), 1)
  }

  /** Index of the first key that is not below `key`. */
  #indexOf(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys(this.#keys[middle]!, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
