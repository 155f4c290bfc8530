import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { makeMemory } from "../../runtime/store/memory.ts"
import { type KeyRange, type Snapshot, Store } from "../../runtime/store/store.ts"

/** A store in memory whose scans take some turns of the event loop, as those of a disk do; `scans`: the ranges of those that were begun. */
export const slowScans = () => {
  const memory = makeMemory()
  const scans: Array<KeyRange> = []
  const store: Store["Service"] = {
    ...memory.store,
    snapshot: () => {
      const snapshot = memory.store.snapshot()
      const turns = Effect.replicateEffect(
        Effect.promise(() => new Promise<void>((done) => setImmediate(done))),
        20
      )
      const scan: Snapshot["scan"] = (range, limit) => {
        scans.push(range)
        return Effect.andThen(turns, snapshot.scan(range, limit))
      }
      return { ...snapshot, scan }
    }
  }
  return { ...memory, scans, store, layer: Layer.succeed(Store, store) }
}
