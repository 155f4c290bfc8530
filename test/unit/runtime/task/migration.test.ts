import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, withTime } from "../../../support/namespace.ts"

/** Runs the program until nothing can run any more, and leaves what waits. */
const leave = (memory: ReturnType<typeof makeMemory>, text: string) =>
  Effect.gen(function* () {
    const { namespace } = yield* open(memory)
    const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
    yield* withTime(namespace.idle)
    return task.id
  }).pipe(Effect.scoped)

const upgradeTo = (
  memory: ReturnType<typeof makeMemory>,
  text: string,
  options: { readonly apply?: boolean; readonly strict?: boolean } = {}
) =>
  Effect.gen(function* () {
    const { namespace } = yield* open(memory)
    const found = yield* namespace.upgrade({ bundle: compiled(text), apply: true, strict: false, ...options })
    assert.strictEqual(found.kind, "compared")
    return found as Extract<typeof found, { kind: "compared" }>
  }).pipe(Effect.scoped)

/** Resumes the paused task and runs to the end; what it has printed then. */
const goOn = (memory: ReturnType<typeof makeMemory>, task: string) =>
  Effect.gen(function* () {
    const { namespace, texts } = yield* open(memory)
    yield* namespace.resume(task, 5)
    yield* withTime(namespace.idle)
    const { error, task: end } = (yield* namespace.inspect(task)) ?? {}
    assert.isUndefined(error)
    return { lines: texts(), state: end.state }
  }).pipe(Effect.scoped)

const old = `(defn work (n) (def got (core/task/pause)) (log "old" n got) (* n got))
(log "result" (work 7))`

