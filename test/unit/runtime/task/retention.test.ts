import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { Namespace } from "../../../../runtime/index.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle, withTime } from "../../../support/namespace.ts"
import { slowScans } from "../../../support/slow-scans.ts"

const start = (namespace: Namespace, text: string) =>
  Effect.gen(function* () {
    const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: true })
    yield* untilIdle(namespace)
    return task.id
  })

const ids = (namespace: Namespace) => Effect.map(namespace.tasks({ limit: 1000 }), (tasks) => tasks.map(({ id }) => id))

/** Lets what is due happen. */
const settle = (namespace: Namespace) =>
  Effect.gen(function* () {
    for (let turn = 0; turn < 2000; turn++) yield* Effect.yieldNow
    yield* namespace.durable
  })

const day = 24 * 60 * 60 * 1000

/** Everything that the store holds of the task. */
const leftOf = (memory: ReturnType<typeof makeMemory>, task: string) =>
  memory.entries().filter(([key]) => key.includes(`/${task}/`) || key.endsWith(`/${task}`))

const chatty =
  '(log "one") (log "two") (def big (core/str/repeat "x" 5000)) (core/task/checkpoint) (log (core/str/len big))'

describe("ended tasks", () => {
  it.effect("are removed with all that they have left when their time is over", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace } = yield* open(memory)
      const done = yield* start(namespace, chatty)
      const failed = yield* start(
        namespace,
        '(def big (core/str/repeat "x" 5000)) (core/task/checkpoint) (log big) (fault "no")'
      )
      assert.isAbove(leftOf(memory, failed).length, 2)
      yield* TestClock.adjust(6 * day)
      yield* settle(namespace)
      assert.deepStrictEqual(yield* ids(namespace), [done, failed])
      yield* TestClock.adjust(2 * day)
      yield* settle(namespace)
      assert.deepStrictEqual(yield* ids(namespace), [])
      assert.deepStrictEqual([...leftOf(memory, done), ...leftOf(memory, failed)], [])
    }).pipe(Effect.scoped)
  )

  it.effect("are removed at the next start when their time went by meanwhile", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* Effect.scoped(Effect.flatMap(open(memory), ({ namespace }) => start(namespace, chatty)))
      yield* TestClock.adjust(8 * day)
      const { namespace } = yield* open(memory)
      const again = yield* start(namespace, chatty)
      assert.deepStrictEqual(yield* ids(namespace), [again])
    }).pipe(Effect.scoped)
  )

  it.effect("are not looked for again while others end", () =>
    Effect.gen(function* () {
      const store = slowScans()
      const { namespace, texts } = yield* open(store, { segmentsPerTurn: 1 })
      const text = '(defn work (n) n) (for (i 0 300) [(core/task/spawn work i) (core/task/flush)]) (log "over")'
      yield* namespace.startProgram({ bundle: compiled(text), fresh: true })
      while (texts().length === 0) yield* Effect.promise(() => new Promise<void>((done) => setImmediate(done)))
      yield* namespace.stop
      const { to } = new Keys("1").endedRange
      assert.isBelow(store.scans.filter((range) => range.to === to).length, 6)
    }).pipe(Effect.scoped)
  )

  it.effect("that are too many go from the oldest on, when they have ended an hour ago", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace } = yield* open(memory, { retention: { tasks: 10 } })
      const many = "(defn work (n) n) (for (i 0 30) (core/task/spawn work i))"
      yield* start(namespace, many)
      yield* TestClock.adjust(59 * 60 * 1000)
      yield* settle(namespace)
      assert.lengthOf(yield* ids(namespace), 31)
      yield* TestClock.adjust(2 * 60 * 1000)
      yield* settle(namespace)
      assert.lengthOf(yield* ids(namespace), 10)
    }).pipe(Effect.scoped)
  )

  it.effect("that were given an id stay: the same id is the same task for ever", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace } = yield* open(memory, { retention: { tasks: 0 } })
      const text = '(defn once () (core/kv/incr "times")) (core/task/join (core/task/spawn-as "order 7" once))'
      yield* start(namespace, text)
      yield* TestClock.adjust(30 * day)
      yield* settle(namespace)
      assert.lengthOf(yield* ids(namespace), 1)
      yield* start(namespace, text)
      assert.strictEqual(yield* namespace.kv.get("times"), 1)
    }).pipe(Effect.scoped)
  )

  it.effect("stay while the form that they belong to waits for others", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace, texts } = yield* open(memory, { retention: { ageMs: 1000, tasks: 0 } })
      const slow = `(defn quick () 1) (defn slow () (core/task/sleep ${5 * day}) 2)
(log (core/task/all (list quick slow)))`
      const { task } = yield* namespace.startProgram({ bundle: compiled(slow), fresh: true })
      for (let turn = 0; turn < 6 * 24; turn++) {
        yield* TestClock.adjust("1 hour")
        yield* settle(namespace)
      }
      assert.deepStrictEqual(texts(), ["(1 2)"])
      yield* Effect.flip(namespace.inspect(task.id))
      assert.deepStrictEqual(yield* ids(namespace), [])
    }).pipe(Effect.scoped)
  )

  it.effect("that are gone are no fault for who joins them, and a clear answer for who asks", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace, texts } = yield* open(memory, { retention: { ageMs: 1000 } })
      yield* start(
        namespace,
        `(defn work () 1) (def t (core/task/spawn work)) (core/task/sleep ${day})
(def got (core/task/join t)) (log got) (log (core/task/resume t)) (log (core/task/state t))`
      ).pipe(Effect.forkChild)
      for (let turn = 0; turn < 30; turn++) {
        yield* TestClock.adjust("1 hour")
        yield* settle(namespace)
      }
      assert.deepStrictEqual(texts().slice(-3), [
        '@"task work-2 has ended and was removed"',
        "false",
        '@"task work-2 has ended and was removed"'
      ])
      const gone = yield* Effect.flip(namespace.findTask("work-2"))
      assert.include(gone, { _tag: "TaskNotFound", wasRemoved: true })
      const never = yield* Effect.flip(namespace.findTask("work-99"))
      assert.include(never, { _tag: "TaskNotFound", wasRemoved: false })
    }).pipe(Effect.scoped)
  )

  it.effect("that cannot be read stay, and stop nothing", () =>
    Effect.gen(function* () {
      const filled = makeMemory()
      const [failed, done] = yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(filled)
          return [yield* start(namespace, '(core/task/checkpoint) (fault "no")'), yield* start(namespace, "(log 1)")]
        })
      )
      yield* TestClock.adjust(8 * day)
      const entries = filled
        .entries()
        .map(([key, record]) => [key, key.includes(`f/${failed}/`) ? `${record.slice(0, -1)}!` : record] as const)
      const { namespace } = yield* open(makeMemory({ entries }))
      yield* namespace.recover
      yield* settle(namespace)
      yield* Effect.flip(namespace.findTask(done!))
      assert.strictEqual(yield* namespace.findTask(failed!), failed)
      yield* namespace.idle
    }).pipe(Effect.scoped)
  )

  it.effect("are counted when they are too many and have just ended, and removed an hour later", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          for (let index = 0; index < 5; index++) yield* start(namespace, "(log 1)")
        })
      )
      const clean = Effect.scoped(
        Effect.flatMap(open(memory, { retention: { tasks: 2 } }), ({ namespace }) => namespace.clean)
      )
      assert.deepInclude(yield* clean, { tasks: 0, young: 3 })
      yield* TestClock.adjust(60 * 60 * 1000)
      assert.deepInclude(yield* clean, { tasks: 3, young: 0 })
    })
  )

  it.effect("are found again after a crash in the middle of their removal", () =>
    Effect.gen(function* () {
      const filled = makeMemory()
      const lines = yield* Effect.scoped(
        Effect.flatMap(open(filled), ({ namespace }) => start(namespace, "(for (i 0 2500) (log i))"))
      )
      yield* TestClock.adjust(8 * day)
      const states: Array<ReturnType<typeof filled.entries>> = []
      const memory = makeMemory({ entries: filled.entries(), onCommit: () => states.push(memory.entries()) })
      yield* Effect.scoped(Effect.flatMap(open(memory), ({ namespace }) => namespace.clean))
      assert.deepStrictEqual(leftOf(memory, lines), [])
      assert.isAtLeast(states.length, 2)
      for (const entries of states) {
        const after = makeMemory({ entries })
        yield* Effect.scoped(Effect.flatMap(open(after), ({ namespace }) => namespace.clean))
        assert.deepStrictEqual(leftOf(after, lines), [])
      }
    })
  )
})

