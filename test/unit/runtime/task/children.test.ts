import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { limits, type Namespace } from "../../../../runtime/index.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { unseal } from "../../../../runtime/store/record.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"
import { run } from "../../../support/run-task.ts"
import { type Entries, goOnFrom, runToEnd } from "../../../support/run-to-end.ts"
import { checkTaskIndexes } from "../../../support/task-indexes.ts"

const work = `
(defn work (n) (core/task/sleep (* n 1000)) (core/kv/incr ended) (* n n))
(defn works (ns) (list/map (fn (n) (fn () (work n))) ns))
(defn breaks (n) (core/task/sleep (* n 1000)) (fault (str "broken " n) n))
(defn holds (n) (defer (core/task/sleep 5000) (core/kv/incr cleaned)) (core/kv/incr begun) (core/task/pause))
`

const lines = (text: string) =>
  Effect.map(run(work + text), ({ inspection, lines }) => [
    ...lines,
    ...(inspection.error === undefined ? [] : [`fault: ${inspection.error.message}`])
  ])

const states = (namespace: Namespace) =>
  Effect.map(namespace.tasks({ limit: 100 }), (tasks) =>
    tasks.map(({ id, state }) => `${id} ${state}`).sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  )

/** Runs the program until it can do nothing more by itself. */
const started = Effect.fnUntraced(function* (text: string, memory = makeMemory()) {
  const { namespace, texts } = yield* open(memory)
  const { task } = yield* namespace.startProgram({ bundle: compiled(work + text), fresh: false })
  yield* untilIdle(namespace)
  return { namespace, texts, main: task.id }
})

describe("all", () => {
  it.effect("yields the results in the order of the functions, whatever the order of their ends", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* lines(`(log (core/task/all (works '(3 1 2))))`), ["(9 1 4)"])
      assert.deepStrictEqual(yield* lines(`(log (core/task/all '()))`), ["()"])
    })
  )

  it.effect("takes an error value for a result like any other", () =>
    Effect.gen(function* () {
      const text = `(log (core/task/all (list (fn () @"none") (fn () 1))))`
      assert.deepStrictEqual(yield* lines(text), ['(@"none" 1)'])
    })
  )

  it.effect("goes on with the first fault of a child, after the others have ended with what they have deferred", () =>
    Effect.gen(function* () {
      const text = `
        (def fs (list (fn () (work 1)) (fn () (holds 1)) (fn () (breaks 2)) (fn () (breaks 3)) (fn () (work 90))))
        (log (recover (core/task/all fs) (str $exception " " (map/get $fault "data") " " (core/kv/get cleaned 0))))
        (log (core/kv/get ended) (list/map (fn (t) (core/task/state t)) (core/task/list)))`
      assert.deepStrictEqual(yield* lines(text), [
        "broken 2 2 1",
        "1 (done cancelled failed cancelled cancelled running)".replaceAll(/\w{4,}/g, (state) => `"${state}"`)
      ])
    })
  )

  it.effect("fails its task with the fault, whose trace begins in the child", () =>
    Effect.gen(function* () {
      const { inspection } = yield* run(`(defn breaks () (fault "no" 7))
(defn waits () (log (core/task/all (list breaks))))
(waits)`)
      assert.deepStrictEqual(
        [inspection.task.state, inspection.error?.message, inspection.error?.code, inspection.error?.data],
        ["failed", "no", "SXS6301", 7]
      )
      assert.deepStrictEqual(
        inspection.error?.trace.map((place) => `${place.function} ${place.line}`),
        ["breaks 1", "waits 2", "main 3"]
      )
    })
  )

  it.effect("is told once of a fault, in the task that it goes on in", () =>
    Effect.gen(function* () {
      const failures: Array<string> = []
      const { namespace } = yield* open(makeMemory(), { onFailed: ({ id }) => void failures.push(id) })
      yield* namespace.startProgram({
        bundle: compiled(`(core/task/all (list (fn () (fault "x"))))`),
        fresh: false
      })
      yield* untilIdle(namespace)
      assert.deepStrictEqual(failures, ["test-1"])
    })
  )

  it.effect("runs a thousand children, and counts each in the commit of its end", () =>
    Effect.gen(function* () {
      const text = `
        (defn add (n) (core/kv/incr sum n) n)
        (log (list/sum (core/task/all (list/map (fn (n) (fn () (add n))) (list/range 0 1000)))) (core/kv/get sum))`
      assert.deepStrictEqual(yield* lines(text), ["499500 499500"])
    })
  )

  it.effect("writes as much for each child, however many there are", () =>
    Effect.gen(function* () {
      const writesFor = Effect.fnUntraced(function* (count: number) {
        let writes = 0
        const memory = makeMemory({
          onCommit: (written) => {
            writes += written.length
          }
        })
        const { namespace } = yield* open(memory, { segmentsPerTurn: 1 })
        const text = `(core/task/all (list/map (fn (n) (fn () n)) (list/range 0 ${count})))`
        yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
        yield* untilIdle(namespace)
        return writes
      })
      const [hundred, thousand] = [yield* writesFor(100), yield* writesFor(1000)]
      assert.isBelow(thousand, 10.5 * hundred)
      assert.isBelow(thousand, 10 * 1000)
    })
  )

  it.effect("cancels thousands of children, some in each commit", () =>
    Effect.gen(function* () {
      const count = 2 * limits.childrenPerCommit + 500
      const text = `
        (def fs (list/map (fn (n) (fn () (core/task/pause))) (list/range 0 ${count})))
        (log (recover (core/task/all (list/append fs (fn () (breaks 1)))) $exception))
        (log (list/len (core/task/list "cancelled")))`
      assert.deepStrictEqual(yield* lines(text), ["broken 1", String(count)])
    })
  )

  it.effect("refuses more than there may be, and what is no function, and then nothing is started", () =>
    Effect.gen(function* () {
      const text = `
        (defn f (a) a)
        (defn any-of (x) x)
        (def many (list/map (fn (n) (fn () n)) (list/range 0 ${limits.childrenMax + 1})))
        (for (fs (list many (list (fn () 1) (any-of f)) (list (fn () 1) (any-of 7)) (any-of 7)))
          (log (recover (core/task/all (any-of fs)) (map/get $fault "code"))))
        (log (core/task/list))`
      assert.deepStrictEqual(yield* lines(text), ["SXS6216", "SXS6201", "SXS6001", "SXS6001", '(#(task "test-1"))'])
    })
  )

  it.effect("faults where the results have no room in one value", () =>
    Effect.gen(function* () {
      const text = `
        (defn large () (str/repeat "x" 1000000))
        (log (recover (core/task/all (list large large large large large)) (map/get $fault "code")))`
      assert.deepStrictEqual(yield* lines(text), ["SXS6004"])
    })
  )
})

