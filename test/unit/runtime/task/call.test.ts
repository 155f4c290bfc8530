import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { type Namespace, StoreUnavailable } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { Real, type Value } from "../../../../runtime/value/value.ts"
import { compiled, open, untilIdle, withTime } from "../../../support/namespace.ts"

const bundle = compiled(
  `#(export add count-up sum fails wait.)
   (defn add (a :int b :int) :int (+ a b))
   (defn count-up () :any [(core/kv/incr calls) (core/task/sleep 1000) (core/kv/get calls)])
   (defn sum (first & more) (list/fold + first more))
   (defn fails (n :int) :int (div 1 n))
   (defn wait. () (core/task/pause))
   (log "the main task")`,
  "orders.sxs"
)

const opened = Effect.gen(function* () {
  const memory = makeMemory()
  const session = yield* open(memory)
  yield* session.namespace.install(bundle)
  return { memory, ...session }
})

const call = (namespace: Namespace, name: string, args: ReadonlyArray<Value>, id?: string) =>
  namespace.call({ bundle: bundle.hash, name, args, ...(id !== undefined && { id }) })

const resultOf = (namespace: Namespace, task: string) =>
  Effect.map(withTime(namespace.ended(task)), ({ result }) => result)

describe("a call from outside", () => {
  it.effect("runs the function as a task, and nothing of the main task", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* opened
      const { kind, task } = yield* call(namespace, "add", [1, 2])
      assert.deepStrictEqual([kind, task], ["started", "add-1"])
      assert.strictEqual((yield* namespace.inspect(task)).task.function, "add")
      assert.strictEqual(yield* resultOf(namespace, task), 3)
      assert.strictEqual(yield* resultOf(namespace, (yield* call(namespace, "sum", [1, 2, 3])).task), 6)
      assert.strictEqual(yield* resultOf(namespace, (yield* call(namespace, "sum", [1])).task), 1)
      assert.deepStrictEqual(texts(), [])
    })
  )

  it.effect("is one task under one id, while it runs and after its end", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const first = yield* call(namespace, "count-up", [], "order 7/é'(*)")
      assert.strictEqual(first.task, "orders.count-up@order%207%2F%C3%A9%27%28%2A%29")
      const second = yield* call(namespace, "count-up", [], "order 7/é'(*)")
      assert.deepStrictEqual([second.kind, second.task], ["joined", first.task])
      assert.strictEqual(yield* resultOf(namespace, first.task), 1)
      assert.strictEqual((yield* call(namespace, "count-up", [], "order 7/é'(*)")).kind, "joined")
      assert.strictEqual((yield* call(namespace, "count-up", [], "order 8")).kind, "started")
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("calls"), 2)
    })
  )

  it.effect("is one task also when it crashed at any commit and is called again", () =>
    Effect.gen(function* () {
      const crashes: Array<ReadonlyArray<readonly [string, string]>> = []
      const memory = makeMemory({ onCommit: () => crashes.push(memory.entries()) })
      const { namespace } = yield* open(memory)
      yield* namespace.install(bundle)
      yield* resultOf(namespace, (yield* call(namespace, "count-up", [], "7")).task)
      assert.isAbove(crashes.length, 3)
      for (const entries of crashes) {
        const again = yield* open(makeMemory({ entries }))
        yield* again.namespace.install(bundle)
        const { task } = yield* call(again.namespace, "count-up", [], "7")
        assert.strictEqual(yield* resultOf(again.namespace, task), 1)
        assert.strictEqual(yield* again.namespace.kv.get("calls"), 1)
      }
    })
  )

  it.effect("of two functions, or of two programs, under one id are two tasks", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const other = compiled("#(export add) (defn add (a) a)", "orders.add.sxs")
      yield* namespace.install(other)
      const ids = [
        yield* call(namespace, "add", [1, 2], "7"),
        yield* call(namespace, "wait.", [], "7"),
        yield* namespace.call({ bundle: other.hash, name: "add", args: [1], id: "7" })
      ].map(({ task }) => task)
      assert.deepStrictEqual(ids, ["orders.add@7", "orders.wait%2E@7", "orders.add.add@7"])
    })
  )

  it.effect("that cannot be is a fault, and nothing was done", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const code = (name: string, args: ReadonlyArray<Value>, id?: string) =>
        Effect.map(Effect.flip(call(namespace, name, args, id)), (error) => ("code" in error ? error.code : error._tag))
      assert.strictEqual(yield* code("main", []), "SXS6210")
      assert.strictEqual(yield* code("add", [1]), "SXS6201")
      assert.strictEqual(yield* code("add", [1, new Real(2)]), "SXS6305")
      assert.strictEqual(yield* code("sum", []), "SXS6201")
      for (const id of ["", "\ud800", "x".repeat(2000)]) assert.strictEqual(yield* code("add", [1, 2], id), "SXS6006")
      assert.strictEqual(yield* code("sum", ["x".repeat(5 * 1024 * 1024)]), "SXS6004")
      const unknown = yield* Effect.flip(namespace.call({ bundle: "0".repeat(64), name: "add", args: [1, 2] }))
      assert.include(unknown.message, "exports no function")
      assert.strictEqual(yield* namespace.countTasks({ upTo: 10 }), 0)
      assert.strictEqual((yield* call(namespace, "add", [1, 2])).task, "add-1")
    })
  )

  it.effect("keeps numbers for the tasks that have one", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      yield* call(namespace, "add", [1, 2], "order-1")
      yield* call(namespace, "add", [1, 2])
      assert.strictEqual(yield* namespace.findTask("1"), "add-1")
    })
  )
})

