import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { limits } from "../../../../runtime/limits.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"

import { run, runUntil } from "../../../support/run-task.ts"

describe("tasks", () => {
  it.effect("yield their result to whoever joins them, before or after they end", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn double (n :int) :int [(core/task/sleep 100) (* 2 n)])
        (def t (core/task/spawn double 21))
        (log (core/task/join t))
        (log (core/task/join t) (core/task/state t))`)
      assert.deepStrictEqual(lines, ["42", "42 done"])
    })
  )

  it.effect("that fail give an error value to whoever joins them", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn broken (n :int) :any [(list/at! n (list 1))])
        (log (core/task/join (core/task/spawn broken 7)))`)
      assert.match(lines[0]!, /index 7/)
    })
  )

  it.effect("that thousands join wake them in commits of a bounded size", () =>
    Effect.gen(function* () {
      const sizes: Array<number> = []
      const memory = makeMemory({ onCommit: (written) => void sizes.push(written.length) })
      const { namespace } = yield* open(memory, { segmentsPerTurn: 1 })
      const count = 2 * limits.joinersPerCommit + 500
      const text = `
        (defn joins (t) (core/kv/incr woken (insist (core/task/join t))))
        (def slow (core/task/spawn (fn () (core/task/pause))))
        (for (i 0 ${count}) (core/task/spawn joins slow))`
      yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
      yield* untilIdle(namespace)
      sizes.length = 0
      const [slow] = yield* namespace.tasks({ state: "paused", limit: 1 })
      yield* namespace.resume(slow!.id, 1)
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("woken"), count)
      assert.isBelow(Math.max(...sizes), 4 * limits.joinersPerCommit)
    })
  )

  it.effect("that are left are found among those that have ended, of which so many are looked at", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const text = `
        (defn a () 1)
        (defn z () (core/task/pause))
        (for (i 0 1498) (core/task/spawn a))
        (core/task/spawn z)`
      yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
      yield* untilIdle(namespace)
      const left = (among: number) =>
        Effect.map(namespace.leftTasks({ among }), ({ isCut, tasks }) => [tasks.map(({ id }) => id), isCut])
      assert.deepStrictEqual(yield* left(500), [[], true])
      assert.deepStrictEqual(yield* left(1500), [["z-1500"], false])
      assert.deepStrictEqual(yield* left(2000), [["z-1500"], false])
      const [only] = yield* namespace.tasks({ left: true, limit: 2 })
      assert.deepStrictEqual([only?.id, only?.state], ["z-1500", "paused"])
      assert.strictEqual((yield* namespace.tasks({ limit: 2000 })).length, 1500)
    })
  )

  it.effect("join with a time limit, and again after it", () =>
    Effect.gen(function* () {
      const { lines, inspection } = yield* run(`
        (defn slow () :int [(core/task/sleep 60000) 5])
        (def t (core/task/spawn slow))
        (log (core/task/join t 1000))
        (log (core/task/join t 1000))
        (log (core/task/join t))`)
      assert.deepStrictEqual(lines, ['@"timeout"', '@"timeout"', "5"], inspection.error?.message)
    })
  )

  it.effect("sleep until their time and not a moment less, also across a restart", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const text = `(core/task/sleep 10000) (log "awake")`
      const due = yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* runUntil(namespace, text, "waiting")
          yield* namespace.stop
          const [task] = yield* namespace.tasks({ limit: 1 })
          return Date.parse(task!.waitsFor!.replace("until ", ""))
        })
      )
      const { namespace, texts } = yield* open(makeMemory({ entries: memory.entries() }))
      yield* namespace.recover
      yield* TestClock.setTime(due - 1)
      assert.deepStrictEqual(texts(), [])
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["awake"])
    })
  )

  it.effect("wake in the order of their times, whatever the order of their starts", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn nap (ms :int) :any [(core/task/sleep ms) (log ms)])
        (core/task/spawn nap 5000) (core/task/spawn nap 100) (core/task/spawn nap 3000)
        (core/task/sleep 2000) (core/task/spawn nap 200)`)
      assert.deepStrictEqual(lines, ["100", "200", "3000", "5000"])
    })
  )

  it.effect("that pause go on with the value that they are resumed with", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory())
      const task = yield* runUntil(namespace, `(log "got" (core/task/pause))`, "paused")
      assert.strictEqual((yield* namespace.inspect(task)).task.waitsFor, "resume")
      yield* namespace.resume(task, "go")
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["got go"])
      assert.strictEqual((yield* Effect.flip(namespace.resume(task, null)))._tag, "TaskEnded")
    })
  )

  it.effect("resume each other", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn waiter () :any [(log "got" (core/task/pause))])
        (def t (core/task/spawn waiter))
        (core/task/sleep 100)
        (log (core/task/state t) (core/task/resume t 7) (core/task/resume t 8))`)
      assert.sameMembers(lines, ["paused true false", "got 7"])
    })
  )

  it.effect("that never wait can be paused from outside, and go on where they were", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const text = `(def n 0) (while true (set n (+ n 1)) (core/kv/set n n))`
      const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
      const local = Effect.map(namespace.kv.get(`fn:${task.id}:local:n`), Number)
      while (!((yield* local) > 0)) yield* Effect.yieldNow
      assert.strictEqual((yield* namespace.pause(task.id)).state, "paused")
      const paused = yield* local
      yield* namespace.idle
      assert.strictEqual(yield* local, paused)
      yield* namespace.resume(task.id, null)
      while ((yield* local) === paused) yield* Effect.yieldNow
      yield* namespace.stop
    })
  )

  it.effect("paused while they sleep stay so past their time, and wake when they are resumed", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory())
      const task = yield* runUntil(namespace, `(core/task/sleep 60000) (log "awake")`, "waiting")
      yield* namespace.pause(task)
      yield* TestClock.adjust("1 hour")
      yield* namespace.idle
      assert.deepStrictEqual(texts(), [])
      yield* namespace.resume(task, null)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["awake"])
    })
  )

  it.effect("paused while they join keep what they were woken with until they are resumed", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory())
      const text = `
        (defn slow () :int [(core/task/sleep 600000) 5])
        (log (core/task/join (core/task/spawn slow)))`
      const task = yield* runUntil(namespace, text, "waiting")
      yield* namespace.pause(task)
      yield* untilIdle(namespace)
      assert.strictEqual((yield* namespace.inspect("slow-2")).task.state, "done")
      assert.deepStrictEqual([(yield* namespace.inspect(task)).task.state, texts()], ["paused", []])
      yield* namespace.resume(task, "not this")
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["5"])
    })
  )

  it.effect("released after later timers have fired wake at once", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory())
      const text = `
        (defn nap (ms :int) :any [(core/task/sleep ms) (log ms)])
        (core/task/spawn nap 500000)
        (core/task/sleep 100) (core/task/sleep 900000) (log "late")`
      yield* runUntil(namespace, text, "waiting")
      yield* namespace.pause("nap-2")
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["late"])
      yield* namespace.resume("nap-2", null)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["late", "500000"])
    })
  )

  it.effect("whose time limit and result come at the same moment get one of them, once", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn slow () :int [(core/task/sleep 1000) 5])
        (log (core/task/join (core/task/spawn slow) 1000))
        (log "end")`)
      assert.deepStrictEqual(lines, ["5", "end"])
    })
  )

  it.effect("that are cancelled leave no frames, and whoever joins them hears of it", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace, texts } = yield* open(memory)
      const text = `
        (defn sleeper () :any [(core/task/sleep 9000000)])
        (log (core/task/join (core/task/spawn sleeper)))`
      yield* runUntil(namespace, text, "waiting")
      yield* namespace.cancel("sleeper-2")
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ['@"task sleeper-2 was cancelled"'])
      assert.isFalse(memory.entries().some(([key]) => /^n1\/[fw]\//.test(key)))
    })
  )

  it.effect("see themselves running, at first and after a wait, and others as they are", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn waiter () :any [(core/task/pause)])
        (defn states () :any [
          (def self (core/task/self))
          (log (core/task/state self) (core/kv/get (str "fn:" self ":state")))])
        (def t (core/task/spawn waiter))
        (states) (core/task/sleep 100) (states)
        (log (core/task/state t) (core/kv/get (str "fn:" t ":state")))
        (core/task/join t 100) (states)`)
      assert.deepStrictEqual(lines, ["running running", "running running", "paused paused", "running running"])
    })
  )

  it.effect("keep a large local under a name that is too long for a key, also across a restart", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const [one, two] = ["1", "2"].map((end) => `${"name".repeat(300)}${end}`)
      const task = yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          return yield* runUntil(
            namespace,
            `(def ${one} (str/repeat "x" 2000)) (def ${two} (str/repeat "y" 3000))
             (core/task/pause) (log (list/len ${one}) (str/slice ${two} 0 3))`,
            "paused"
          )
        })
      )
      const { namespace, texts } = yield* open(makeMemory({ entries: memory.entries() }))
      const { frames } = yield* namespace.inspect(task)
      assert.sameMembers(
        frames[0]!.slots.map((slot) => slot.name),
        [one, two]
      )
      assert.strictEqual(yield* namespace.kv.get(`fn:${task}:local:${two}`), "y".repeat(3000))
      yield* namespace.resume(task, null)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["2000 yyy"])
    })
  )

  it.effect("log functions by their names, and closures by their places", () =>
    Effect.gen(function* () {
      const { lines, inspection } = yield* run(`
(defn double (n) (* 2 n))
(log double (list double (fn (x) x)))
(defn all (items) (for (item items) (log item)))
(all double)`)
      assert.deepStrictEqual(lines, ["#(fn double) (#(fn double) #(fn 3:26))"])
      assert.include(inspection.error?.message, "#(fn double)")
    })
  )

  it.effect("are found by id, prefix and number", () =>
    Effect.gen(function* () {
      const { namespace } = yield* run(`
        (defn work () :int [1])
        (core/task/spawn work) (core/task/spawn work)`)
      assert.strictEqual(yield* namespace.findTask("work-2"), "work-2")
      assert.strictEqual(yield* namespace.findTask("3"), "work-3")
      assert.strictEqual(yield* namespace.findTask("tes"), "test-1")
      assert.strictEqual((yield* Effect.flip(namespace.findTask("work")))._tag, "TaskAmbiguous")
      assert.strictEqual((yield* Effect.flip(namespace.findTask("a/b")))._tag, "TaskNotFound")
      assert.strictEqual((yield* Effect.flip(namespace.findTask("x".repeat(5000))))._tag, "TaskNotFound")
      assert.strictEqual(yield* namespace.countTasks({ upTo: 2 }), 2)
    })
  )

  it.effect("are found by an id as it was given, before it was encoded", () =>
    Effect.gen(function* () {
      const { namespace } = yield* run(`
        (defn work () :int [1])
        (for (id (list "Ask Ada" "a/b" "100%" "c" "c%20")) (core/task/spawn-as id work))`)
      const find = namespace.findTask
      for (const text of ["@Ask Ada", "@Ask A", "@Ask", "@Ask%20Ada", "Ask Ada"])
        assert.strictEqual(yield* find(text), "@Ask%20Ada", text)
      assert.strictEqual(yield* find("@a/b"), "@a%2Fb")
      assert.strictEqual(yield* find("@100%"), "@100%25")
      assert.strictEqual(yield* find("@c%20"), "@c%2520")
      for (const text of ["@Ask Bob", "Ask A", "@\ud800", "@é/".repeat(300)])
        assert.strictEqual((yield* Effect.flip(find(text)))._tag, "TaskNotFound", text)
    })
  )
})
