/**
 * Programs that would fill the memory of their process or keep it busy for ever, each in a task of its own, one behind the other in
 * one real process with a small heap. Each fails with a code that says why, the task beside it finishes, and the process lives to
 * the end. It was seen to fail, as Node ends the process: without the bounds of runtime/value/work.ts at the first program, without
 * that of the frames at `large-frames`, and behind those when the queue of the scheduler held on to tasks that had ended.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ended, folderWith, root, starting } from "../cli/start.ts"

const program = readFileSync(join(root, "test/support/hostile.sxs"), "utf8")

/** Too large or too deep to be kept, nested calls, limits, frames, the heap, too much at once. */
const reasons = /^SXS6(?:00[45]|206|22[1-5])$/

/** MB of the old generation: Node itself and sxs take 40 of it. */
const heapMb = 256

describe("tasks that fill the memory", () => {
  it("fail one by one, and the process and the tasks beside them go on", async () => {
    const cwd = folderWith({ "hostile.sxs": program })
    const child = starting({ cwd, node: [`--max-old-space-size=${heapMb}`] }, "run", "hostile.sxs")
    const { err, exitCode, out } = await ended(child)
    assert.isNotNull(exitCode, err.slice(-2000))
    const lines = out.trim().split("\n")
    const names = [...program.matchAll(/^\(try-out "([^"]*)"/gm)].map((found) => found[1])
    assert.deepStrictEqual(
      lines.map((line) => line.split(" ")[0]),
      names
    )
    assert.isAtLeast(names.length, 20)
    for (const line of lines) {
      const [name, neighbour, code] = line.split(" ")
      assert.strictEqual(neighbour, "20", `the neighbour of ${name}`)
      assert.match(code!, reasons, name)
    }
  })
})
