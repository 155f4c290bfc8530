import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { limits } from "../../../../runtime/limits.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"
import type { Entries } from "../../../support/run-to-end.ts"

const segments = limits.segmentsUnsavedMax + 20

const turns = segments * limits.fuelPerSlice

const sum = (turns * (turns - 1)) / 2

const program = `(def total 0) (for (i 0 ${turns}) (set total (+ total i))) (log total)`

/** Runs on what the entries hold; the commits in their order, with what the store held behind each, and the lines. */
const live = (text: string, entries?: Entries) =>
  Effect.gen(function* () {
    const stores: Array<Entries> = []
    const memory = makeMemory({ ...(entries && { entries }), onCommit: () => stores.push(memory.entries()) })
    const { namespace, texts } = yield* open(memory, { segmentsPerTurn: 1 })
    yield* namespace.startProgram({ bundle: compiled(text), fresh: entries === undefined })
    yield* untilIdle(namespace)
    return { stores, lines: texts() }
  }).pipe(Effect.scoped)

describe("a task that only computes", () => {
  it.effect("is saved after a number of segments, and not after each", () =>
    Effect.gen(function* () {
      const { lines, stores } = yield* live(program)
      assert.deepStrictEqual(lines, [String(sum)])
      // Those of a program that ends at once, one where it begins to run, and one on the way.
      assert.strictEqual(stores.length, (yield* live(`(log ${sum})`)).stores.length + 2)
    })
  )

  it.effect("goes on from there after a crash", () =>
    Effect.gen(function* () {
      const { stores } = yield* live(program)
      for (const entries of stores.slice(0, -1)) {
        const { lines } = yield* live(program, entries)
        assert.deepStrictEqual(lines.slice(-1), [String(sum)])
      }
    })
  )

  it.effect("is saved by a checkpoint and by each write", () =>
    Effect.gen(function* () {
      const { stores } = yield* live(`(for (i 0 5) (for (j 0 30000) none) (core/task/checkpoint))`)
      const { stores: writing } = yield* live(`(for (i 0 5) (for (j 0 30000) none) (core/kv/set turn i))`)
      assert.isAtLeast(stores.length, 5)
      assert.isAtLeast(writing.length, 5)
    })
  )
})
