import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open } from "../../../support/namespace.ts"
import { slowScans } from "../../../support/slow-scans.ts"

describe("timers", () => {
  it.effect("fire while others are armed all the time", () =>
    Effect.gen(function* () {
      const program = `
        (defn work () 1)
        (defn ask () :none [(while true (core/task/join (core/task/spawn work) 60000))])
        (defn sleeper () :any [(core/task/sleep 1000) (log "awake")])
        (core/task/spawn sleeper) (core/task/spawn ask)`
      const { namespace, texts } = yield* open(slowScans(), { segmentsPerTurn: 10 })
      yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
      while ((yield* namespace.sleeping({ limit: 1 })).length === 0) yield* Effect.yieldNow
      yield* TestClock.adjust("2 seconds")
      for (let turn = 0; turn < 3000 && texts().length === 0; turn++)
        yield* Effect.promise(() => new Promise<void>((done) => setImmediate(done)))
      yield* namespace.stop
      assert.deepStrictEqual(texts(), ["awake"])
    })
  )

  it.effect("are not read again for each of many tasks that go to sleep", () =>
    Effect.gen(function* () {
      const store = slowScans()
      const program = `
        (defn nap () (core/task/sleep 60000))
        (for (i 0 300) [(core/task/spawn nap) (core/task/flush)])
        (log "begun")`
      const { namespace, texts } = yield* open(store, { segmentsPerTurn: 1 })
      yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
      while (texts().length === 0) yield* Effect.promise(() => new Promise<void>((done) => setImmediate(done)))
      yield* namespace.stop
      const timers = new Keys("1").timerRange().to
      assert.isBelow(store.scans.filter(({ to }) => to === timers).length, 5)
    })
  )

  it.effect("fire in their order when earlier ones are armed while they are read", () =>
    Effect.gen(function* () {
      const program = `
        (defn nap (ms :int) :any [(core/task/sleep ms) (log ms)])
        (for (i 0 40) (core/task/spawn nap (- 4000 (* i 100))))`
      const { namespace, texts } = yield* open(slowScans(), { segmentsPerTurn: 1 })
      yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
      while ((yield* namespace.sleeping({ limit: 40 })).length < 40) yield* Effect.yieldNow
      for (let step = 0; step < 45; step++) {
        yield* TestClock.adjust("100 millis")
        for (let turn = 0; turn < 120; turn++)
          yield* Effect.promise(() => new Promise<void>((done) => setImmediate(done)))
      }
      yield* namespace.stop
      assert.deepStrictEqual(
        texts(),
        Array.from({ length: 40 }, (_, i) => String(100 * (i + 1)))
      )
    })
  )

  for (const [what, program] of [
    ["a join that is over sooner", "(defn work () (core/task/sleep 20)) (core/task/join (core/task/spawn work) 60000)"],
    [
      "a task that is cancelled",
      "(defn nap () (core/task/sleep 60000)) (def t (core/task/spawn nap)) (core/task/checkpoint) (core/task/sleep 10) (core/task/cancel t)"
    ]
  ] as const) {
    it.effect(`nobody waits for the timer of ${what}`, () =>
      Effect.gen(function* () {
        const { namespace } = yield* open(makeMemory())
        yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
        const idle = yield* Effect.forkChild(namespace.idle)
        for (let turn = 0; turn < 20; turn++) yield* TestClock.adjust("10 millis")
        for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
        assert.isDefined(idle.pollUnsafe())
        yield* Fiber.interrupt(idle)
      })
    )
  }
})