describe("race", () => {
  it.effect("yields the result of the first that ends, and cancels the others", () =>
    Effect.gen(function* () {
      const text = `
        (log (core/task/race (list (fn () (work 90)) (fn () (holds 1)) (fn () (work 1)))))
        (log (core/kv/get ended) (core/kv/get cleaned))`
      assert.deepStrictEqual(yield* lines(text), ["1", "1 1"])
    })
  )

  it.effect("goes on with the fault of the first that ends", () =>
    Effect.gen(function* () {
      const text = `(core/task/race (list (fn () (work 90)) (fn () (breaks 1))))`
      assert.deepStrictEqual(yield* lines(text), ["fault: broken 1"])
    })
  )

  it.effect("of nothing is a fault, as nothing would end", () =>
    Effect.gen(function* () {
      assert.match((yield* lines("(core/task/race '())"))[0]!, /at least one function/)
    })
  )
})

describe("any", () => {
  it.effect("yields the result of the first that ends without a fault", () =>
    Effect.gen(function* () {
      const text = `
        (log (core/task/any (list (fn () (breaks 1)) (fn () (work 2)) (fn () (work 90)) (fn () (holds 1)))))
        (log (core/kv/get ended) (core/kv/get cleaned))`
      assert.deepStrictEqual(yield* lines(text), ["4", "1 1"])
    })
  )

  it.effect("is a fault that says how many have faulted", () =>
    Effect.gen(function* () {
      const text = `
        (log (recover (core/task/any (list (fn () (breaks 1)) (fn () (breaks 2)))) $exception))
        (log (recover (core/task/any (list (fn () (breaks 1)))) $exception))
        (log (recover (core/task/any '()) (map/get $fault "code")))`
      assert.deepStrictEqual(yield* lines(text), [
        "core/task/any: each of the 2 tasks has faulted or was cancelled",
        "core/task/any: the only task has faulted or was cancelled",
        "SXS6215"
      ])
    })
  )
})

