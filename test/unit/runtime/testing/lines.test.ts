import { assert, describe, it } from "@effect/vitest"
import { auditLines } from "../../../../runtime/testing/lines.ts"
import { emptyPicture, type Picture } from "../../../../runtime/testing/picture.ts"

const lines = (texts: string) => [...texts].map((text) => ({ task: "t", text }))

/** The log and the outbox of one task, a letter for each line. */
const store = (log: string, unshown: string): Picture => ({
  ...emptyPicture,
  tasks: new Map([["t", { id: "t", state: "running", lines: [...log] }]]),
  unshown: lines(unshown)
})

const audit = (before: Picture, shown: string, after: Picture) => auditLines({ before, shown: lines(shown), after })

describe("lines of a life", () => {
  it("are what was left and then what was logged, and what is missing is still to be shown", () => {
    for (const [shown, unshown] of [
      ["bcd", ""],
      ["bcd", "d"],
      ["bc", "d"],
      ["bc", "bcd"],
      ["", "bcd"],
      ["b", "cd"]
    ] as const)
      assert.deepStrictEqual(audit(store("ab", "b"), shown, store("abcd", unshown)), [], `${shown}, left ${unshown}`)
  })

  it("are not lost, skipped, doubled, swapped or unknown to the store", () => {
    for (const [shown, unshown, told] of [
      ["bc", "", "nobody will ever see"],
      ["b", "d", "nobody will ever see"],
      ["cd", "", "due was"],
      ["bbcd", "", "which the store does not know"],
      ["bb", "cd", "due was"],
      ["bdc", "", "due was"],
      ["bcde", "", "which the store does not know"]
    ] as const) {
      const problems = audit(store("ab", "b"), shown, store("abcd", unshown))
      assert.lengthOf(problems, 1, `${shown}, left ${unshown}`)
      assert.include(problems[0], told)
    }
  })

  it("do not change once they are logged", () => {
    assert.include(audit(store("ab", ""), "", store("a", ""))[0], "lost")
    assert.include(audit(store("ab", ""), "", store("xb", ""))[0], "changed")
  })
})
