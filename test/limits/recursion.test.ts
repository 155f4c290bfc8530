import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { compiled } from "../support/namespace.ts"
import { runToEnd } from "../support/run-to-end.ts"

const sumTo = "(defn sum-to (n) (core/kv/incr calls) (if (= n 0) 0 (+ n (sum-to (- n 1)))))"

it.effect("recursion deeper than JavaScript's stack goes on in frames, and counts each call once", () =>
  Effect.gen(function* () {
    const bundle = compiled(`${sumTo} (core/util/log (sum-to 40000) (core/kv/get calls))`)
    const { final } = yield* runToEnd(bundle, {})
    assert.deepStrictEqual(final.lines, ["800020000 40001"], JSON.stringify(final.error))
  })
)

it.effect("recursion without an end is a fault, not a crash", () =>
  Effect.gen(function* () {
    const { final } = yield* runToEnd(compiled("(defn down (n) (+ 1 (down (+ n 1)))) (down 0)"), {})
    assert.strictEqual(final.state, "failed")
    assert.strictEqual(final.error?.code, "SXS6206")
    assert.strictEqual(final.error?.message, "calls are nested more than 65,536 deep; does the recursion end?")
  })
)
