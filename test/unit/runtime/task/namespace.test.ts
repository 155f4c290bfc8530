import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import {
  ErrorValue,
  Fault,
  type Library,
  type LibraryFunction,
  limits,
  type Namespace,
  StoreUnavailable,
  TaskRef
} from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, library, open, untilIdle, withTime } from "../../../support/namespace.ts"

/** Runs the program until nothing can run any more. */
const run = (text: string, memory = makeMemory()) =>
  Effect.gen(function* () {
    const { namespace, texts } = yield* open(memory)
    const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
    yield* untilIdle(namespace)
    return { namespace, task: task.id, lines: texts(), inspection: yield* namespace.inspect(task.id) }
  })

/** Starts the program and lets time go on until one of its tasks is in that state. */
const runUntil = (namespace: Namespace, text: string, state: "paused" | "waiting") =>
  Effect.gen(function* () {
    const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
    yield* withTime(
      Effect.gen(function* () {
        for (let turn = 0; (yield* namespace.inspect(task.id)).task.state !== state; turn++) {
          assert.isBelow(turn, 10_000, `it is never ${state}`)
          yield* Effect.yieldNow
        }
      })
    )
    return task.id
  })

const message = (value: unknown): unknown => (value instanceof ErrorValue ? value.content : value)

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
      assert.strictEqual(yield* namespace.countTasks({ upTo: 2 }), 2)
    })
  )
})