describe("a form", () => {
  it.effect("stands in forms, in loops, in regions and in scopes of keys", () =>
    Effect.gen(function* () {
      const text = `
        (defn tree (n) (if (= n 0) 1 (list/sum (core/task/all (list (fn () (tree (- n 1))) (fn () (tree (- n 1))))))))
        (log (tree 4))
        (defn careful (n)
          (defer (core/kv/set (str "after:" n) (core/task/race (works (list 1 90)))))
          (recover (core/task/all (list (fn () (breaks n)))) (str "caught " $exception)))
        (for (i 0 3) (log (careful i)))
        (core/kv/scope "s:" { (core/task/all (list (fn () (core/kv/set k 1)))) })
        (log (core/kv/get s:k) (core/kv/count "after:"))`
      assert.deepStrictEqual(yield* lines(text), ["16", "caught broken 0", "caught broken 1", "caught broken 2", "1 3"])
    })
  )

  it.effect("cannot wait inside an atomic", () =>
    Effect.gen(function* () {
      const text = `
        (defn waits (f) (f))
        (log (recover (atomic (waits (fn () (core/task/all (works '(1)))))) (map/get $fault "code")))
        (log (core/task/list))`
      assert.deepStrictEqual(yield* lines(text), ["SXS6303", '(#(task "test-1"))'])
    })
  )

  it.effect("starts nothing when its task cannot be kept while it waits", () =>
    Effect.gen(function* () {
      const text = `
        (defn waits ()
          (def part (str/repeat "x" 1000000))
          (def large (list part part part part part))
          (core/task/all (list (fn () (core/kv/set ran true))))
          (list/len large))
        (log (recover (waits) (map/get $fault "code")) (core/kv/exists ran))
        (log (core/task/list "running") (core/task/list "cancelled"))`
      assert.deepStrictEqual(yield* lines(text), ["SXS6004 false", '(#(task "test-1")) (#(task "waits-fn-2"))'])
    })
  )

  it.effect("shows what it waits for, and that its children belong to it", () =>
    Effect.gen(function* () {
      const { main, namespace } = yield* started(`(core/task/all (list (fn () (holds 1)) (fn () (holds 2)) (fn () 3)))`)
      const { task } = yield* namespace.inspect(main)
      assert.deepStrictEqual([task.state, task.waitsFor], ["waiting", "2 of its 3 children to end"])
      assert.strictEqual((yield* namespace.inspect("fn-2")).task.parent, main)
    })
  )
})

describe("a task with children", () => {
  const waiting = `
    (defn parent ()
      (defer (core/kv/set order (str "cleaned " (core/kv/get cleaned 0))))
      (core/task/all (list (fn () (holds 1)) (fn () (core/task/all (list (fn () (holds 2)) (fn () (holds 3))))))))
    (def p (core/task/spawn parent))
    (log (core/task/join p))`

  it.effect("that is cancelled ends after them, and then does what it has deferred", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* started(waiting)
      assert.strictEqual(yield* namespace.kv.get("begun"), 3)
      assert.strictEqual((yield* namespace.cancel("parent-2")).state, "waiting")
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ['@"task parent-2 was cancelled"'])
      assert.strictEqual(yield* namespace.kv.get("order"), "cleaned 3")
      assert.deepStrictEqual(yield* states(namespace), [
        "parent-2 cancelled",
        "parent-fn-3 cancelled",
        "parent-fn-4 cancelled",
        "parent-fn-5 cancelled",
        "parent-fn-6 cancelled",
        "test-1 done"
      ])
    })
  )

  it.effect("that is cancelled again, or while it is paused, does so once", () =>
    Effect.gen(function* () {
      const { namespace } = yield* started(waiting)
      yield* namespace.pause("parent-2")
      yield* namespace.cancel("parent-2")
      yield* namespace.cancel("parent-2")
      yield* untilIdle(namespace)
      assert.deepStrictEqual([yield* namespace.kv.get("order"), yield* namespace.kv.get("cleaned")], ["cleaned 3", 3])
    })
  )

  it.effect("hears of a child that is cancelled from outside as of a fault", () =>
    Effect.gen(function* () {
      const forms = { all: "SXS6214", race: "SXS6214", any: "2" }
      for (const [form, expected] of Object.entries(forms)) {
        const { namespace, texts } = yield* started(`
          (log (recover (core/task/${form} (list (fn () (holds 1)) (fn () (core/task/pause) 2))) (map/get $fault "code")))`)
        yield* namespace.cancel("fn-2")
        yield* untilIdle(namespace)
        if (form === "any") yield* namespace.resume("fn-3", null)
        yield* untilIdle(namespace)
        assert.deepStrictEqual([texts(), yield* namespace.kv.get("cleaned")], [[expected], 1], form)
      }
    })
  )

  it.effect("that are closures are called after the innermost named function around them", () =>
    Effect.gen(function* () {
      const { namespace } = yield* started(`
        (defn outer () (defn inner (go) (core/task/all (list go (fn () ((fn () 1))))))
          (inner (fn () (core/task/all (list (fn () 2))))))
        (outer)
        (core/task/all (list (fn () 3)))`)
      assert.deepStrictEqual(yield* states(namespace), [
        "fn-5 done",
        "inner-fn-3 done",
        "outer-fn-2 done",
        "outer-fn-4 done",
        "test-1 done"
      ])
    })
  )

  it.effect("that is paused counts them, and goes on when it is resumed", () =>
    Effect.gen(function* () {
      const text = `(log (recover (core/task/all (list (fn () (core/task/pause)) (fn () (core/task/pause)))) $exception))`
      const { main, namespace, texts } = yield* started(text)
      yield* namespace.pause(main)
      yield* namespace.resume("fn-2", 1)
      yield* untilIdle(namespace)
      assert.strictEqual((yield* namespace.inspect(main)).task.state, "paused")
      yield* namespace.cancel("fn-3")
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), [])
      yield* namespace.resume(main, "not this")
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["core/task/all: task fn-3 was cancelled"])
    })
  )

  it.effect("can be cancelled by one of them", () =>
    Effect.gen(function* () {
      const { namespace } = yield* started(`
        (defn parent () (core/task/all (list (fn () (holds 1)) (fn () (core/task/cancel (insist (core/kv/get p)))))))
        (core/kv/set p (core/task/spawn parent))`)
      assert.deepStrictEqual(yield* states(namespace), [
        "parent-2 cancelled",
        "parent-fn-3 cancelled",
        "parent-fn-4 done",
        "test-1 done"
      ])
      assert.strictEqual(yield* namespace.kv.get("cleaned"), 1)
    })
  )
})

