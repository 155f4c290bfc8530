import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { compiled } from "../support/namespace.ts"
import { runToEnd } from "../support/run-to-end.ts"

const linesOf = Effect.fnUntraced(function* (text: string) {
  const { final } = yield* runToEnd(compiled(text), {})
  assert.strictEqual(final.state, "done", JSON.stringify(final.error))
  return final.lines
})

it.effect("a task that sleeps again while others are being woken is not passed over", () =>
  Effect.gen(function* () {
    const lines = yield* linesOf(`
(defn turns (n ms) (for (i 0 n) (core/task/sleep (% i ms))) (core/kv/incr ended))
(def a (core/task/spawn turns 30 1))
(def b (core/task/spawn turns 30 2))
(def c (core/task/spawn turns 30 3))
(core/task/join a) (core/task/join b) (core/task/join c)
(log (core/kv/get ended))`)
    assert.deepStrictEqual(lines, ["3"])
  })
)

it.effect("a time limit that is due at once ends a join", () =>
  Effect.gen(function* () {
    const lines = yield* linesOf("(defn wait () (core/task/pause)) (log (core/task/join (core/task/spawn wait) 0))")
    assert.deepStrictEqual(lines, ['@"timeout"'])
  })
)
