import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { type Commit, joinWrites } from "../../../../runtime/store/batch.ts"
import { Bookmark } from "../../../../runtime/store/entry.ts"
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

describe("what was let pass", () => {
  it("is kept until it is durable, and no longer", () => {
    const { store } = makeMemory()
    const view = new View(store)
    const decoded: Array<string> = []
    const read = (key: string) => view.read(key, (payload) => decoded.push(payload) && payload)
    for (const key of ["passing", "kept"]) view.putAt(new Bookmark(key), key, key)
    const at = new Bookmark("passing")
    view.putAt(at, "passing", "passing")
    view.letPass(at)
    const commit = view.take(1)
    assert.deepStrictEqual([read("passing"), read("kept")], ["passing", "kept"])
    Effect.runSync(store.commit(joinWrites([commit]), { sync: true }))
    view.settle(1)
    assert.deepStrictEqual([read("passing"), read("kept")], ["passing", "kept"])
    assert.deepStrictEqual(decoded, ["passing"])
  })

  it("stays while a later write of it is not durable", () => {
    const { store } = makeMemory()
    const view = new View(store)
    const at = new Bookmark("k")
    view.putAt(at, "1")
    view.letPass(at)
    const first = view.take(1)
    view.putAt(at, "2")
    view.take(2)
    Effect.runSync(store.commit(joinWrites([first]), { sync: true }))
    view.settle(1)
    assert.strictEqual(
      view.read("k", (payload) => payload),
      "2"
    )
  })
})
