/** The orders as a compiled file: killed at any moment and resumed, what failed is undone and nothing is paid twice. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { runCompiled, sxs } from "../support/compiled-process.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { environment, root } from "./transcript.ts"

/** The run is killed after so many lines, of 16 in all. */
const linesUntilKill = [1, 5, 6, 9]

const expected = "bank:master\t450\nbank:visa\t1800\nstock:cup\t1\nstock:tea\t7\n"

it.live(
  "ends alike however often it is killed",
  () =>
    Effect.gen(function* () {
      const built = yield* temporaryDirectory
      sxs(["build", join(root, "examples/orders/main.sxs"), "-o", built], environment(built))
      for (const lines of linesUntilKill) {
        const env = environment(yield* temporaryDirectory)
        yield* Effect.promise(() => runCompiled(join(built, "main.js"), env, lines))
        // Whatever of it is unfinished goes on; the order that nobody catches makes this end with 1.
        const resumed = spawnSync(process.execPath, [join(root, "bin/sxs.cjs"), "resume"], { env, encoding: "utf8" })
        const kept = sxs(["kv", "ls", "bank:"], env) + sxs(["kv", "ls", "stock:"], env)
        assert.strictEqual(kept, expected, `killed after ${lines} lines: ${resumed.stderr}`)
      }
    }).pipe(Effect.scoped),
  120_000
)
