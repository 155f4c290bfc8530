import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { type Commit, joinWrites } from "../../../../runtime/store/batch.ts"
import { rangeOf } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { View } from "../../../../runtime/store/view.ts"

/** `write`: all commits that wait become one batch. */
const step = fc.oneof(
  fc.record({ type: fc.constantFrom("putIndex" as const, "delete" as const), key: fc.constantFrom("i/a", "i/b") }),
  fc.record({ type: fc.constantFrom("take" as const, "rollback" as const, "write" as const) })
)

describe("keys of an index", () => {
  it("are there for who scans, whatever is durable, until they are deleted", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { store } = makeMemory()
        const view = new View(store)
        let waiting: Array<Commit> = []
        let number = 0
        let taken = new Set<string>()
        let keys = new Set<string>()
        const write = () => {
          if (waiting.length > 0) Effect.runSync(store.commit(joinWrites(waiting), { sync: true }))
          view.settle(number)
          waiting = []
        }
        for (const each of steps) {
          if (each.type === "putIndex") {
            view.putIndex(each.key)
            keys.add(each.key)
          } else if (each.type === "delete") {
            view.delete(each.key)
            keys.delete(each.key)
          } else if (each.type === "rollback") {
            view.rollback()
            keys = new Set(taken)
          } else if (each.type === "take") {
            waiting.push(view.take(++number))
            taken = new Set(keys)
          } else write()
          assert.deepStrictEqual(Effect.runSync(view.scanKeys(rangeOf("i/"), 10)), [...keys].sort())
        }
        view.rollback()
        write()
        view.forget()
        assert.deepStrictEqual(Effect.runSync(new View(store).scanKeys(rangeOf("i/"), 10)), [...taken].sort())
      }),
      { numRuns: 1000 }
    )
  })
})
