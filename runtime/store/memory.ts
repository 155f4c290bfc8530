import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Store, type StoreUnavailable, type Write } from "./store.ts"
import { Table } from "./table.ts"

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
