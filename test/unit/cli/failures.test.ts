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

  it("are counted, the first of them kept", () => {
    const failures = new Failures(0)
    for (let i = 0; i < 100; i++) failures.add(failed(`a-${i}`, 1))
    assert.deepStrictEqual([failures.count, failures.first.length, failures.first[19]?.id], [100, 20, "a-19"])
  })
})
