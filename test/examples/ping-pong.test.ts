/** The game as a compiled file: killed at any moment and resumed, no event is lost and none is handled twice. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { runCompiled, sxs } from "../support/compiled-process.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { environment, root } from "./transcript.ts"

/** The run is killed after so many lines, of 12 in all. */
const linesUntilKill = [1, 2, 5, 9]

it.live(
  "ends alike however often it is killed",
  () =>
    Effect.gen(function* () {
      const built = yield* temporaryDirectory
      sxs(["build", join(root, "examples/ping-pong/main.sxs"), "-o", built], environment(built))
      for (const lines of linesUntilKill) {
        const env = environment(yield* temporaryDirectory)
        yield* Effect.promise(() => runCompiled(join(built, "main.js"), env, lines))
        const resumed = spawnSync(process.execPath, [join(root, "bin/sxs.cjs"), "resume"], { env, encoding: "utf8" })
        const why = `killed after ${lines} lines: ${resumed.stderr}`
        assert.strictEqual(resumed.status, 0, why)
        assert.match(resumed.stdout, /game over\npongs heard: 5\n$/, why)
        assert.strictEqual(sxs(["kv", "get", "score:pongs"], env), "5\n", why)
      }
    }).pipe(Effect.scoped),
  120_000
)