describe("faults", () => {
  it.effect("end the task, keep what it wrote before, and say where, through saved calls too", () =>
    Effect.gen(function* () {
      const { namespace, inspection } = yield* run(`
(defn inner (n :int) :any [
  (core/task/sleep 100)
  (core/kv/set before true)
  (list/at! n (list 1))])
(defn outer (n :int) :any [
  (def r (inner n))
  r])
(log (outer 3))`)
      assert.strictEqual(inspection.task.state, "failed")
      assert.strictEqual(yield* namespace.kv.get("before"), true)
      const places = inspection.error!.trace.map((place) => `${place.function}:${place.line}`)
      assert.deepStrictEqual(places, ["inner:5", "outer:7", "main:9"])
      assert.deepStrictEqual(
        inspection.frames.map((frame) => frame.function),
        ["inner", "outer", "main"]
      )
    })
  )

  it.effect("come from calls that never end", () =>
    Effect.gen(function* () {
      const { inspection } = yield* run(`
        (defn deep (n :int) :int [(+ 1 (deep (+ n 1)))])
        (log (deep 0))`)
      assert.strictEqual(inspection.task.state, "failed")
      assert.include(["SXS6206", "SXS6005"], inspection.error!.code)
    })
  )

  it.effect("that are no faults of the program's logic keep nothing of their segment", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const broken: LibraryFunction = () => {
        throw new TypeError("ours")
      }
      const contextual: Library["contextual"] = (segment) =>
        new Map([...library.contextual(segment), ["core/kv/exists", broken]])
      const { namespace, texts } = yield* open(memory, { library: { ...library, contextual } })
      const text = `
        (defn work () :int [1])
        (log "first") (core/kv/set kept 1) (core/task/checkpoint)
        (log "second") (core/kv/set lost 1) (core/task/spawn work) (core/kv/exists a)`
      const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
      yield* untilIdle(namespace)
      const { error } = yield* namespace.inspect(task.id)
      assert.deepStrictEqual([error!.code, texts()], ["SXS6999", ["first"]])
      assert.strictEqual(yield* namespace.kv.get("kept"), 1)
      assert.strictEqual(message(yield* namespace.kv.get("lost")), "key not found")
      assert.strictEqual(yield* namespace.countTasks({ upTo: 10 }), 1)
    })
  )

  it.effect("with data that cannot be stored are recorded without it", () =>
    Effect.gen(function* () {
      const huge: LibraryFunction = () => {
        throw new Fault("SXS6001", "m".repeat(10_000), "x".repeat(5 * 1024 * 1024))
      }
      const contextual: Library["contextual"] = (segment) =>
        new Map([...library.contextual(segment), ["core/kv/exists", huge]])
      const { namespace } = yield* open(makeMemory(), { library: { ...library, contextual } })
      const { task } = yield* namespace.startProgram({ bundle: compiled(`(core/kv/exists a)`), fresh: false })
      yield* untilIdle(namespace)
      const { error } = yield* namespace.inspect(task.id)
      assert.deepStrictEqual([error!.data, error!.message.length], [null, 4097])
    })
  )

  it.effect("of one task do not touch the others", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn broken () :any [(core/kv/set (str/repeat "k" 2000) 1)])
        (core/task/spawn broken)
        (core/task/sleep 1000)
        (log "fine")`)
      assert.deepStrictEqual(lines, ["fine"])
    })
  )

  it.effect("come from a task that joins itself, and from wrong arguments, in the user's words", () =>
    Effect.gen(function* () {
      const self = yield* run(`(core/task/join (core/task/self))`)
      assert.strictEqual(self.inspection.error!.code, "SXS6207")
    })
  )
})

describe("core/kv", () => {
  it.effect("keeps its rules", () =>
    Effect.gen(function* () {
      const { lines, inspection } = yield* run(`
        (log (core/kv/set a 1) (core/kv/get a) (core/kv/exists a) (core/kv/exists b))
        (log (core/kv/get b) (core/kv/get b 5) (core/kv/snx a 2) (core/kv/snx b none))
        (log (core/kv/get b) (core/kv/cas a 1 10) (core/kv/cas a 1 11) (core/kv/cas c none 1))
        (log (core/kv/incr n) (core/kv/incr n 9007199254740991) (core/kv/del a) (core/kv/exists a))
        (log (core/kv/set "fn:x:state" 1))`)
      assert.deepStrictEqual(
        lines,
        [
          "true 1 true false",
          '@"key not found" 5 false true',
          "none true false false",
          "1 9007199254740992 true false",
          '@"only the runtime writes keys under `fn:`"'
        ],
        inspection.error?.message
      )
    })
  )

  it.effect("puts every key under the scope and never leaves it", () =>
    Effect.gen(function* () {
      const { lines, inspection, namespace } = yield* run(`
        (core/kv/set outside 1)
        (core/kv/scope tenant: {
          (core/kv/set a 1) (core/kv/set fn:x 2)
          (core/kv/iterate "" 0 none {(log $key $value)})
          (log (core/kv/exists outside) (core/kv/count "")) })
        (log (core/kv/count ""))`)
      assert.deepStrictEqual(lines.slice(0, 3), ["a 1", "fn:x 2", "false 2"], inspection.error?.message)
      assert.strictEqual(yield* namespace.kv.get("tenant:fn:x"), 2)
    })
  )

  it.effect("iterates from an offset up to a limit, counts and deletes by prefix", () =>
    Effect.gen(function* () {
      const { lines, inspection } = yield* run(`
        (for (i 0 5) (core/kv/set (str "k:" i) i))
        (core/kv/iterate k: 1 2 {(log $key $value)})
        (log (core/kv/count k:) (core/kv/del-prefix k:) (core/kv/count k:))`)
      assert.deepStrictEqual(lines, ["k:1 1", "k:2 2", "5 5 0"], inspection.error?.message)
    })
  )

  it.effect("shows tasks as keys", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const text = `
        (defn inner (n :int) :any [(def local (+ n 1)) (core/task/pause) local])
        (def outer 5)
        (log (inner 1) outer)`
      const task = yield* runUntil(namespace, text, "paused")
      const keys = new Map(yield* namespace.kv.list(`fn:${task}:`, 0, 100))
      const expected = {
        fn: "main",
        "local:outer": 5,
        state: "paused",
        "stack:1:fn": "inner",
        "stack:1:local:local": 2
      }
      for (const [key, value] of Object.entries(expected))
        assert.deepStrictEqual(keys.get(`fn:${task}:${key}`), value, key)
      assert.strictEqual(yield* namespace.kv.get(`fn:${task}:stack:1:fn`), "inner")
      assert.strictEqual((yield* namespace.kv.list("f", 0, 100)).length, keys.size)
    })
  )

  it.effect("misses keys of tasks that cannot be, as it misses those that are not", () =>
    Effect.gen(function* () {
      const { lines, inspection } = yield* run(`
        (log (core/kv/get "fn:a/b:state" "none such") (core/kv/get "fn::state" 1) (core/kv/exists "fn:a/b:state"))
        (log (core/kv/get (str "fn:" (str/repeat "k" 2000) ":state")) (core/kv/get "fn:state" 2))`)
      assert.deepStrictEqual(lines, ["none such 1 false", '@"key not found" 2'], inspection.error?.message)
    })
  )

  it.effect("lists from behind a key, page by page, each key once and in order", () =>
    Effect.gen(function* () {
      const { namespace } = yield* run(`
        (for (i 0 20) (core/kv/set (str "a:" i) i)) (for (i 0 20) (core/kv/set (str "z:" i) i))
        (defn waiter () :any [(core/task/pause)])
        (core/task/spawn waiter)`)
      for (const prefix of ["", "a:", "fn:", "z:1"]) {
        const all = yield* namespace.kv.list(prefix, 0, 1000)
        const paged: Array<(typeof all)[number]> = []
        for (let page = all.slice(0, 3); page.length > 0; ) {
          paged.push(...page)
          page = [...(yield* namespace.kv.list(prefix, 0, 3, page.at(-1)![0]))]
        }
        assert.deepStrictEqual(paged, all, prefix)
      }
      const keys = (yield* namespace.kv.list("z:", 1, 2, "z:18")).map(([key]) => key)
      assert.deepStrictEqual(keys, ["z:2", "z:3"])
      assert.deepStrictEqual(yield* namespace.kv.list("a:", 0, 9, "b"), [])
      assert.strictEqual((yield* namespace.kv.list("z:", 0, 99, "b")).length, 20)
    })
  )

  it.effect("refuses bad keys from outside with a fault, and yields error values as a script gets them", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      assert.instanceOf(yield* Effect.flip(namespace.kv.set("", 1)), Fault)
      assert.strictEqual(message(yield* namespace.kv.get("nothing")), "key not found")
      assert.strictEqual(yield* namespace.kv.set("k", new TaskRef("t-1")), true)
      assert.deepStrictEqual(yield* namespace.kv.get("k"), new TaskRef("t-1"))
    })
  )
})

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
