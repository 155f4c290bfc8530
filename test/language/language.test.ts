import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { loadFromFolder } from "../support/files.ts"
import { compiled } from "../support/namespace.ts"
import { crashesOf, goOnFrom, runToEnd } from "../support/run-to-end.ts"

const folder = fileURLToPath(new URL(".", import.meta.url))

/** For a machine that is busy with other things (ms). */
const timeout = 60_000

/** The lines that a program says it logs: what stands behind `; =>`, in order. */
const expectation = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/; => (.*)$/gm)].map((found) => found[1]!)

describe.each(globSync("*.sxs", { cwd: folder }).sort())("%s", (file) => {
  const text = readFileSync(`${folder}/${file}`, "utf8")
  const bundle = compiled(text, file, { load: loadFromFolder(folder) })

  it.effect("logs what it says", () =>
    Effect.gen(function* () {
      const { final } = yield* runToEnd(bundle, {})
      assert.deepStrictEqual(final.lines, expectation(text), JSON.stringify(final.error))
      assert.strictEqual(final.state, "done")
    })
  )

  it.effect(
    "does the same when it is suspended at every turn of a loop and every recursive call",
    () =>
      Effect.gen(function* () {
        const straight = yield* runToEnd(bundle, {})
        const suspended = yield* runToEnd(bundle, { fuelPerSlice: 1 })
        assert.deepStrictEqual(suspended.final, straight.final)
        assert.isAtLeast(suspended.commits, straight.commits)
      }),
    timeout
  )

  it.effect(
    "does the same when it goes on from the store after a crash",
    () =>
      Effect.gen(function* () {
        const { main, commits, final } = yield* runToEnd(bundle, { fuelPerSlice: 3 })
        for (const { at, commit, entries } of yield* crashesOf(bundle, { fuelPerSlice: 3, commits, crashesMax: 40 })) {
          assert.deepStrictEqual(yield* goOnFrom(entries, bundle, main, at), final, `after commit ${commit}`)
        }
      }),
    timeout
  )
})
