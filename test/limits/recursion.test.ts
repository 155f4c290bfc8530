import { assert, describe, it } from "@effect/vitest"
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

describe("recursion without an end", () => {
  /** Each ends with too many calls inside each other; a task beside it finishes. */
  const endless = {
    "of a function": "(down 0)",
    "of two functions": "(ping 0)",
    "of closures": "(def f (fn (g n) (+ 1 (g g (+ n 1))))) (f f 0)",
    "in the function of list/map": "(defn each (n) (list/map (fn (i) (each (+ n i))) (list 1 2))) (each 0)",
    "in what list/sort-with compares by": "(list/sort-with (fn (a b) (< (down a) b)) (list 3 1 2))",
    "in a child": "(core/task/all (list (fn () (down 0)) (fn () 1)))",
    "in evaluated text": '(core/expr/eval "(defn deep (n) (+ 1 (deep (+ n 1)))) (deep 0)")',
    "behind a wait in each call": "(defn slow (n) (core/task/checkpoint) (+ 1 (slow (+ n 1)))) (slow 0)",
    "in deferred work": "(defn body () (defer (down 0)) 1) (body)"
  }
  for (const [name, text] of Object.entries(endless)) {
    it.effect(
      `${name} is a fault with a trace`,
      () =>
        Effect.gen(function* () {
          const { final } = yield* runToEnd(
            compiled(`
            (defn down (n) (+ 1 (down (+ n 1))))
            (defn ping (n) (+ 1 (pong n)))
            (defn pong (n) (+ 1 (ping n)))
            (defn beside () (for (i 0 10) (core/task/sleep 10)) (core/kv/set beside "done"))
            (def other (core/task/spawn beside))
            (log (recover [${text}] (list (map/get $fault "code") (> (list/len (map/get $fault "trace" (list))) 0))))
            (core/task/join other)
            (log (core/kv/get beside none))`),
            {}
          )
          assert.deepStrictEqual(final.lines, ['("SXS6206" true)', "done"], JSON.stringify(final.error))
        }),
      120_000
    )
  }
})
