import { assert, describe, it } from "vitest"
import { Failures } from "../../../cli/failures.ts"
import type { TaskView } from "../../../runtime/index.ts"

const failed = (id: string, startedAt: number, program?: string): TaskView => ({
  id,
  state: "failed",
  function: "f",
  bundle: "0",
  startedAt,
  since: 2000,
  ...(program !== undefined && { program })
})

describe("the failures of a session", () => {
  it("are fatal when the task was there before, or is the main task of a program", () => {
    const isFatal = (task: TaskView) => {
      const failures = new Failures(1000)
      failures.add(task)
      return failures.isFatal
    }
    assert.isTrue(isFatal(failed("a-1", 999)))
    assert.isTrue(isFatal(failed("a-1", 1000, "a")))
    assert.isFalse(isFatal(failed("a-1", 1000)))
    assert.isFalse(new Failures(1000).isFatal)
  })

  it("are fatal when an event became a dead letter, not when it is tried again", () => {
    const isFatal = (next: { readonly retriedBy: string } | { readonly deadLetter: string }) => {
      const failures = new Failures(1000)
      failures.add({ ...failed("on-a-1-2", 999), handles: { subscription: "sub-1", event: 1, attempt: 1, ...next } })
      return failures.isFatal
    }
    assert.isFalse(isFatal({ retriedBy: "on-a-1-3" }))
    assert.isTrue(isFatal({ deadLetter: "sub-1.1" }))
  })

  it("are told as they come, those before first, and what is too much in 10 s as a number", () => {
    const failures = new Failures(0)
    const told: Array<string | number> = []
    failures.add(failed("early", 1))
    failures.listen({ failed: ({ id }) => told.push(id), more: (count) => told.push(count) })
    assert.deepStrictEqual(told, ["early"])
    for (let i = 0; i < 30; i++) failures.add(failed(`a-${i}`, 1))
    assert.deepStrictEqual([failures.count, told.length, told[19]], [31, 20, "a-18"])
    failures.add({ ...failed("late", 1), since: 12_000 })
    assert.deepStrictEqual(told.slice(20), [11, "late"])
    failures.finish()
    assert.lengthOf(told, 22)
  })
})
