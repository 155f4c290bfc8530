import * as Effect from "effect/Effect"
import { removeModules } from "../bundle/loader.ts"
import type { BundleRegistry } from "../bundle/registry.ts"
import { Keys, namespacesRange, rangeAfter } from "../store/keys.ts"
import { unseal } from "../store/record.ts"
import type { KeyRange, Store, StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import type { HandOver } from "./hand-over.ts"

export interface CollectionParts {
  readonly store: Store["Service"]
  readonly view: View
  readonly keys: Keys
  readonly registry: BundleRegistry
  readonly handOver: HandOver
}

/** A hash stands as it is in whatever needs the bundle: a frame, a task, a function in any value. */
const hashes = /[0-9a-f]{64}/g

/**
 * Removes the bundles that nothing in the namespace needs, and their files in the folder `code`; yields how many. A full mark
 * pass: every record is read once, some microseconds each, and any text in it that may name a bundle keeps that. So a kind of
 * record that is added later keeps its bundles without being known here, and no count can go wrong. The price is that it must
 * not run while anything else does: what a task holds in memory only would not be seen.
 */
export const collectBundles = Effect.fnUntraced(function* (
  parts: CollectionParts
): Effect.fn.Return<number, StoreUnavailable> {
  const { handOver, keys, registry, view } = parts
  const unused = new Set<string>()
  yield* view.walk(keys.bundleRange, (key) => unused.add(keys.parseBundle(key)).size > 0)
  if (unused.size > 0) {
    for (const range of [before(keys), behind(keys)]) yield* mark(view, range, unused)
    if (unused.size > 0) yield* handOver.change(() => remove(parts, unused))
    yield* handOver.durable
    for (const hash of unused) registry.forget(hash)
  }
  yield* removeFiles(parts)
  return unused.size
})

/** Takes out of `unused` what the records of the range name; ends early when nothing is left. */
const mark = (view: View, range: KeyRange, unused: Set<string>): Effect.Effect<void, StoreUnavailable> =>
  unused.size === 0
    ? Effect.void
    : view.walk(range, (_key, payload) => {
        for (const [hash] of payload.matchAll(hashes)) unused.delete(hash)
        return unused.size > 0
      })

/** Everything but the bundles themselves. */
const before = (keys: Keys): KeyRange => ({ from: keys.all.from, to: keys.bundleRange.from })

const behind = (keys: Keys): KeyRange => ({ from: keys.bundleRange.to, to: keys.all.to })

const remove = ({ keys, view }: CollectionParts, unused: ReadonlySet<string>): void => {
  for (const hash of unused) {
    view.delete(keys.bundle(hash))
    view.delete(keys.map(hash))
    view.delete(keys.externFolder(hash))
  }
}

/** Files are copies: what is lost of them is written again. So those of other namespaces must only not be many. */
const removeFiles = Effect.fnUntraced(function* ({ store }: CollectionParts) {
  const { directory } = store
  if (directory === undefined) return
  const namespaces = yield* namespaceKeys(store)
  yield* removeModules(directory, (hash) => namespaces.some((keys) => store.get(keys.bundle(hash)) !== undefined))
})

const namespacesPerPage = 1000

const namespaceKeys = Effect.fnUntraced(function* (store: Store["Service"]) {
  const snapshot = store.snapshot()
  const found: Array<Keys> = []
  let range = namespacesRange
  for (;;) {
    const page = yield* Effect.onError(snapshot.scan(range, namespacesPerPage), () =>
      Effect.sync(() => snapshot.close())
    )
    for (const [key, record] of page) found.push(new Keys(unseal(key, record)))
    const last = page.at(-1)
    if (last === undefined || page.length < namespacesPerPage) break
    range = rangeAfter(range, last[0])
  }
  snapshot.close()
  return found
})
