import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import sortedBtree from "sorted-btree"
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

const BTree = sortedBtree.default
type Tree = InstanceType<typeof BTree<string, string>>

/** Ordered entries. Copies share their nodes until one of them is written to, so a snapshot costs nothing. */
class Table {
  readonly #tree: Tree

  constructor(entries: Iterable<readonly [key: string, value: string]>) {
    this.#tree = new BTree<string, string>(
      [...entries].map(([key, value]) => [key, value]),
      compareKeys
    )
  }

  get(key: string): string | undefined {
    return this.#tree.get(key)
  }

  entries(): ReadonlyArray<readonly [string, string]> {
    return [...this.#tree.entries()]
  }

  apply(writes: ReadonlyArray<Write>): void {
    for (const write of writes) {
      if (write.type === "put") this.#tree.set(write.key, write.value)
      else this.#tree.delete(write.key)
    }
  }

  snapshot(): Snapshot {
    const copy = this.#tree.clone()
    return {
      scan: (range, limit) => Effect.sync(() => scan(copy, range, limit)),
      close: () => undefined
    }
  }
}

const scan = (tree: Tree, range: KeyRange, limit: number): ReadonlyArray<readonly [string, string]> => {
  const found: Array<readonly [string, string]> = []
  if (limit <= 0) return found
  for (const [key, value] of tree.entries(range.from)) {
    if (compareKeys(key, range.to) >= 0) break
    found.push([key, value])
    if (found.length >= limit) break
  }
  return found
}
