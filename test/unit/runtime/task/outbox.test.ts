import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type { LogLine } from "../../../../runtime/index.ts"
import { limits } from "../../../../runtime/limits.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { Store } from "../../../../runtime/store/store.ts"
import { compiled, open } from "../../../support/namespace.ts"

/** A pipe that keeps what it is given until its reader takes it. */
const slowPipe = () => {
  const given: Array<string> = []
  const waiting: Array<() => void> = []
  const first = Deferred.makeUnsafe<void>()
  return {
    given,
    first: Deferred.await(first),
    output: ({ text }: LogLine): Promise<void> => {
      given.push(text)
      Deferred.doneUnsafe(first, Effect.void)
      return new Promise((resolve) => waiting.push(resolve))
    },
    take: (count: number) => {
      for (const left of waiting.splice(0, count)) left()
    }
  }
}

describe("a line that has not left the process yet", () => {
  it.effect("stays in the store, through whatever is committed meanwhile, and is shown by the next process", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const pipe = slowPipe()
      const { namespace } = yield* open(memory, { output: pipe.output })
      const bundle = compiled(`(log "one") (core/task/checkpoint) (log "two") (core/task/checkpoint) (log "three")`)
      yield* namespace.startProgram({ bundle, fresh: false })
      const idle = yield* Effect.forkChild(namespace.idle)
      yield* pipe.first
      yield* namespace.kv.set("more", 1)
      assert.deepStrictEqual(pipe.given, ["one", "two", "three"])
      assert.deepStrictEqual(yield* shownByNext(memory.entries()), ["one", "two", "three"])
      pipe.take(2)
      yield* Effect.promise(() => Promise.resolve())
      yield* namespace.kv.set("more", 2)
      assert.deepStrictEqual(yield* shownByNext(memory.entries()), ["three"])
      assert.isUndefined(idle.pollUnsafe(), "not all output is out")
      pipe.take(1)
      yield* Fiber.join(idle)
      assert.deepStrictEqual(yield* shownByNext(memory.entries()), [])
    }).pipe(Effect.scoped)
  )

  it.effect("holds up the program when there are many, however short they are", () =>
    Effect.gen(function* () {
      const pipe = slowPipe()
      const { namespace } = yield* open(makeMemory(), { output: pipe.output })
      const bundle = compiled(`(for (i 0 50000) (log "") (core/task/checkpoint))`)
      yield* namespace.startProgram({ bundle, fresh: false })
      for (let i = 0; i < 20_000 && pipe.given.length < 20_000; i++) yield* Effect.yieldNow
      assert.isBelow(pipe.given.length, 20_000)
      pipe.take(Number.MAX_SAFE_INTEGER)
    }).pipe(Effect.scoped)
  )

  it.effect("holds up the program when there are many, and nobody who asks from outside", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const pipe = slowPipe()
      const { namespace } = yield* open(memory, { output: pipe.output, segmentsPerTurn: 1 })
      const linesMax = Math.ceil(limits.outputUnitsMax / 100_000)
      const bundle = compiled(`(for (i 0 1000) (log (str/repeat "x" 100000)) (core/task/checkpoint))`)
      const { task } = yield* namespace.startProgram({ bundle, fresh: false })
      const stuck: Effect.Effect<void> = Effect.suspend(() =>
        pipe.given.length < linesMax ? Effect.andThen(Effect.yieldNow, stuck) : Effect.void
      )
      yield* stuck
      for (let i = 0; i < 100; i++) yield* namespace.kv.set("outside", i)
      assert.isBelow(pipe.given.length, linesMax + 10)
      const paused = yield* namespace.pause(task.id)
      assert.strictEqual(paused.state, "paused")
      pipe.take(Number.MAX_SAFE_INTEGER)
    }).pipe(Effect.scoped)
  )
})

describe("a namespace that comes to rest", () => {
  it.effect("has shown what was logged while it waited for the lines before", () =>
    Effect.gen(function* () {
      const writing = yield* Deferred.make<void>()
      const written = yield* Deferred.make<void>()
      let isHeld = false
      const memory = makeMemory()
      const held: Store["Service"] = {
        ...memory.store,
        commit: (writes, options) =>
          isHeld
            ? Deferred.succeed(writing, undefined).pipe(
                Effect.andThen(Deferred.await(written)),
                Effect.andThen(memory.store.commit(writes, options))
              )
            : memory.store.commit(writes, options)
      }
      const { namespace, texts } = yield* open({ ...memory, layer: Layer.succeed(Store, held) })
      const bundle = compiled(`(core/task/pause) (log "late")`)
      const { task } = yield* namespace.startProgram({ bundle, fresh: false })
      yield* namespace.idle
      isHeld = true
      yield* Effect.forkChild(namespace.kv.set("k", 1))
      yield* Deferred.await(writing)
      const idle = yield* Effect.forkChild(namespace.idle)
      yield* Effect.yieldNow
      yield* Effect.forkChild(namespace.resume(task.id, null))
      for (let turn = 0; turn < 100; turn++) yield* Effect.yieldNow
      yield* Deferred.succeed(written, undefined)
      yield* Fiber.join(idle)
      assert.deepStrictEqual(texts(), ["late"])
      assert.deepStrictEqual(yield* shownByNext(memory.entries()), [])
    }).pipe(Effect.scoped)
  )
})

/** What a process shows that finds these entries. */
const shownByNext = (entries: ReadonlyArray<readonly [string, string]>) =>
  Effect.gen(function* () {
    const { namespace, texts } = yield* open(makeMemory({ entries }))
    yield* namespace.recover
    yield* namespace.idle
    return texts()
  }).pipe(Effect.scoped)
