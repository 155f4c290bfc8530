import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { compiled, open } from "../../../support/namespace.ts"

describe("a new task", () => {
  it.effect("is never written over one that is there, even when the counter is lost", () =>
    Effect.gen(function* () {
      const bundle = compiled("(core/task/pause)")
      const memory = makeMemory()
      const before = yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          const { task } = yield* namespace.startProgram({ bundle, fresh: true })
          yield* namespace.idle
          return task.id
        })
      )
      const entries = memory.entries().filter(([key]) => key !== "n1/c/task")
      const { namespace } = yield* open(makeMemory({ entries }))
      const { task } = yield* namespace.startProgram({ bundle, fresh: true })
      assert.notStrictEqual(task.id, before)
    })
  )
})
