import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { limits, StoreUnavailable } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"

import { message, run, runUntil } from "../../../support/run-task.ts"

describe("the namespace", () => {
  it.effect("runs more tasks than may have a fiber at once", () =>
    Effect.gen(function* () {
      const count = limits.liveTasksMax + 500
      const { lines } = yield* run(`
        (defn work () :any [(core/kv/incr n)])
        (for (i 0 ${count}) (core/task/spawn work))
        (core/task/sleep 1000)
        (log (core/kv/get n))`)
      assert.deepStrictEqual(lines, [`${count}`])
    })
  )

  it.effect("shows no output before its commit is durable", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace, texts } = yield* open(memory)
      yield* namespace.install(compiled(`(log "hello")`))
      const release = memory.holdCommits()
      yield* namespace.startProgram({ bundle: compiled(`(log "hello")`), fresh: false }).pipe(Effect.forkChild)
      for (let turn = 0; turn < 200; turn++) yield* Effect.yieldNow
      assert.deepStrictEqual(texts(), [])
      yield* release
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["hello"])
    })
  )

  it.effect("stops when the store refuses a write, and everybody who waits hears why", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace } = yield* open(memory)
      yield* namespace.startProgram({
        bundle: compiled(`(while true (core/kv/incr n) (core/task/checkpoint))`),
        fresh: false
      })
      memory.failNextCommit(new StoreUnavailable({ operation: "commit", reason: "full", detail: "no space" }))
      const error = yield* Effect.flip(namespace.idle)
      assert.strictEqual(error.reason, "full")
      assert.strictEqual((yield* Effect.flip(namespace.pause("test-1")))._tag, "StoreUnavailable")
    })
  )

  it.effect("resumes an unfinished program on its own code, and starts a new one when that is wanted", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory())
      const old = yield* runUntil(namespace, `(core/task/pause) (log "old code")`, "paused")
      const changed = compiled(`(core/task/pause) (log "new code")`)
      const again = yield* namespace.startProgram({ bundle: changed, fresh: false })
      assert.deepStrictEqual([again.kind, again.task.id], ["resumed", old])
      const fresh = yield* namespace.startProgram({ bundle: changed, fresh: true })
      assert.strictEqual(fresh.kind, "started")
      yield* untilIdle(namespace)
      yield* namespace.resume(old, null)
      yield* namespace.resume(fresh.task.id, null)
      yield* untilIdle(namespace)
      assert.sameMembers(texts(), ["old code", "new code"])
    })
  )

  it.effect("keeps namespaces of one store apart", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const one = yield* open(memory, { name: "one" })
      yield* one.namespace.kv.set("k", 1)
      const two = yield* open(memory, { name: "two" })
      assert.strictEqual(message(yield* two.namespace.kv.get("k")), "key not found")
      assert.deepStrictEqual(yield* two.namespace.kv.list("", 0, 10), [])
    })
  )

  it.effect("does nothing that was not asked for when it is only opened", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* runUntil(namespace, `(core/task/sleep 10) (log "awake")`, "waiting")
        })
      )
      const { namespace, texts } = yield* open(makeMemory({ entries: memory.entries() }))
      yield* TestClock.adjust("1 hour")
      yield* namespace.idle
      assert.deepStrictEqual(texts(), [])
    })
  )
})