describe("an upgrade", () => {
  it.effect("moves a waiting task, and it runs the new code from there", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const task = yield* leave(memory, old)
      const now = `(defn work (n) (log "begins") (def got (core/task/pause)) (log "new" n got) (+ n got))
(log "started")
(log "result" (work 7) "new")`
      const found = yield* upgradeTo(memory, now)
      assert.deepStrictEqual(found.tasks, { current: 0, movable: 1, pinned: 0 })
      assert.isTrue(found.isApplied)
      assert.deepStrictEqual(
        found.points.map(({ callee, now, old, tasks, verdict }) => [verdict, callee, old?.line, now?.line, tasks]),
        [
          ["compatible", "core/task/pause", 1, 1, 1],
          ["compatible", "work", 2, 3, 1]
        ]
      )
      assert.deepStrictEqual(yield* goOn(memory, task), { lines: ["new 7 5", "result 12 new"], state: "done" })
      const again = yield* upgradeTo(memory, now)
      assert.deepStrictEqual(again.tasks, { current: 0, movable: 0, pinned: 0 })
    })
  )

  it.effect("leaves a task on its old code as a whole when one of its frames is pinned", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const task = yield* leave(memory, old)
      const now = `(defn work (n) (def got (core/task/pause)) (log "new" n got) (+ n got))
(def extra 1)
(log "result" (work 7) extra)`
      const found = yield* upgradeTo(memory, now)
      assert.deepStrictEqual(found.tasks, { current: 0, movable: 0, pinned: 1 })
      assert.isFalse(found.isApplied)
      assert.deepStrictEqual(found.points.at(-1)?.verdict, "pinned")
      assert.deepStrictEqual(yield* goOn(memory, task), { lines: ["old 7 5", "result 35"], state: "done" })
    })
  )

  it.effect("without apply, and strict with a pinned task, changes nothing", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* leave(memory, `${old}`)
      const before = memory.entries()
      yield* upgradeTo(memory, old.replace('"old"', '"new"'), { apply: false })
      yield* upgradeTo(memory, old.replace("(core/task/pause)", "3"), { strict: true })
      assert.deepStrictEqual(memory.entries(), before)
    })
  )

  it.effect("says where a frame moves without what it has deferred, which undoes what the old code did", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const text = (word: string, before = "") =>
        `${before}(defn undo () (log "undo ${word}"))
(defn book () (defer (undo) (log "clean-up ${word}")) (core/task/pause) (log "end ${word}"))
(defn plain () (book) (log "plain ${word}"))
(plain)
(log "${word}")`
      const task = yield* leave(memory, text("old"))
      const notes = ({ points }: Effect.Success<ReturnType<typeof upgradeTo>>) =>
        points.map(({ function: name, note, verdict }) => [name, verdict, note])
      const expected = [
        ["book", "compatible", "what it has deferred stays the old code"],
        ["plain", "compatible", undefined],
        ["main", "compatible", undefined]
      ]
      assert.deepStrictEqual(notes(yield* upgradeTo(memory, text("new"))), expected)
      assert.deepInclude(notes(yield* upgradeTo(memory, text("newer"))), expected[0])
      const { lines } = yield* goOn(memory, task)
      assert.deepStrictEqual(lines, ["end newer", "undo old", "clean-up old", "plain newer", "newer"])
    })
  )

  it.effect("moves a `recover` with its new handler", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const text = (
        word: string
      ) => `(defn work () (recover { (core/task/pause) (fault "no") } (log "handler ${word}")))
(work)
(log "end")`
      const task = yield* leave(memory, text("old"))
      assert.deepStrictEqual((yield* upgradeTo(memory, text("new"))).tasks, { current: 0, movable: 1, pinned: 0 })
      assert.deepStrictEqual((yield* goOn(memory, task)).lines, ["handler new", "end"])
    })
  )

  it.effect("is in the timeline, and what came before keeps the places of the old code, which may be removed", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const text = (word: string, before = "") =>
        `${before}(defn work () (core/task/sleep 5) (core/task/pause) (log "${word}"))
(work)
(log "end")`
      const task = yield* leave(memory, text("old"))
      const timeline = Effect.gen(function* () {
        const { namespace } = yield* open(memory)
        yield* namespace.clean
        const { timeline } = yield* namespace.inspect(task)
        return timeline.map(({ detail, event, place }) => [event, event === "upgraded" ? detail : "", place?.line])
      }).pipe(Effect.scoped)
      const old = [
        ["started", "", undefined],
        ["waited", "", 1],
        ["woke", "", undefined],
        ["paused", "", 1]
      ]
      assert.deepStrictEqual(yield* timeline, old)
      const { bundle } = yield* upgradeTo(memory, text("new", "\n\n\n"))
      const moved = ["upgraded", `to new code ${bundle.slice(0, 12)}`, 4]
      assert.deepStrictEqual(yield* timeline, [...old, moved])
      const again = yield* upgradeTo(memory, text("newer", "\n"))
      const movedAgain = ["upgraded", `to new code ${again.bundle.slice(0, 12)}`, 2]
      assert.deepStrictEqual(yield* timeline, [...old, moved, movedAgain])
      assert.strictEqual(memory.entries().filter(([key]) => key.includes("/b/")).length, 1)
    })
  )

  it.effect("checks what the saved values are against the types of the new code", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* leave(memory, '(defn work (n) (core/task/pause) (log n) 1)\n(work "seven")\n(log 1)')
      const found = yield* upgradeTo(memory, '(defn work (n :int) (core/task/pause) (log n "x") 1)\n(work 7)\n(log 1)')
      assert.include(
        found.points.map(({ reason }) => reason),
        "`n` is :int in the new code and holds something else"
      )
      assert.isFalse(found.isApplied)
    })
  )

  it.effect("moves a task that has not begun, and one that was paused from outside while it slept", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const text = (word: string) => `(defn late (n) (core/task/sleep 5000) (log "${word}" n) n)
(core/task/pause)
(core/task/join (core/task/spawn late 3))
(log "${word}")`
      const main = yield* leave(memory, text("old"))
      const late = yield* Effect.gen(function* () {
        const { namespace } = yield* open(memory)
        yield* namespace.resume(main, null)
        for (;;) {
          yield* Effect.yieldNow
          const found = yield* namespace.tasks({ limit: 10, state: "waiting" })
          const sleeping = found.find(({ id }) => id.startsWith("late"))
          if (sleeping === undefined) continue
          yield* namespace.pause(sleeping.id)
          return sleeping.id
        }
      }).pipe(Effect.scoped)
      const found = yield* upgradeTo(memory, text("new"))
      assert.deepStrictEqual(found.tasks, { current: 0, movable: 2, pinned: 0 })
      const ended = yield* Effect.gen(function* () {
        const { namespace, texts } = yield* open(memory)
        yield* namespace.resume(late, null)
        yield* withTime(namespace.idle)
        return texts()
      }).pipe(Effect.scoped)
      assert.deepStrictEqual(ended, ["new 3", "new"])
    })
  )

  it.effect("is refused where something runs", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* leave(memory, old)
      const { namespace } = yield* open(memory)
      yield* namespace.recover
      const refused = yield* Effect.flip(namespace.upgrade({ bundle: compiled(old), apply: true, strict: false }))
      assert.strictEqual(refused._tag, "UpgradeRefused")
    }).pipe(Effect.scoped)
  )

  it.effect("is one commit: a crash leaves all old or all new", () =>
    Effect.gen(function* () {
      const spawned = `(defn work (n) (def got (core/task/pause)) (log "old" n got))
(for (i 0 20) (core/task/spawn work i))`
      const filled = makeMemory()
      yield* leave(filled, spawned)
      const start = filled.entries()
      const states: Array<ReadonlyArray<readonly [string, string]>> = []
      const memory = makeMemory({ entries: start, onCommit: () => states.push(memory.entries()) })
      const found = yield* upgradeTo(memory, spawned.replace('"old"', '"new"'))
      assert.strictEqual(found.tasks.movable, 20)
      assert.isAbove(states.length, 0)
      for (const entries of [start, ...states]) {
        const { namespace } = yield* open(makeMemory({ entries }))
        const bundles = new Set((yield* namespace.tasks({ limit: 100, state: "paused" })).map(({ bundle }) => bundle))
        assert.strictEqual(bundles.size, 1)
      }
    }).pipe(Effect.scoped)
  )

  /** Both versions differ in a word that is printed at the end. */
  const movesAs = (text: (word: string) => string, lines: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const task = yield* leave(memory, text("old"))
      const found = yield* upgradeTo(memory, text("new"))
      assert.deepStrictEqual(found.tasks, { current: 0, movable: 1, pinned: 0 }, JSON.stringify(found.points))
      const end = yield* goOn(memory, task)
      assert.deepStrictEqual(end.lines, lines)
      return memory
    })

  it.effect("moves each frame of a recursion, with large locals", () =>
    movesAs(
      (word) =>
        `(defn down (n)
  (def big (core/str/repeat (core/convert/to-str n) 3000))
  (if (> n 0) (down (- n 1)) (core/task/pause))
  (log "${word}" n (core/str/len big))
  n)
(down 2)
(log "${word}")`.replace("(core/convert/to-str n)", '"x"'),
      ["new 0 3000", "new 1 3000", "new 2 3000", "new"]
    )
  )

  it.effect("moves frames of the library's own functions", () =>
    movesAs(
      (word) => `(def all (core/list/map (fn (x) (if (= x 1) (core/task/pause) 0) (* x 2)) (list 1 2 3)))
(log "${word}" all)`,
      ["new (2 4 6)"]
    )
  )

  it.effect("runs what was deferred before, and then the new code", () =>
    movesAs(
      (word) => `(defn work () (defer (log "deferred")) (core/task/pause) (log "${word}") 1)
(work)
(log "end")`,
      ["new", "deferred", "end"]
    )
  )

  it.effect("leaves evaluated text and functions in values on the code that made them", () =>
    Effect.gen(function* () {
      const memory = yield* movesAs(
        (word) => `(def f (fn () (log "${word} function")))
(core/kv/set "f" f)
(eval "(core/task/pause)")
(log "${word}")
(f)`,
        ["new", "old function"]
      )
      const bundles = new Set(memory.entries().flatMap(([key]) => /\/b\/(.*)/.exec(key)?.[1] ?? []))
      yield* TestClock.adjust("8 days")
      const clean = yield* Effect.scoped(Effect.flatMap(open(memory), ({ namespace }) => namespace.clean))
      // With the task the new code goes and the evaluated text; the function in the store keeps the old code.
      assert.deepStrictEqual([bundles.size, clean], [3, { tasks: 1, young: 0, bundles: 2 }])
    })
  )

  it.effect("wakes who joined before, on the new code", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const text = (word: string) => `(defn work (n) (core/task/pause) (log "${word} work") (* n 2))
(def t (core/task/spawn work 4))
(log "${word}" (core/task/join t))`
      yield* leave(memory, text("old"))
      const found = yield* upgradeTo(memory, text("new"))
      assert.deepStrictEqual(found.tasks, { current: 0, movable: 2, pinned: 0 })
      const lines = yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace, texts } = yield* open(memory)
          const [paused] = yield* namespace.tasks({ limit: 1, state: "paused" })
          yield* namespace.resume(paused!.id, null)
          yield* withTime(namespace.idle)
          return texts()
        })
      )
      assert.deepStrictEqual(lines, ["new work", "new 8"])
    })
  )

  it.effect("pins a task whose code the store has lost", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* leave(memory, old)
      const lost = makeMemory({ entries: memory.entries().filter(([key]) => !/\/b\//.test(key)) })
      const found = yield* upgradeTo(lost, old.replace('"old"', '"new"'))
      assert.deepStrictEqual([found.tasks.pinned, found.points[0]?.reason], [1, "its code is not in the store"])
    })
  )

  it.effect("leaves large locals where they are", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const text = (
        word: string
      ) => `(defn work (n) (def big (core/str/repeat "x" 400000)) (core/task/pause) (log "${word}" n (core/str/len big)))
(for (i 0 20) (core/task/spawn work i))`
      yield* leave(memory, text("old"))
      const before = memory.entries()
      const moved = yield* upgradeTo(memory, text("new"))
      assert.isTrue(moved.isApplied)
      assert.isBelow(changed(before, memory.entries()), 100_000)
    })
  )
})

const changed = (before: ReadonlyArray<readonly [string, string]>, after: ReadonlyArray<readonly [string, string]>) => {
  const known = new Map(before)
  return after.reduce((sum, [key, record]) => sum + (known.get(key) === record ? 0 : record.length), 0)
}
