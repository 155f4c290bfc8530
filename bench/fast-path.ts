import * as Effect from "effect/Effect"
import { BundleRegistry, bundleText } from "../runtime/bundle/registry.ts"
import { limits } from "../runtime/limits.ts"
import { Keys } from "../runtime/store/keys.ts"
import { makeMemory } from "../runtime/store/memory.ts"
import { View } from "../runtime/store/view.ts"
import { type LibraryFunction, makeIntrinsics } from "../runtime/task/intrinsics.ts"
import { KeyValues } from "../runtime/task/key-values.ts"
import { Places } from "../runtime/task/places.ts"
import { Segment, SUSPENDED } from "../runtime/task/segment.ts"
import { TaskTable } from "../runtime/task/task-table.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { pureLibrary } from "../stdlib/impl/library.ts"

/** More than any of these programs spends. The largest small integer: a larger one would be kept another way by V8. */
const endlessFuel = 2 ** 31 - 1

/**
 * Links the bundle with the runtime's own intrinsics, but without driver, scheduler and commits. Gives a call of the
 * function `name` that runs to its end in one go.
 */
export const fastPath = async (bundle: Bundle, name: string): Promise<() => unknown> => {
  const view = new View(makeMemory().store)
  const keys = new Keys("1")
  const meter = { fuel: 0 }
  const functions = new Map<string, LibraryFunction>([
    ...pureLibrary,
    ["core/kv/set", () => missing("core/kv/set")],
    ["core/util/log", () => missing("core/util/log")]
  ])
  const registry: BundleRegistry = new BundleRegistry({
    texts: { code: () => bundleText(bundle), map: () => bundle.map },
    directory: undefined,
    intrinsics: (hash, manifest) =>
      makeIntrinsics({ segment, meter, functions, registry: () => registry }, hash, manifest),
    has: (each) => functions.has(each)
  })
  const tasks = new TaskTable(view, keys, limits.joinersPerCommit)
  const places = new Places({ view, keys, tasks, registry })
  const kv = new KeyValues(view, keys, places)
  const segment = new Segment({
    view,
    keys,
    tasks,
    kv,
    places,
    rejection: () => undefined,
    records: () => new Map(),
    evaluator: undefined,
    debug: () => {}
  })
  const { manifest, functions: linked } = await Effect.runPromise(registry.load(bundle.hash))
  const { hot } = linked[manifest.functions.findIndex((each) => each.name === name)]!
  return () => {
    meter.fuel = endlessFuel
    const result = hot()
    if (result === SUSPENDED) throw new Error(`${name} was suspended`)
    return result
  }
}

const missing = (name: string): never => {
  throw new Error(`the fast path has no ${name}`)
}
