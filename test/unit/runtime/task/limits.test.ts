import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"
import { run, runUntil } from "../../../support/run-task.ts"

const codeOf = (body: string) =>
  Effect.map(run(`(log (recover ${body} (map/get $fault "code")))`), ({ lines }) => lines[0])

describe("a limit of fuel", () => {
  const endless = {
    "a loop": "(do [none])",
    "a loop in a loop": "(do [(for (i 0 5) none)])",
    "a loop that writes": "(do [(core/kv/incr n)])",
    "a loop that waits": "(do [(core/task/checkpoint)])",
    "a recover in a loop": "(do [(recover (do [none]) none)])",
    "a loop in a recover's handler": "(recover (/ 1 (- 1 1)) (do [none]))",
    "recursion through closures": "[(def f (fn (g) (g g))) (f f)]",
    "an atomic": "(atomic (do [none]))",
    "a recover in an atomic": "(atomic (do [(recover (do [none]) none)]))",
    "a limit inside": "(core/task/limit {fuel 1000000} (do [none]))",
    "evaluated text": '(core/expr/eval "(do [none])")'
  }
  for (const [name, body] of Object.entries(endless)) {
    it.effect(`ends ${name}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* codeOf(`(core/task/limit {fuel 20000} ${body})`), "SXS6222")
      })
    )
  }

  it.effect("cuts deferred work that does not end, and runs what else is deferred", () =>
    Effect.gen(function* () {
      const { inspection, lines } = yield* run(`
        (defn body () (defer (log "first")) (defer (do [none])) (defer (log "last")) (do [none]))
        (core/task/limit {fuel 20000} (body))`)
      assert.deepStrictEqual(lines, ["last", "first"])
      assert.include(inspection.error?.message, "has spent its fuel, 20000")
      assert.include(inspection.error?.message, "what the body has deferred has spent its fuel")
    })
  )

  it.effect("inside an atomic leaves the rest of its fuel to what comes behind", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn spin (n) (for (i 0 n) none) "spun")
        (log (atomic (recover (core/task/limit {fuel 5} (spin 100)) (log (map/get $fault "code"))) (spin 500000)))
        (defn cleaned () (defer (log (spin 1000))) (spin 100000))
        (log (recover (atomic (recover (core/task/limit {fuel 5} (cleaned)) "cut")) $exception))`)
      assert.deepStrictEqual(lines, ["SXS6222", "spun", "spun", "cut"])
    })
  )

  it.effect("counts what a body spends in many segments, and nothing of what comes behind", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (log (core/task/limit {fuel 60000} [(for (i 0 50000) none) "enough"]))
        (for (i 0 100000) none)
        (log (recover (core/task/limit {fuel 40000} [(for (i 0 50000) none) "enough"]) "too little"))
        (for (i 0 100000) none)
        (log "on")`)
      assert.deepStrictEqual(lines, ["enough", "too little", "on"])
    })
  )
})

describe("a deadline", () => {
  it.effect("is not swallowed inside when what is deferred needs more calls than there is room for", () =>
    Effect.gen(function* () {
      const { inspection, lines } = yield* run(`
        (defn deep (n) (if (= n 0) 0 (+ 1 (deep (- n 1)))))
        (defn body () (defer (atomic (deep 500000))) (recover (core/task/pause) (log $exception)) (core/task/pause))
        (core/task/limit {deadline 1000} (body))`)
      assert.deepStrictEqual([inspection.task.state, ...lines], ["failed"])
    })
  )

  it.effect("ends a loop that never waits, while others run", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn other () (for (i 0 5) (core/task/sleep 100)) "other")
        (def t (core/task/spawn other))
        (log (recover (core/task/limit {deadline 5000} (do [none])) (map/get $fault "code")))
        (log (core/task/join t))`)
      assert.deepStrictEqual(lines, ["SXS6221", "other"])
    })
  )

  it.effect("that has passed while the process was down is noticed at the next start", () =>
    Effect.gen(function* () {
      const text = `
        (log (recover (core/task/limit {deadline 60000} (core/task/pause)) (map/get $fault "code")))`
      const memory = makeMemory()
      yield* Effect.gen(function* () {
        const { namespace } = yield* open(memory)
        yield* runUntil(namespace, text, "paused")
        yield* namespace.stop
      }).pipe(Effect.scoped)
      yield* TestClock.adjust("1 hour")
      const { namespace, texts } = yield* open(makeMemory({ entries: memory.entries() }))
      yield* namespace.recover
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["SXS6221"])
    }).pipe(Effect.scoped)
  )

  it.effect("holds for a task that was paused from outside once it is resumed", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory())
      const text = `(log (recover (core/task/limit {deadline 60000} (core/task/sleep 30000)) (map/get $fault "code")))`
      const task = yield* runUntil(namespace, text, "waiting")
      yield* namespace.pause(task)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(texts(), [])
      yield* namespace.resume(task, null)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["SXS6221"])
    }).pipe(Effect.scoped)
  )

  it.effect("leaves no timer behind", () =>
    Effect.gen(function* () {
      const { namespace } = yield* run(`
        (core/task/limit {deadline 60000} (core/task/sleep 10))
        (core/task/spawn (fn () (core/task/limit {deadline 60000} (core/task/sleep 10))))`)
      assert.deepStrictEqual(yield* namespace.sleeping({ limit: 10 }), [])
    })
  )

  it.effect("does not outlive a cancellation", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory())
      const text = `
        (defn work () (defer (log "cleaned")) (core/task/sleep 3000000))
        (core/task/limit {deadline 6000000} (work))`
      const task = yield* runUntil(namespace, text, "waiting")
      yield* namespace.cancel(task)
      yield* untilIdle(namespace)
      assert.strictEqual((yield* namespace.inspect(task)).task.state, "cancelled")
      assert.deepStrictEqual(texts(), ["cleaned"])
    }).pipe(Effect.scoped)
  )
})