describe("a crash at any commit", () => {
  const keys = new Keys("1")
  const check = (entries: Entries, where: string): void => {
    const payloads = new Map(
      entries.flatMap(([key, record]) => (key.startsWith("n1/") ? [[key, unseal(key, record)] as const] : []))
    )
    checkTaskIndexes(payloads, keys, where)
  }
  const programs = {
    "all, with results": `(log (core/task/all (works '(3 1 2))))`,
    "all, with a fault": `
      (log (recover (core/task/all (list (fn () (holds 1)) (fn () (breaks 1)) (fn () (core/task/pause)))) $exception))
      (log (core/kv/get cleaned))`,
    "any in race in all": `
      (defn some (n) (core/task/any (list (fn () (breaks n)) (fn () (work (+ n 1))) (fn () (holds n)))))
      (defn first (n) (core/task/race (list (fn () (some n)) (fn () (core/task/pause)))))
      (log (core/task/all (list (fn () (first 1)) (fn () (first 2)))) (core/kv/get cleaned))`,
    "one that cannot be kept, behind another": `
      (defn waits ()
        (def part (str/repeat "x" 1000000))
        (def large (list part part part part part))
        (core/task/all (list (fn () 1) (fn () 2)))
        (list/len large))
      (core/task/all (list (fn () 1)))
      (log (recover (waits) (map/get $fault "code")))
      (for (i 0 3) (core/kv/incr turns))
      (log (core/kv/get turns))`,
    "cancelled by another task": `
      (defn parent ()
        (defer (core/kv/set after (core/task/all (works '(1 2)))))
        (core/task/all (list (fn () (holds 1)) (fn () (core/task/all (list (fn () (holds 2))))))))
      (def p (core/task/spawn parent))
      (do [(core/task/sleep 9000) (if (= (core/kv/get begun 0) 2) (done none))])
      (log (core/task/cancel p) (core/task/join p) (core/kv/get after) (core/kv/get cleaned))`
  }
  for (const [title, text] of Object.entries(programs)) {
    it.effect(`leaves no child without its form, and nothing is done twice: ${title}`, () =>
      Effect.gen(function* () {
        const bundle = compiled(work + text)
        const crashes: Array<Entries> = []
        const straight = yield* runToEnd(bundle, { fuelPerSlice: 1, onCommit: (entries) => crashes.push(entries()) })
        assert.strictEqual(straight.final.state, "done", straight.final.error?.message)
        for (const [commit, entries] of crashes.entries()) check(entries, `commit ${commit}`)
        const every = Math.max(1, Math.floor(crashes.length / 25))
        for (let commit = 0; commit < crashes.length; commit += every) {
          const resumed = yield* goOnFrom(crashes[commit]!, bundle, straight.main)
          assert.deepStrictEqual(resumed, straight.final, `after commit ${commit}`)
        }
      })
    )
  }
})

it.effect("a tree that grows with each turn does not run away from its cancellation", () =>
  Effect.gen(function* () {
    const { lines } = yield* run(`
      (defn nest (n) (core/kv/set depth n) (if (< n 5000) (core/task/all (list (fn () (nest (+ n 1))))) (core/task/pause)))
      (def t (core/task/spawn nest 1))
      (for (i 0 50) (core/task/checkpoint))
      (core/task/cancel t)
      (core/task/join t)
      (log (< (core/kv/get depth 0) 200) (core/task/state t) (len (core/task/list "waiting")))`)
    assert.deepStrictEqual(lines, ["true cancelled 0"])
  })
)
