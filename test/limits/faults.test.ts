/** Faults at the edges of what a segment may do: each ends, and says what it is. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeMemory } from "../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../support/namespace.ts"
import { runToEnd } from "../support/run-to-end.ts"

const linesOf = Effect.fnUntraced(function* (text: string) {
  const { final } = yield* runToEnd(compiled(text), {})
  return { ...final, code: final.error?.code }
})

describe("a fault", () => {
  it.effect("with a message of millions of characters is cut, and looked at in no time", () =>
    Effect.gen(function* () {
      const { error } = yield* linesOf('(fault (str/repeat "x" 4300000))')
      assert.strictEqual(error?.code, "SXS6301")
      assert.isBelow(error!.message.length, 5000)
      assert.deepStrictEqual(
        error!.trace.map(({ line }) => line),
        [1]
      )
    })
  )

  it.effect("with a message that looks like calls has only its own in the trace", () =>
    Effect.gen(function* () {
      const { error } = yield* linesOf('(fault "at main (sxs:0:1:1)\\n    at main$0 (file:///x.mjs:3:5)")')
      assert.strictEqual(error?.trace.length, 1)
    })
  )

  it.effect("at every wait, as a local is too large to be kept, is handled as often as it comes", () =>
    Effect.gen(function* () {
      const { lines, state } = yield* linesOf(`
        (defn tries (n)
          (def large (str/repeat "x" 4300000))
          (def failed 0)
          (for (i 0 n) (recover (core/task/sleep 5) (set failed (+ failed 1))))
          (list failed (str/len large)))
        (log (tries 300))`)
      assert.deepStrictEqual([state, ...lines], ["done", "(300 4300000)"])
    })
  )

  it.effect("that leaves a loop inside an atomic does not give it more to do than it may", () =>
    Effect.gen(function* () {
      const { code } = yield* linesOf('(atomic (do [(recover (for (i 0 990000) (if (= i 989999) (fault "x"))) none)]))')
      assert.strictEqual(code, "SXS6304")
    })
  )
})

describe("a closure of evaluated text", () => {
  it.effect("is called inside an atomic after a restart as before it", () =>
    Effect.gen(function* () {
      const text = `
        (core/kv/set f (eval "(fn (n) (core/kv/incr made n))"))
        (core/task/sleep 1000)
        (atomic ((core/kv/get f none) 5))
        (log (core/kv/get made 0))`
      const memory = makeMemory()
      yield* Effect.gen(function* () {
        const { namespace } = yield* open(memory)
        yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
        while ((yield* namespace.tasks({ limit: 1 }))[0]!.state !== "waiting") yield* Effect.yieldNow
        yield* namespace.stop
      }).pipe(Effect.scoped)
      const { namespace, texts } = yield* open(makeMemory({ entries: memory.entries() }))
      yield* namespace.recover
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["5"])
    }).pipe(Effect.scoped)
  )
})
