import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Namespace } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"

const program = compiled(`
  (defn reserve (n)
    (core/kv/set (str "reserved:" n) true)
    (defer (core/task/sleep 1000) (core/kv/del (str "reserved:" n)) (core/kv/incr released))
    (recover (wait-for-payment n) (log "a recover does not catch it" $exception))
    (log "not reached"))
  (defn wait-for-payment (n)
    (defer (log "stopped waiting for" n))
    (core/task/pause))
  (reserve 7)`)

const cancelled = Effect.fnUntraced(function* (namespace: Namespace) {
  yield* untilIdle(namespace)
  const [task] = yield* namespace.tasks({ limit: 1 })
  const released = yield* namespace.kv.get("released")
  const lines = yield* namespace.logs(task!.id, { limit: 10 })
  return { state: task!.state, released, lines: lines.map((line) => line.text) }
})

const expected: Effect.Success<ReturnType<typeof cancelled>> = {
  state: "cancelled",
  released: 1,
  lines: ["stopped waiting for 7"]
}

describe("a cancelled task", () => {
  it.effect("does what its functions have deferred, innermost first, and no recover catches it", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const { task } = yield* namespace.startProgram({ bundle: program, fresh: false })
      yield* untilIdle(namespace)
      const view = yield* namespace.cancel(task.id)
      assert.strictEqual(view.state, "running")
      assert.deepStrictEqual(yield* cancelled(namespace), expected)
      const after = yield* namespace.inspect(task.id)
      assert.deepStrictEqual(after.frames, [])
    }).pipe(Effect.scoped)
  )

  it.effect("does so once, whatever crash comes in between, and however often it is cancelled", () =>
    Effect.gen(function* () {
      const stores: Array<ReadonlyArray<readonly [string, string]>> = []
      let isCancelled = false
      const memory = makeMemory({
        onCommit: () => {
          if (isCancelled) stores.push(memory.entries())
        }
      })
      yield* Effect.gen(function* () {
        const { namespace } = yield* open(memory)
        const { task } = yield* namespace.startProgram({ bundle: program, fresh: false })
        yield* untilIdle(namespace)
        isCancelled = true
        yield* namespace.cancel(task.id)
        yield* namespace.cancel(task.id)
        assert.deepStrictEqual(yield* cancelled(namespace), expected)
      }).pipe(Effect.scoped)
      assert.isAtLeast(stores.length, 3)
      for (const entries of stores) {
        const found = yield* Effect.gen(function* () {
          const { namespace } = yield* open(makeMemory({ entries }))
          yield* namespace.recover
          return yield* cancelled(namespace)
        }).pipe(Effect.scoped)
        assert.deepStrictEqual(found, expected)
      }
    })
  )

  it.effect("goes on with deferred work that runs already, and is cancelled behind it", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const bundle = compiled(`
        (defn work ()
          (defer (log "last"))
          (defer (log "begins") (core/task/sleep 100000) (log "is over"))
          (log "body"))
        (work)
        (log "behind")
        (core/task/sleep 100000)
        (log "not reached")`)
      const { task } = yield* namespace.startProgram({ bundle, fresh: false })
      while ((yield* namespace.inspect(task.id)).task.state !== "waiting") yield* Effect.yieldNow
      yield* namespace.cancel(task.id)
      yield* namespace.cancel(task.id)
      assert.strictEqual((yield* namespace.inspect(task.id)).task.state, "waiting")
      const { lines, state } = yield* cancelled(namespace)
      assert.deepStrictEqual([state, ...lines], ["cancelled", "body", "begins", "is over", "last", "behind"])
    }).pipe(Effect.scoped)
  )

  it.effect("tells in its log of a fault in what was deferred", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const bundle = compiled('(defer (log "last")) (defer (fault "not refunded")) (core/task/pause)')
      const { task } = yield* namespace.startProgram({ bundle, fresh: false })
      yield* untilIdle(namespace)
      yield* namespace.cancel(task.id)
      const { lines, state } = yield* cancelled(namespace)
      assert.deepStrictEqual(
        [state, ...lines],
        ["cancelled", "while the task was cancelled, a `defer` faulted: not refunded", "last"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("does not go on when what is deferred needs more calls than there is room for", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const bundle = compiled(`
        (defn deep (n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
        (defn body () (defer (atomic (deep 500000))) (recover (core/task/pause) (log $exception)) (core/task/pause))
        (body)`)
      const { task } = yield* namespace.startProgram({ bundle, fresh: false })
      yield* untilIdle(namespace)
      yield* namespace.cancel(task.id)
      const { lines, state } = yield* cancelled(namespace)
      assert.deepStrictEqual([state, ...lines], ["failed"])
    }).pipe(Effect.scoped)
  )

  it.effect("ends at once when nothing is deferred", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const bundle = compiled("(recover (core/task/pause) (log $exception))")
      const { task } = yield* namespace.startProgram({ bundle, fresh: false })
      yield* untilIdle(namespace)
      assert.strictEqual((yield* namespace.cancel(task.id)).state, "cancelled")
    }).pipe(Effect.scoped)
  )

  it.effect("that was paused from outside goes on for what it has deferred", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const { task } = yield* namespace.startProgram({ bundle: program, fresh: false })
      yield* untilIdle(namespace)
      yield* namespace.pause(task.id)
      yield* namespace.cancel(task.id)
      assert.deepStrictEqual(yield* cancelled(namespace), expected)
    }).pipe(Effect.scoped)
  )
})
