import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type { Namespace } from "../../runtime/index.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { print } from "../../runtime/value/print.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { open, withFineTime } from "./namespace.ts"

export type Entries = ReadonlyArray<readonly [string, string]>

/** All that must be the same however often the program was interrupted. */
const finalState = Effect.fnUntraced(function* (namespace: Namespace, main: string) {
  const { task, result, error } = yield* namespace.inspect(main)
  const lines = yield* namespace.logs(main, { limit: 1000 })
  return {
    state: task.state,
    result: result === undefined ? undefined : print(result),
    error,
    lines: lines.map((line) => line.text)
  }
})

/** Runs the program to its end on a store of its own. */
export const runToEnd = (
  bundle: Bundle,
  options: { readonly fuelPerSlice?: number; readonly onCommit?: (entries: () => Entries) => void }
) =>
  Effect.gen(function* () {
    const memory = makeMemory({ onCommit: () => options.onCommit?.(memory.entries) })
    const { namespace } = yield* open(
      memory,
      // One segment in each batch, so that there is a crash between any two of them.
      options.fuelPerSlice === undefined ? {} : { fuelPerSlice: options.fuelPerSlice, segmentsPerTurn: 1 }
    )
    const { task } = yield* namespace.startProgram({ bundle, fresh: false })
    yield* withFineTime(namespace.idle)
    return { main: task.id, commits: memory.commitCount(), final: yield* finalState(namespace, task.id) }
  }).pipe(Effect.scoped)

/** Goes on from what a crash has left, in a namespace of its own; `at` is the time of the crash, when waits may run out. */
export const goOnFrom = (entries: Entries, bundle: Bundle, main: string, at?: number) =>
  Effect.gen(function* () {
    if (at !== undefined) yield* TestClock.setTime(at)
    const { namespace } = yield* open(makeMemory({ entries }))
    if ((yield* namespace.countTasks({ upTo: 1 })) > 0) yield* namespace.recover
    else yield* namespace.startProgram({ bundle, fresh: false })
    yield* withFineTime(namespace.idle)
    return yield* finalState(namespace, main)
  }).pipe(Effect.scoped)

/** What the store holds after some of the commits of a run: at most `crashesMax`, spread over all of them. */
export const crashesOf = Effect.fnUntraced(function* (
  bundle: Bundle,
  options: { readonly fuelPerSlice: number; readonly commits: number; readonly crashesMax: number }
) {
  const every = Math.max(1, Math.ceil(options.commits / options.crashesMax))
  const crashes: Array<{ readonly commit: number; readonly entries: Entries; readonly at: number }> = []
  const clock = yield* Clock.Clock
  let commit = 0
  yield* runToEnd(bundle, {
    fuelPerSlice: options.fuelPerSlice,
    onCommit: (entries) => {
      if (commit % every === 0) crashes.push({ commit, entries: entries(), at: clock.currentTimeMillisUnsafe() })
      commit++
    }
  })
  return crashes
})
