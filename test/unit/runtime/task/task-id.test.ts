import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { seal, unseal } from "../../../../runtime/store/record.ts"
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

  /** The entries, but for one key what it had in others, or nothing. */
  const with_ = (key: string, entries: Entries, others: Entries): Entries => [
    ...entries.filter(([each]) => each !== key),
    ...others.filter(([each]) => each === key)
  ]

  /** Written by a version whose heads name commits only. */
  const byOlderVersion = (entries: Entries): Entries =>
    entries.map(([key, record]) => {
      if (key !== keys.head) return [key, record]
      return [key, seal(key, unseal(key, record).split(" ").slice(0, 2).join(" "))]
    })

  const history = Effect.gen(function* () {
    const first = yield* started([])
    const second = yield* started(first.entries, "other")
    const third = yield* started(second.entries)
    return { ids: [first.id, second.id, third.id], first: first.entries, last: third.entries }
  })

  const twoMoreOf = (entries: Entries) =>
    Effect.gen(function* () {
      const fourth = yield* started(entries)
      const fifth = yield* started(fourth.entries)
      return [fourth.id, fifth.id]
    })

  it.effect("counts on in the next life, also when its counter is lost, old or damaged", () =>
    Effect.gen(function* () {
      const { first, ids, last } = yield* history
      assert.deepStrictEqual(ids, ["test-1", "other-2", "test-3"])
      const damaged: Entries = [[counter, "1xxxxxxxx3"]]
      for (const found of [last, with_(counter, last, []), with_(counter, last, first), with_(counter, last, damaged)])
        assert.deepStrictEqual(yield* twoMoreOf(found), ["test-4", "test-5"])
    })
  )

  it.effect("is looked for in a store that an older version has begun, in all its lives", () =>
    Effect.gen(function* () {
      const { first, ids, last } = yield* history
      assert.deepStrictEqual(yield* twoMoreOf(byOlderVersion(last)), ["test-4", "test-5"])
      for (const found of [with_(counter, last, []), with_(counter, last, first)]) {
        const more = yield* twoMoreOf(byOlderVersion(found))
        assert.strictEqual(new Set([...ids, ...more]).size, 5)
      }
    })
  )
})
