import { assert, describe, it } from "@effect/vitest"
import { limits } from "../../../../runtime/limits.ts"
import { Bookmark } from "../../../../runtime/store/entry.ts"
import { KeyMarks } from "../../../../runtime/task/key-values.ts"

describe("keys that a task has used last", () => {
  it("are those of their scope, and no more than the bound", () => {
    const marks = new KeyMarks()
    const at = (index: number) => ({ scope: index % 2 === 0 ? "" : "s/", key: `k${index >> 1}` })
    const made = Array.from({ length: limits.keyMarksMax + 3 }, (_, index) => new Bookmark(`n1/u/${index}`))
    made.forEach((mark, index) => {
      assert.isUndefined(marks.find(at(index)))
      marks.add(at(index), mark)
    })
    const found = made.map((_, index) => marks.find(at(index)))
    assert.deepStrictEqual(found, [undefined, undefined, undefined, ...made.slice(3)])
  })
})
