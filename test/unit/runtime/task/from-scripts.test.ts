import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"
import { run } from "../../../support/run-task.ts"

const sleeper = `
(defn sleeper () (defer (core/task/sleep 100) (core/kv/incr cleaned)) (core/task/sleep 9000000))
(defn plain () (core/task/pause))
`

const lines = (text: string) =>
  Effect.map(run(sleeper + text), ({ inspection, lines }) => {
    assert.isUndefined(inspection.error, inspection.error?.message)
    return lines
  })

describe("cancel in a script", () => {
  it.effect("ends a task after what it has deferred has run, and says whether it had ended", () =>
    Effect.gen(function* () {
      const text = `
        (def t (core/task/spawn sleeper))
        (core/task/sleep 1000)
        (log (core/task/cancel t) (core/task/state t) (core/task/cancel t))
        (log (core/task/join t) (core/kv/get cleaned) (core/task/cancel t))
        (def p (core/task/spawn plain))
        (log (core/task/cancel p) (core/task/state p) (core/task/cancel p))`
      assert.deepStrictEqual(yield* lines(text), [
        "true running true",
        '@"task sleeper-2 was cancelled" 1 false',
        "true cancelled false"
      ])
    })
  )

  it.effect("ends the task itself where it stands: what is deferred runs, nothing else does", () =>
    Effect.gen(function* () {
      const { lines, inspection, namespace } = yield* run(`
        (defn f ()
          (defer (core/task/sleep 100) (log "cleans up"))
          (recover [(core/kv/set before true) (core/task/cancel (core/task/self)) (log "not here")] (log "nor here")))
        (f)
        (log "nor here")`)
      assert.deepStrictEqual([inspection.task.state, ...lines], ["cancelled", "cleans up"])
      assert.isTrue(yield* namespace.kv.get("before"))
    })
  )

  it.effect("of a parent or a sibling ends it, and the task goes on", () =>
    Effect.gen(function* () {
      const text = `
        (defn child (parent) (log "cancels" (core/task/cancel parent)) (core/task/sleep 10) (log "goes on"))
        (defn parent () (core/task/spawn child (core/task/self)) (core/task/pause))
        (def p (core/task/spawn parent))
        (log (core/task/join p))`
      assert.sameMembers(yield* lines(text), ['@"task parent-2 was cancelled"', "cancels true", "goes on"])
    })
  )

  it.effect("of a task that is not there is a fault", () =>
    Effect.gen(function* () {
      const text = `
        (def t (core/expr/eval "'#(task \\"none-1\\")"))
        (log (recover (core/task/cancel (cast :task (core/kv/get t t))) (map/get $fault "code")))`
      assert.include(["SXS6209", "SXS6305"], (yield* lines(text))[0])
    })
  )
})

describe("atomic", () => {
  it.effect("takes back what was done with tasks, all of it, on a fault", () =>
    Effect.gen(function* () {
      const text = `
        (def waiting (core/task/spawn plain))
        (def sleeping (core/task/spawn sleeper))
        (defn quick () (core/kv/incr ran))
        (core/task/sleep 1000)
        (defn changes (waiting sleeping ends)
          (core/task/spawn quick)
          (core/task/spawn-as "x" quick)
          (log "inside" (core/task/resume waiting 1) (core/task/cancel sleeping) (core/task/state waiting))
          (if ends none (fault "taken back")))
        (log (recover (atomic (changes waiting sleeping false)) $exception))
        (core/task/sleep 1000)
        (log (core/task/state waiting) (core/task/state sleeping) (core/kv/get ran 0) (core/task/list))
        (atomic (changes waiting sleeping true))
        (core/task/sleep 1000)
        (log (core/task/state waiting) (core/task/state sleeping) (core/kv/get ran) (core/kv/get cleaned))
        (log (core/task/list))`
      const ids = (...names: ReadonlyArray<string>) => `(${names.map((name) => `#(task "${name}")`).join(" ")})`
      assert.deepStrictEqual(yield* lines(text), [
        "taken back",
        `paused waiting 0 ${ids("plain-2", "sleeper-3", "test-1")}`,
        "inside true true running",
        "done cancelled 2 1",
        ids("@x", "plain-2", "quick-4", "sleeper-3", "test-1")
      ])
    })
  )

  it.effect("is taken back when the task cancels itself in it", () =>
    Effect.gen(function* () {
      const { inspection, namespace } = yield* run(`
        (defer (core/kv/set left (core/kv/exists inside)))
        (atomic (core/kv/set inside true) (core/task/cancel (core/task/self)))`)
      assert.strictEqual(inspection.task.state, "cancelled")
      assert.isFalse(yield* namespace.kv.get("left"))
    })
  )
})

