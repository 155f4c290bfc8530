import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"

/** Enough that whatever can run has run. */
const settle = Effect.repeat(Effect.yieldNow, { times: 200 })

/** A namespace whose store holds its commits back from the program's start on; what the program has shown by `debug`. */
const held = (program: string) =>
  Effect.gen(function* () {
    const memory = makeMemory()
    const shown: Array<string> = []
    const { namespace } = yield* open(memory, { onDebug: (text) => shown.push(text.replace(/^.*?: /, "")) })
    const bundle = compiled(program)
    yield* namespace.install(bundle)
    yield* namespace.durable
    const release = memory.holdCommits()
    const started = yield* Effect.forkChild(namespace.startProgram({ bundle, fresh: true }))
    yield* settle
    return { memory, namespace, shown, started, release }
  })

describe("core/task/flush", () => {
  it.effect("lets a task go on when what it has written is durable", () =>
    Effect.gen(function* () {
      const { memory, namespace, release, shown } = yield* held(`
        (core/kv/set a 1) (core/task/checkpoint) (debug "ahead") (core/kv/set b 2) (core/task/flush) (debug "behind")`)
      assert.deepStrictEqual(shown, ['"ahead"'])
      yield* release
      yield* untilIdle(namespace)
      assert.deepStrictEqual(shown, ['"ahead"', '"behind"'])
      assert.isAbove(memory.commitCount(), 0)
    }).pipe(Effect.scoped)
  )

  it.effect("waits for what other tasks have written before", () =>
    Effect.gen(function* () {
      const { namespace, release, shown } = yield* held(`
        (defn waits () :none [(core/task/flush) (debug "behind") none])
        (core/kv/set a 1)
        (core/task/spawn waits)
        (core/task/checkpoint)
        (debug "ahead")`)
      assert.deepStrictEqual(shown, ['"ahead"'])
      yield* release
      yield* untilIdle(namespace)
      assert.deepStrictEqual(shown, ['"ahead"', '"behind"'])
    }).pipe(Effect.scoped)
  )

  it.effect("still waits when the task is paused and resumed meanwhile", () =>
    Effect.gen(function* () {
      const { namespace, release, shown } = yield* held(`(core/kv/set a 1) (core/task/flush) (debug "behind")`)
      const paused = yield* Effect.forkChild(namespace.pause("test-1"))
      yield* settle
      const resumed = yield* Effect.forkChild(namespace.resume("test-1", null))
      yield* settle
      assert.deepStrictEqual(shown, [])
      yield* release
      yield* Fiber.join(paused)
      yield* Fiber.join(resumed)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(shown, ['"behind"'])
    }).pipe(Effect.scoped)
  )

  it.effect("waits in a task that a crash has interrupted, too", () =>
    Effect.gen(function* () {
      const before = makeMemory()
      const program = `(for (i 0 9) (core/kv/set a i) (core/task/flush) (debug i))`
      const { namespace } = yield* open(before)
      yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
      while (before.commitCount() < 3) yield* Effect.yieldNow
      const memory = makeMemory({ entries: before.entries() })
      const shown: Array<string> = []
      const again = yield* open(memory, { onDebug: (text) => shown.push(text) })
      const release = memory.holdCommits()
      yield* again.namespace.recover
      while ((yield* again.namespace.measure).segments === 0) yield* Effect.yieldNow
      yield* settle
      const shownWhileHeld = shown.length
      // Before anything may fail: what is held would never be closed.
      yield* release
      yield* untilIdle(again.namespace)
      assert.isAtMost(shownWhileHeld, 1)
      assert.isAbove(shown.length, 3)
    }).pipe(Effect.scoped)
  )

  it.effect("keeps nothing that has to be taken up again: the task runs, and its frame stands behind the call", () =>
    Effect.gen(function* () {
      const { namespace, release } = yield* held(`(core/kv/set a 1) (core/task/flush) (log "behind")`)
      const { task } = yield* namespace.inspect("test-1")
      assert.strictEqual(task.state, "running")
      yield* release
      yield* untilIdle(namespace)
    }).pipe(Effect.scoped)
  )
})