describe("waiting for the end of a task", () => {
  it.effect("gives its fault", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const { task } = yield* call(namespace, "fails", [0])
      const { error, task: ended } = yield* withTime(namespace.ended(task))
      assert.deepStrictEqual([ended.state, error?.code], ["failed", "SXS6003"])
    })
  )

  it.effect("hears of a cancellation, and of each end only who waits for it", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const { task } = yield* call(namespace, "wait.", [])
      const waiting = yield* Effect.forkChild(namespace.ended(task))
      yield* withTime(namespace.ended((yield* call(namespace, "add", [1, 2])).task))
      assert.isUndefined(waiting.pollUnsafe())
      yield* namespace.cancel(task)
      assert.strictEqual((yield* Fiber.join(waiting)).task.state, "cancelled")
    })
  )

  it.effect("yields nothing before the end is durable", () =>
    Effect.gen(function* () {
      const { memory, namespace } = yield* opened
      const { task } = yield* call(namespace, "wait.", [])
      yield* untilIdle(namespace)
      const waiting = yield* Effect.forkChild(namespace.ended(task))
      const release = memory.holdCommits()
      const resumed = yield* Effect.forkChild(namespace.resume(task, 7))
      for (let turn = 0; turn < 200; turn++) yield* Effect.yieldNow
      assert.isUndefined(waiting.pollUnsafe())
      yield* release
      yield* Fiber.join(resumed)
      assert.strictEqual((yield* Fiber.join(waiting)).result, 7)
    })
  )

  it.effect("fails with the store", () =>
    Effect.gen(function* () {
      const { memory, namespace } = yield* opened
      const { task } = yield* call(namespace, "wait.", [])
      const waiting = yield* Effect.forkChild(Effect.flip(namespace.ended(task)))
      memory.failNextCommit(new StoreUnavailable({ operation: "commit", reason: "full", detail: "no space" }))
      yield* Effect.flip(namespace.resume(task, 1))
      assert.strictEqual((yield* Fiber.join(waiting))._tag, "StoreUnavailable")
      assert.strictEqual((yield* Effect.flip(namespace.ended("none-1")))._tag, "StoreUnavailable")
    })
  )

  it.effect("says when there is no such task", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      assert.strictEqual((yield* Effect.flip(namespace.ended("none-1")))._tag, "TaskNotFound")
    })
  )
})
