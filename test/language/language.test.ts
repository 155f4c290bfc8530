import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Namespace } from "../../runtime/index.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { print } from "../../runtime/value/print.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { compiled, open, withTime } from "../support/namespace.ts"

type Entries = ReadonlyArray<readonly [string, string]>

const folder = fileURLToPath(new URL(".", import.meta.url))

/** The lines that a program says it logs: what stands behind `; =>`, in order. */
const expectation = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/; => (.*)$/gm)].map((found) => found[1]!)

/** At most this many crashes are tried for each program, spread over its commits. */
const crashesMax = 40

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

const run = (
  bundle: Bundle,
  options: { readonly fuelPerSlice?: number; readonly onCommit?: (entries: () => Entries) => void }
) =>
  Effect.gen(function* () {
    const memory = makeMemory({ onCommit: () => options.onCommit?.(memory.entries) })
    const { namespace } = yield* open(
      memory,
      options.fuelPerSlice === undefined ? {} : { fuelPerSlice: options.fuelPerSlice }
    )
    const { task } = yield* namespace.startProgram({ bundle, fresh: false })
    yield* withTime(namespace.idle)
    return { main: task.id, commits: memory.commitCount(), final: yield* finalState(namespace, task.id) }
  }).pipe(Effect.scoped)

const goOnFrom = (entries: Entries, bundle: Bundle, main: string) =>
  Effect.gen(function* () {
    const { namespace } = yield* open(makeMemory({ entries }))
    if ((yield* namespace.countTasks({ upTo: 1 })) > 0) yield* namespace.recover
    else yield* namespace.startProgram({ bundle, fresh: false })
    yield* withTime(namespace.idle)
    return yield* finalState(namespace, main)
  }).pipe(Effect.scoped)

describe.each(globSync("*.sxs", { cwd: folder }).sort())("%s", (file) => {
  const text = readFileSync(`${folder}/${file}`, "utf8")
  const bundle = compiled(text, file)

  it.effect("logs what it says", () =>
    Effect.gen(function* () {
      const { final } = yield* run(bundle, {})
      assert.deepStrictEqual(final.lines, expectation(text), JSON.stringify(final.error))
      assert.strictEqual(final.state, "done")
    })
  )

  it.effect("does the same when it is suspended at every turn of a loop and every recursive call", () =>
    Effect.gen(function* () {
      const straight = yield* run(bundle, {})
      const suspended = yield* run(bundle, { fuelPerSlice: 1 })
      assert.deepStrictEqual(suspended.final, straight.final)
      assert.isAtLeast(suspended.commits, straight.commits)
    })
  )

  it.effect("does the same when it goes on from the store after a crash", () =>
    Effect.gen(function* () {
      const straight = yield* run(bundle, { fuelPerSlice: 3 })
      const every = Math.max(1, Math.ceil(straight.commits / crashesMax))
      let commit = 0
      const crashes: Array<Entries> = []
      yield* run(bundle, {
        fuelPerSlice: 3,
        onCommit: (entries) => {
          if (commit++ % every === 0) crashes.push(entries())
        }
      })
      for (const [index, entries] of crashes.entries()) {
        const resumed = yield* goOnFrom(entries, bundle, straight.main)
        assert.deepStrictEqual(resumed, straight.final, `after commit ${index * every}`)
      }
    })
  )
})