describe("inspect", () => {
  it.effect("tells where a task stands, with its frames and their locals", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`(defn inner (n) (def twice (* 2 n)) (core/task/sleep 5000) twice)
(defn outer (name) (str name (inner 4)))
(def t (core/task/spawn outer "x"))
(core/task/sleep 1000)
(def seen (insist (core/task/inspect t)))
(log (list/map (fn (key) (map/get seen key "")) '("state" "function" "place" "depth" "parent" "waits-for" "result")))
(log (list/map (fn (frame) (list (map/get frame "function") (map/get frame "place") (map/get frame "args"))) (map/get seen "frames" '())))
(log (map/get (list/at! 0 (map/get seen "frames" '())) "locals"))
(core/task/join t)
(log (map/get (insist (core/task/inspect t)) "state") (map/get (insist (core/task/inspect t)) "result") (map/get (insist (core/task/inspect t)) "frames"))`)
      const known = lines.map((line) => line.replace(/T[\d:.]+Z/, ""))
      assert.deepStrictEqual(known, [
        '("waiting" "outer" "test.sxs:1:37" 2 #(task "test-1") "until 1970-01-01" "")',
        '(("inner" "test.sxs:1:37" (map)) ("outer" "test.sxs:2:30" (map "name" "x")))',
        '(map "twice" 8)',
        "done x8 ()"
      ])
    })
  )

  it.effect("tells of a fault, of a program, of children and of itself", () =>
    Effect.gen(function* () {
      const text = `
        (defn breaks () (fault "no" 7))
        (defn waits () (core/task/all (list plain)))
        (def t (core/task/spawn breaks))
        (def w (core/task/spawn waits))
        (core/task/join t)
        (core/task/sleep 1000)
        (def broken (insist (map/get (insist (core/task/inspect t)) "error")))
        (log (map/get broken "message") (map/get broken "data") (map/get broken "line"))
        (def own (insist (core/task/inspect (core/task/self))))
        (log (map/get own "state") (map/get own "program") (map/get own "parent" "none"))
        (log (map/get (insist (core/task/inspect w)) "children") (map/get (insist (core/task/inspect w)) "waits-for"))`
      assert.deepStrictEqual(yield* lines(text), [
        "no 7 5",
        "running test none",
        '(#(task "plain-4")) 1 of its 1 children to end'
      ])
    })
  )

  it.effect("is bounded by the number of frames", () =>
    Effect.gen(function* () {
      const text = `
        (defn deep (n) (if (= n 0) (core/task/pause) (+ 1 (deep (- n 1)))))
        (def t (core/task/spawn deep 5000))
        (core/task/sleep 1000)
        (def seen (insist (core/task/inspect t)))
        (log (map/get seen "depth") (list/len (map/get seen "frames" '())))`
      assert.deepStrictEqual(yield* lines(text), ["5001 100"])
    })
  )

  it.effect("shows that two tasks wait for each other, and so for ever", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const bundle = compiled(`
        (defn joins () (core/task/join (core/task/pause)))
        (def a (core/task/spawn joins))
        (def b (core/task/spawn joins))
        (def c (core/task/spawn joins))
        (defn parent () (core/task/all (list (fn () (core/task/join (core/task/pause))))))
        (def p (core/task/spawn parent))
        (core/task/sleep 1000)
        (core/task/resume a b) (core/task/resume b c) (core/task/resume c a)
        (for (t (core/task/list "paused")) (core/task/resume t p))
        (core/task/join a)`)
      yield* namespace.startProgram({ bundle, fresh: false })
      yield* untilIdle(namespace)
      const waits = (yield* namespace.tasks({ limit: 10 })).map(({ id, waitsFor }) => `${id}: ${waitsFor}`)
      assert.deepStrictEqual(waits, [
        "joins-2: joins-3 to end, which waits for this one",
        "joins-3: joins-4 to end, which waits for this one",
        "joins-4: joins-2 to end, which waits for this one",
        "parent-5: 1 of its 1 children to end",
        "parent-fn-6: parent-5 to end, which waits for this one",
        "test-1: joins-2 to end"
      ])
      yield* namespace.cancel("joins-4")
      yield* namespace.cancel("parent-5")
      yield* untilIdle(namespace)
      const states = (yield* namespace.tasks({ limit: 10 })).map(({ state }) => state)
      assert.deepStrictEqual(states, ["done", "done", "cancelled", "cancelled", "cancelled", "done"])
    })
  )
})

describe("list", () => {
  it.effect("yields the tasks in the order of their ids, by their state, in parts", () =>
    Effect.gen(function* () {
      const text = `
        (for (i 0 3) (core/task/spawn plain))
        (core/task/sleep 1000)
        (log (core/task/list))
        (log (core/task/list "running") (core/task/list "paused" 2) (core/task/list none 0) (core/task/list "done"))
        (def first (core/task/list "paused" 2))
        (log (core/task/list "paused" 2 (list/at! 1 first)))
        (log (list/map (fn (t) (core/task/cancel t)) (core/task/list "paused")) (list/len (core/task/list "cancelled")))`
      const ids = (...names: ReadonlyArray<string>) => `(${names.map((name) => `#(task "${name}")`).join(" ")})`
      assert.deepStrictEqual(yield* lines(text), [
        ids("plain-2", "plain-3", "plain-4", "test-1"),
        `${ids("test-1")} ${ids("plain-2", "plain-3")} () ()`,
        ids("plain-4"),
        "(true true true) 3"
      ])
    })
  )

  it.effect("refuses what is no state, no limit and no task", () =>
    Effect.gen(function* () {
      const text = `
        (defn code (state limit after) (recover (core/task/list state limit after) (map/get $fault "code")))
        (log (code "sleeping" none none) (code none -1 none) (code none 1000000 none) (code none none "test-1"))`
      assert.deepStrictEqual(yield* lines(text), ["SXS6001 SXS6001 SXS6001 SXS6001"])
    })
  )
})
