import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { limits } from "../../runtime/limits.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import type { Library, LibraryFunction } from "../../runtime/task/intrinsics.ts"
import { compiled, library, open, untilIdle } from "../support/namespace.ts"

/** Runs the program; how large the write set was at each of its writes. */
const run = Effect.fnUntraced(function* (text: string) {
  const units: Array<number> = []
  const contextual: Library["contextual"] = (segment) => {
    const noted =
      (call: LibraryFunction): LibraryFunction =>
      (...args) => {
        try {
          return call(...args)
        } finally {
          units.push(segment.writtenUnits)
        }
      }
    const entries = [...library.contextual(segment)]
    return new Map(entries.map(([name, call]) => [name, writes.has(name) ? noted(call) : call]))
  }
  const { namespace, shown } = yield* open(makeMemory(), { library: { ...library, contextual } })
  const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
  yield* untilIdle(namespace)
  const { task: view, error } = yield* namespace.inspect(task.id)
  return { namespace, state: view.state, error, units, lineCount: shown.length }
})

const writes = new Set(["core/kv/set", "core/task/spawn", "core/util/log"])

/** Of the text that the programs write. */
const textUnits = 100_000
const text = `(def s (str/repeat "x" ${textUnits}))`
const slack = textUnits + 1000

describe("a segment that writes much", () => {
  it.effect("ends at the next call of a recursion", () =>
    Effect.gen(function* () {
      const { namespace, state, error, units } = yield* run(`${text}
        (defn put (n) (if (= n 0) 0 [(core/kv/set (str "k" n) s) (core/kv/incr n) (put (- n 1))]))
        (put 100)`)
      assert.strictEqual(state, "done", error?.message)
      assert.isAtMost(Math.max(...units), limits.segmentUnitsSoft + slack)
      assert.deepStrictEqual([units.length, yield* namespace.kv.get("n")], [100, 100])
    })
  )

  it.effect("begins again with less fuel where a loop does not see that it should end, and each turn counts once", () =>
    Effect.gen(function* () {
      const count = 500
      const { namespace, state, error, units } = yield* run(`${text}
        (for (i 0 ${count}) (core/kv/incr n) (core/kv/set (str "k" i) s))`)
      assert.strictEqual(state, "done", error?.message)
      assert.strictEqual(yield* namespace.kv.get("n"), count)
      assert.strictEqual((yield* namespace.kv.list("k", 0, 1000)).length, count)
      const droppedMax = Math.ceil(limits.segmentUnitsMax / textUnits)
      assert.isAtMost(units.length, count + droppedMax, "it begins again once")
      assert.isAtMost(Math.max(...units), limits.segmentUnitsMax + slack)
      // Once it is known how much a turn writes, segments are small.
      assert.isAtMost(Math.max(...units.slice(-100)), 2 * limits.segmentUnitsSoft)
    })
  )

  it.effect("counts what it gives to the tasks that it spawns", () =>
    Effect.gen(function* () {
      const { namespace, state, error, units } = yield* run(`${text}
        (defn keep (given) (core/kv/incr n (list/len given)))
        (for (i 0 400) (core/task/spawn keep s))`)
      assert.strictEqual(state, "done", error?.message)
      assert.strictEqual(yield* namespace.kv.get("n"), 400 * textUnits)
      assert.isAtMost(Math.max(...units), limits.segmentUnitsMax + slack)
    })
  )

  it.effect("ends before it goes on with what a large removal yields", () =>
    Effect.gen(function* () {
      const { state, error, units } = yield* run(`
        (def s (str/repeat "x" 1000))
        (for (i 0 1200) (core/kv/set (str s i) i))
        (core/task/checkpoint)
        (def removed (core/kv/del-prefix x))
        (core/kv/set left removed)`)
      assert.strictEqual(state, "done", error?.message)
      assert.isBelow(units.at(-1)!, 100)
    })
  )

  it.effect("faults without a place to end at, keeps what it wrote, and says the way out", () =>
    Effect.gen(function* () {
      const large = `(def s (str/repeat "x" 4000000))`
      const puts = Array.from({ length: 10 }, (_, index) => `(core/kv/set k${index} s)`)
      const failed = yield* run(`${large} ${puts.join(" ")}`)
      assert.deepStrictEqual([failed.state, failed.error?.code], ["failed", "SXS6212"])
      assert.include(failed.error!.message, "(core/task/checkpoint)")
      assert.strictEqual((yield* failed.namespace.kv.list("k", 0, 100)).length, 9)
      const ended = yield* run(
        `${large} ${puts.slice(0, 5).join(" ")} (core/task/checkpoint) ${puts.slice(5).join(" ")}`
      )
      assert.strictEqual(ended.state, "done")
    })
  )

  it.effect("shows more lines than fit into one commit in several, each once", () =>
    Effect.gen(function* () {
      const { state, error, lineCount } = yield* run(`(for (i 0 7000) ${"(log i)".repeat(10)})`)
      assert.strictEqual(state, "done", error?.message)
      assert.strictEqual(lineCount, 70_000)
    })
  )
})
