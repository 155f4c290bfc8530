import { assert, describe, it } from "vitest"
import { folderWith, sxs } from "./start.ts"

/** More than a command looks at when it says what is left. */
const tasks = 20_050

describe("a store with more tasks than are looked at", () => {
  it("hides no failure, nor what the command is about", { timeout: 60_000 }, () => {
    const folder = folderWith({
      "a.sxs": `(defn a () 1)\n(for (i 0 ${tasks}) (core/task/spawn a))\n`,
      "z.sxs": "(core/task/pause)\n(div 1 (len (list)))\n",
      "zz.sxs": "(defn z () (div 1 (len (list))))\n(for (i 0 25) (core/task/spawn z))\n(core/task/pause)\n"
    })
    const filled = sxs(folder, "run", "a.sxs", "--durability", "relaxed")
    const cut = "Only 20,000 tasks were looked at; all that are left: sxs ps --limit 0\n"
    assert.deepStrictEqual(filled, { exitCode: 0, out: "", err: cut })

    const parked = sxs(folder, "run", "z.sxs")
    assert.match(parked.err, /^z-\d+ is paused at z\.sxs:1\. Wake it: sxs resume z-\d+ \[VALUE\]\nOnly /)
    const id = /^z-\d+/.exec(parked.err)![0]
    const failed = sxs(folder, "resume", id)
    assert.strictEqual(failed.exitCode, 1)
    assert.include(failed.err, `${id} failed\n`)

    const spawned = sxs(folder, "run", "zz.sxs")
    assert.strictEqual(spawned.exitCode, 0, "what becomes of its tasks is the program's own affair")
    assert.strictEqual(
      spawned.err.match(/^z-\d+ failed at zz\.sxs:1: .* divided by zero\n {2}See: sxs inspect z-\d+$/gm)?.length,
      20
    )
    assert.include(spawned.err, "\n… and 5 more failed: sxs ps --state failed --limit 0\n")
  })
})
