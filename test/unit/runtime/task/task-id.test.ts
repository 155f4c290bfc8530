import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open } from "../../../support/namespace.ts"
import type { Entries } from "../../../support/run-to-end.ts"

const keys = new Keys("1")

describe("a new task", () => {
  /** Starts a task, called after its program, on what the entries hold. */
  const started = (entries: Entries, name = "test") =>
    Effect.gen(function* () {
      const memory = makeMemory({ entries })
      const { namespace } = yield* open(memory)
      const bundle = compiled("(core/task/pause)", `${name}.sxs`)
      const { task } = yield* namespace.startProgram({ bundle, fresh: true })
      yield* namespace.idle
      return { id: task.id, entries: memory.entries() }
    }).pipe(Effect.scoped)

  const counter = keys.counter("task")
  const copy = keys.counterCopy("task")

  /** What a store holds that has lost what was written under some keys since `older`. */
  const withOlder = (newest: Entries, older: Entries, lost: ReadonlyArray<string>): Entries => [
    ...newest.filter(([key]) => !lost.includes(key)),
    ...older.filter(([key]) => lost.includes(key))
  ]

  it.effect(
    "is never written over one that is there, even when its counter is lost or old, now and in later lives",
    () =>
      Effect.gen(function* () {
        const first = yield* started([])
        const second = yield* started(first.entries, "other")
        const third = yield* started(second.entries)
        const ids = [first.id, second.id, third.id]
        assert.deepStrictEqual(ids, ["test-1", "other-2", "test-3"])
        for (const older of [[], first.entries]) {
          for (const lost of [[counter], [copy], ...(older.length === 0 ? [[counter, copy]] : [])]) {
            const fourth = yield* started(withOlder(third.entries, older, lost))
            const fifth = yield* started(fourth.entries)
            assert.strictEqual(new Set([...ids, fourth.id, fifth.id]).size, 5, lost.join(" "))
          }
        }
      })
  )
})
