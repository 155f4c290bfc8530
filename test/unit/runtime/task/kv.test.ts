import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Fault, TaskRef } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { open } from "../../../support/namespace.ts"

import { message, run, runUntil } from "../../../support/run-task.ts"

describe("core/kv", () => {
  it.effect("keeps its rules", () =>
    Effect.gen(function* () {
      const { lines, inspection } = yield* run(`
        (log (core/kv/set a 1) (core/kv/get a) (core/kv/exists a) (core/kv/exists b))
        (log (core/kv/get b) (core/kv/get b 5) (core/kv/snx a 2) (core/kv/snx b none))
        (log (core/kv/get b) (core/kv/cas a 1 10) (core/kv/cas a 1 11) (core/kv/cas c none 1))
        (log (core/kv/incr n) (core/kv/incr n 9007199254740991) (core/kv/del a) (core/kv/exists a))
        (log (core/kv/set "fn:x:state" 1))`)
      assert.deepStrictEqual(
        lines,
        [
          "true 1 true false",
          '@"key not found" 5 false true',
          "none true false false",
          "1 9007199254740992 true false",
          '@"only the runtime writes keys under `fn:`"'
        ],
        inspection.error?.message
      )
    })
  )

  it.effect("puts every key under the scope and never leaves it", () =>
    Effect.gen(function* () {
      const { lines, inspection, namespace } = yield* run(`
        (core/kv/set outside 1)
        (core/kv/scope tenant: {
          (core/kv/set a 1) (core/kv/set fn:x 2)
          (core/kv/iterate "" 0 none {(log $key $value)})
          (log (core/kv/exists outside) (core/kv/count "")) })
        (log (core/kv/count ""))`)
      assert.deepStrictEqual(lines.slice(0, 3), ["a 1", "fn:x 2", "false 2"], inspection.error?.message)
      assert.strictEqual(yield* namespace.kv.get("tenant:fn:x"), 2)
    })
  )

  it.effect("iterates from an offset up to a limit, counts and deletes by prefix", () =>
    Effect.gen(function* () {
      const { lines, inspection } = yield* run(`
        (for (i 0 5) (core/kv/set (str "k:" i) i))
        (core/kv/iterate k: 1 2 {(log $key $value)})
        (log (core/kv/count k:) (core/kv/del-prefix k:) (core/kv/count k:))`)
      assert.deepStrictEqual(lines, ["k:1 1", "k:2 2", "5 5 0"], inspection.error?.message)
    })
  )

  it.effect("shows tasks as keys", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const text = `
        (defn inner (n :int) :any [(def local (+ n 1)) (core/task/pause) local])
        (def outer 5)
        (log (inner 1) outer)`
      const task = yield* runUntil(namespace, text, "paused")
      const keys = new Map(yield* namespace.kv.list(`fn:${task}:`, 0, 100))
      const expected = {
        fn: "main",
        "local:outer": 5,
        state: "paused",
        "stack:1:fn": "inner",
        "stack:1:local:local": 2
      }
      for (const [key, value] of Object.entries(expected))
        assert.deepStrictEqual(keys.get(`fn:${task}:${key}`), value, key)
      assert.strictEqual(yield* namespace.kv.get(`fn:${task}:stack:1:fn`), "inner")
      assert.strictEqual((yield* namespace.kv.list("f", 0, 100)).length, keys.size)
    })
  )

  it.effect("misses keys of tasks that cannot be, as it misses those that are not", () =>
    Effect.gen(function* () {
      const { lines, inspection } = yield* run(`
        (log (core/kv/get "fn:a/b:state" "none such") (core/kv/get "fn::state" 1) (core/kv/exists "fn:a/b:state"))
        (log (core/kv/get (str "fn:" (str/repeat "k" 2000) ":state")) (core/kv/get "fn:state" 2))`)
      assert.deepStrictEqual(lines, ["none such 1 false", '@"key not found" 2'], inspection.error?.message)
    })
  )

  it.effect("lists from behind a key, page by page, each key once and in order", () =>
    Effect.gen(function* () {
      const { namespace } = yield* run(`
        (for (i 0 20) (core/kv/set (str "a:" i) i)) (for (i 0 20) (core/kv/set (str "z:" i) i))
        (defn waiter () :any [(core/task/pause)])
        (core/task/spawn waiter)`)
      for (const prefix of ["", "a:", "fn:", "z:1"]) {
        const all = yield* namespace.kv.list(prefix, 0, 1000)
        const paged: Array<(typeof all)[number]> = []
        for (let page = all.slice(0, 3); page.length > 0; ) {
          paged.push(...page)
          page = [...(yield* namespace.kv.list(prefix, 0, 3, page.at(-1)![0]))]
        }
        assert.deepStrictEqual(paged, all, prefix)
      }
      const keys = (yield* namespace.kv.list("z:", 1, 2, "z:18")).map(([key]) => key)
      assert.deepStrictEqual(keys, ["z:2", "z:3"])
      assert.deepStrictEqual(yield* namespace.kv.list("a:", 0, 9, "b"), [])
      assert.strictEqual((yield* namespace.kv.list("z:", 0, 99, "b")).length, 20)
    })
  )

  it.effect("refuses bad keys from outside with a fault, and yields error values as a script gets them", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      assert.instanceOf(yield* Effect.flip(namespace.kv.set("", 1)), Fault)
      assert.strictEqual(message(yield* namespace.kv.get("nothing")), "key not found")
      assert.strictEqual(yield* namespace.kv.set("k", new TaskRef("t-1")), true)
      assert.deepStrictEqual(yield* namespace.kv.get("k"), new TaskRef("t-1"))
    })
  )
})
