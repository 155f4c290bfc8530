import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"
import { run } from "../../../support/run-task.ts"
import { type Entries, goOnFrom, runToEnd } from "../../../support/run-to-end.ts"

describe("spawn-as", () => {
  it.effect("starts one task for each id, while it runs and after its end, whatever it is to run", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn work (n) (core/kv/incr runs) (core/task/sleep 1000) n)
        (defn other (a b) (core/kv/incr runs) (+ a b))
        (def first (core/task/spawn-as "order-7" work 1))
        (def second (core/task/spawn-as "order-7" other 2 3))
        (log first (= first second) (core/task/join second))
        (log (core/task/join (core/task/spawn-as "order-7" work 9)) (core/task/state first) (core/kv/get runs))
        (log (core/task/join (core/task/spawn-as "order-8" other 2 3)) (core/kv/get runs))`)
      assert.deepStrictEqual(lines, ["@order-7 true 1", "1 done 1", "5 2"])
    })
  )

  it.effect("is one task also when two tasks start it at once", () =>
    Effect.gen(function* () {
      const { lines, namespace } = yield* run(`
        (defn work () (core/kv/incr runs) (core/task/checkpoint) (core/kv/get runs))
        (defn starts () (core/task/checkpoint) (core/task/join (core/task/spawn-as "once" work)))
        (log (core/task/all (list starts starts starts)))`)
      assert.deepStrictEqual(lines, ["(1 1 1)"])
      assert.strictEqual((yield* namespace.inspect("@once")).task.state, "done")
    })
  )

  it.effect("starts it once whatever crash comes in between", () =>
    Effect.gen(function* () {
      const bundle = compiled(`
        (defn work (n) (core/kv/incr runs) (core/task/sleep 500) (core/kv/get runs))
        (for (i 0 3) (core/task/spawn-as "x" work i) (core/task/checkpoint))
        (log (core/task/join (core/task/spawn-as "x" work 9)))`)
      const crashes: Array<Entries> = []
      const straight = yield* runToEnd(bundle, { fuelPerSlice: 1, onCommit: (entries) => crashes.push(entries()) })
      assert.deepStrictEqual(straight.final.lines, ["1"])
      assert.isAbove(crashes.length, 3)
      for (const [commit, entries] of crashes.entries()) {
        assert.deepStrictEqual(
          yield* goOnFrom(entries, bundle, straight.main),
          straight.final,
          `after commit ${commit}`
        )
      }
    })
  )

  it.effect("takes any text as id, and shares none with tasks that have a number or come from outside", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const bundle = compiled(`
        #(export work)
        (defn work () 1)
        (defn name (id) (str (core/task/spawn-as id work)))
        (log (name "a/b c") (name "é@*") (name "work-2") (name "test.work@7") (name "@"))
        (core/task/spawn work)
        (for (id (list "" (str/repeat "x" 2000) 7))
          (log (recover (core/task/spawn-as (apply (fn (id) id) (list id)) work) (map/get $fault "code"))))`)
      const { task } = yield* namespace.startProgram({ bundle, fresh: false })
      const called = yield* namespace.call({ bundle: bundle.hash, name: "work", args: [], id: "7" })
      yield* untilIdle(namespace)
      const logged = (yield* namespace.logs(task.id, { limit: 10 })).map((line) => line.text)
      assert.deepStrictEqual(logged, [
        "@a%2Fb%20c @%C3%A9%40%2A @work-2 @test.work%407 @%40",
        "SXS6006",
        "SXS6006",
        "SXS6001"
      ])
      assert.strictEqual(called.task, "test.work@7")
      assert.strictEqual(yield* namespace.findTask("2"), "work-2")
      assert.strictEqual(yield* namespace.findTask("@work-2"), "@work-2")
      assert.strictEqual(yield* namespace.countTasks({ upTo: 100 }), 8)
    })
  )

  it.effect("checks the arguments when it starts the task, and only then", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn work (n :int) n)
        (def given (list "a" "x"))
        (log (recover (core/task/spawn-as "a" work (list/at! 1 given)) (map/get $fault "code")))
        (core/task/spawn-as "a" work 1)
        (log (core/task/join (core/task/spawn-as "a" work (list/at! 1 given))))`)
      assert.deepStrictEqual(lines, ["SXS6305", "1"])
    })
  )
})