it.effect("limits in force are shown with what is left", () =>
  Effect.gen(function* () {
    const { namespace } = yield* open(makeMemory())
    const text = "(core/task/limit {deadline 60000} (core/task/limit {fuel 1000} (for (i 0 10) (core/task/pause))))"
    const task = yield* runUntil(namespace, text, "paused")
    const { limits, task: view } = yield* namespace.inspect(task)
    assert.strictEqual(limits.length, 2)
    assert.isAtLeast(limits[0]!.deadline!, view.startedAt + 60000)
    assert.isAtMost(limits[1]!.fuel!, 1000)
    assert.isAbove(limits[1]!.fuel!, 900)
  }).pipe(Effect.scoped)
)

it.effect("more limits inside each other than there may be are a fault", () =>
  Effect.gen(function* () {
    const { inspection } = yield* run("(defn in (n) (core/task/limit {fuel 1000000} (+ 1 (in (+ n 1))))) (in 0)")
    assert.strictEqual(inspection.error?.code, "SXS6206")
    assert.include(inspection.error?.message, "at most 100 limits")
  })
)

it.effect("what a task has done is kept in order, with places, and bounded", () =>
  Effect.gen(function* () {
    const { inspection, namespace } = yield* run(`
      (defn work (n) (core/task/sleep n) (/ 10 n))
      (def a (core/task/spawn work 5))
      (def b (core/task/spawn work 0))
      (core/task/join b)
      (for (i 0 100000) none)
      (core/task/all (list (fn () 1) (fn () 2)))
      (for (i 0 40) (core/task/sleep 60))`)
    assert.strictEqual(inspection.timeline.length, 32)
    const last = inspection.timeline.slice(-3)
    assert.deepStrictEqual(
      last.map(({ event }) => event),
      ["waited", "woke", "done"]
    )
    assert.strictEqual(last[0]?.place?.line, 8)
    const failed = yield* namespace.inspect(yield* namespace.findTask("3"))
    assert.deepStrictEqual(
      failed.timeline.map(({ detail, event, place }) => [event, detail?.slice(0, 12), place?.line]),
      [
        ["started", undefined, undefined],
        ["waited", "until 1970-0", 2],
        ["woke", "by the clock", undefined],
        ["faulted", "SXS6003", 2]
      ]
    )
  })
)

it.effect("tasks that it has spawned are counted, with the last one", () =>
  Effect.gen(function* () {
    const { inspection } = yield* run(`
      (defn work () 1)
      (core/task/spawn work)
      (core/task/sleep 5)
      (core/task/spawn work)
      (core/task/checkpoint)
      (for (i 0 2) (core/task/spawn work) (core/task/checkpoint))`)
    const spawned = inspection.timeline.flatMap(({ detail, event }) => (event === "spawned" ? [detail] : []))
    assert.deepStrictEqual(spawned, ["work-2", "3 tasks, last work-5"])
  })
)

it.effect("a task that just runs on adds nothing to what it has done", () =>
  Effect.gen(function* () {
    const { namespace } = yield* open(makeMemory(), { fuelPerSlice: 1 })
    const { task } = yield* namespace.startProgram({
      bundle: compiled("(for (i 0 50) (core/kv/incr n)) (core/task/pause)"),
      fresh: false
    })
    yield* untilIdle(namespace)
    const { timeline } = yield* namespace.inspect(task.id)
    assert.deepStrictEqual(
      timeline.map(({ event }) => event),
      ["started", "paused"]
    )
  }).pipe(Effect.scoped)
)
