import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Fault, type Library, type LibraryFunction } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, library, open, untilIdle } from "../../../support/namespace.ts"

import { message, run } from "../../../support/run-task.ts"

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
