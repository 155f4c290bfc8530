/** The counter as a compiled file of its own: killed again and again, with its source gone, it counts to the end. */
import { copyFileSync, renameSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { runCompiled, sxs } from "../support/compiled-process.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { environment, root } from "./transcript.ts"

const turns = 20
/** The counter is killed after so many lines of a run; the run behind the last kill goes to its end. */
const linesUntilKill = [3, 5, 1]

it.live("counts on after kill -9, from the compiled file alone", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryDirectory
    const env = environment(folder)
    const source = join(folder, "counter.sxs")
    copyFileSync(join(root, "examples/counter/main.sxs"), source)
    sxs(["build", source, "-o", join(folder, "built")], env)
    renameSync(source, join(folder, "away"))
    const counter = join(folder, "built", "counter.js")

    const runs: Array<ReadonlyArray<string>> = []
    for (const lines of linesUntilKill) {
      const killed = yield* Effect.promise(() => runCompiled(counter, env, lines))
      assert.strictEqual(killed.signal, "SIGKILL")
      runs.push(killed.lines)
    }
    const last = yield* Effect.promise(() => runCompiled(counter, env))
    assert.strictEqual(last.exitCode, 0)
    assert.strictEqual(last.lines.at(-1), `done, the store says ${turns}`)
    checkCounting([...runs, last.lines.slice(0, -1)])
    assert.strictEqual(sxs(["kv", "get", "count"], env), `${turns}\n`)
  }).pipe(Effect.scoped)
)

/** The last line before a kill may be shown again; on a disk that stalls for a turn, the last two. */
const repeatedMax = 2

/** Every number is shown, in order. Some are shown again at the border of a kill, and nowhere else. */
const checkCounting = (runs: ReadonlyArray<ReadonlyArray<string>>): void => {
  let shown = 0
  for (const lines of runs) {
    const numbers = lines.map((line) => Number(/^count (\d+)$/.exec(line)?.[1]))
    const first = numbers[0]!
    const message = `the run begins with ${first} after ${shown}`
    assert.isAtMost(first, shown + 1, message)
    assert.isAtLeast(first, Math.max(1, shown + 1 - repeatedMax), message)
    assert.deepStrictEqual(
      numbers,
      numbers.map((_, index) => first + index)
    )
    shown = numbers.at(-1)!
  }
  assert.strictEqual(shown, turns)
}