describe("bundles", () => {
  const isBundle = ([key]: readonly [string, string]) => /\/[bm]\//.test(key)

  it.effect("stay while a frame, a task or a function in some value needs them, and go then", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const clean = Effect.scoped(Effect.flatMap(open(memory), ({ namespace }) => namespace.clean))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* start(namespace, '(core/kv/set "f" (fn (x) (+ x 1)))')
          yield* start(namespace, "(core/task/pause)")
          yield* start(namespace, "(log 1)")
        })
      )
      assert.deepStrictEqual(yield* clean, { tasks: 0, young: 0, bundles: 0 })
      yield* TestClock.adjust(8 * day)
      assert.deepStrictEqual(yield* clean, { tasks: 2, young: 0, bundles: 1 })
      yield* Effect.scoped(Effect.flatMap(open(memory), ({ namespace }) => namespace.kv.del("f")))
      assert.deepStrictEqual(yield* clean, { tasks: 0, young: 0, bundles: 1 })
      assert.lengthOf(memory.entries().filter(isBundle), 2)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          const [paused] = yield* namespace.tasks({ limit: 1, state: "paused" })
          yield* namespace.resume(paused!.id, null)
          yield* withTime(namespace.idle)
        })
      )
      yield* TestClock.adjust(8 * day)
      assert.deepStrictEqual(yield* clean, { tasks: 1, young: 0, bundles: 1 })
      assert.deepStrictEqual(memory.entries().filter(isBundle), [])
    })
  )

  it.effect("all stay while a record cannot be read, as that may need any of them", () =>
    Effect.gen(function* () {
      const filled = makeMemory()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(filled)
          yield* start(namespace, '(core/kv/set "f" (fn (x) (+ x 1)))')
        })
      )
      yield* TestClock.adjust(8 * day)
      const entries = filled
        .entries()
        .map(([key, record]) => [key, key.endsWith("u/f") ? `${record.slice(0, -1)}!` : record] as const)
      const memory = makeMemory({ entries })
      const { namespace } = yield* open(memory)
      const failure = yield* Effect.flip(namespace.clean)
      assert.deepInclude(failure, { _tag: "StoreUnavailable", reason: "damaged" })
      assert.lengthOf(memory.entries().filter(isBundle), 2)
    }).pipe(Effect.scoped)
  )
})
