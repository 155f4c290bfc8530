import { renameSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folderWith, sxs } from "./start.ts"

const pauses = (text: string) => `(core/task/pause)\n(log "${text}")\n`

describe("two programs of one name in a store", () => {
  it("are told apart by where their sources are", () => {
    const folder = folderWith({ "package.json": "{}", "one/main.sxs": pauses("one"), "two/main.sxs": pauses("two") })
    assert.strictEqual(sxs(folder, "run", "one/main.sxs").exitCode, 0)

    const refused = sxs(folder, "run", "two/main.sxs")
    assert.strictEqual(refused.exitCode, 2)
    assert.include(
      refused.err,
      "main-1 in this store is the unfinished run of another program called main, from one/main.sxs"
    )
    assert.include(refused.err, '#(program "…")')

    // The same file by another path, from another folder, is the same program.
    assert.include(sxs(join(folder, "two"), "run", "../one/main.sxs").err, "resuming main-1")
    assert.include(sxs(folder, "run", "two/main.sxs", "--new").err, "main-2 is paused")
  })

  it("are one when the source was moved", () => {
    const folder = folderWith({ "package.json": "{}", "one/main.sxs": pauses("one") })
    sxs(folder, "run", "one/main.sxs")
    renameSync(join(folder, "one"), join(folder, "moved"))
    assert.include(sxs(folder, "run", "moved/main.sxs").err, "resuming main-1")
  })
})
