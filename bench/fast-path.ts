import * as Effect from "effect/Effect"
import { BundleRegistry, bundleText } from "../runtime/bundle/registry.ts"
import { limits } from "../runtime/limits.ts"
import { Keys } from "../runtime/store/keys.ts"
import { makeMemory } from "../runtime/store/memory.ts"
import { View } from "../runtime/store/view.ts"
import { makeBus } from "../runtime/task/bus-parts.ts"
import { type Frame, pcStart } from "../runtime/task/frame.ts"
import { type LibraryFunction, makeIntrinsics } from "../runtime/task/intrinsics.ts"
import { KeyValues } from "../runtime/task/key-values.ts"
import { Places } from "../runtime/task/places.ts"
import { Segment, SUSPENDED } from "../runtime/task/segment.ts"
import { TaskTable } from "../runtime/task/task-table.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { pureLibrary } from "../stdlib/impl/library.ts"

/** More than any of these programs spends. The largest small integer: a larger one would be kept another way by V8. */
const endlessFuel = 2 ** 31 - 1

/** A call of a function that runs to its end. */
export interface FastPath {
  /** In one go. */
  readonly straight: () => unknown
  /** With so much fuel at a time: when it is spent all frames are saved, and the innermost one is taken up again. */
  readonly suspending: (fuel: number) => unknown
}

/** Links the bundle with the runtime's own intrinsics, but without driver, scheduler and commits. */
export const fastPath = async (bundle: Bundle, name: string): Promise<FastPath> => {
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
  const places = new Places({ view, keys, tasks, registry, writer: { tasks: 0 } })
  const kv = new KeyValues(view, keys, places)
  const segment = new Segment({
    view,
    keys,
    tasks,
    kv,
    places,
    rejection: () => undefined,
    records: () => new Map(),
    canBegin: () => false,
    shareFolder: () => {},
    bus: makeBus({
      places,
      options: undefined,
      onDamaged: () => {},
      now: () => 0,
      handOver: () => ({ change: () => Effect.never }),
      rested: () => {}
    }),
    evaluator: undefined,
    passesCheckpoints: false,
    debug: () => {}
  })
  const { manifest, functions: linked } = await Effect.runPromise(registry.load(bundle.hash))
  const { hot } = linked[manifest.functions.findIndex((each) => each.name === name)]!
  const straight = (): unknown => {
    meter.fuel = endlessFuel
    const result = hot()
    if (result === SUSPENDED) throw new Error(`${name} was suspended`)
    return result
  }
  const suspending = (fuel: number): unknown => {
    const stack: Array<Frame> = []
    meter.fuel = fuel
    let value = hot()
    for (;;) {
      if (value === SUSPENDED) {
        segment.moveCaptured(stack)
        meter.fuel = fuel
        value = null
      }
      const frame = stack.pop()
      if (frame === undefined) return value
      const code = linked[frame.function]!
      value = frame.pc === pcStart ? code.hot(...(frame.slots as Array<never>)) : code.resume!(frame, value)
    }
  }
  return { straight, suspending }
}

const missing = (name: string): never => {
  throw new Error(`the fast path has no ${name}`)
}
