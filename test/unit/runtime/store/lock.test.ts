import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { hostname, tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import { heldByOther } from "../../../../runtime/store/lock.ts"

const folders: Array<string> = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const messageFor = (command: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-lock-"))
  folders.push(folder)
  const owner = { pid: process.pid, host: hostname(), command, since: "2026-11-21T12:00:00.000Z" }
  writeFileSync(join(folder, "owner.json"), JSON.stringify(owner))
  return heldByOther(folder).detail
}

describe("a store that another process has", () => {
  it.each([
    [`sxs run "a b".sxs c\\d`, `(sxs run "a b".sxs c\\d)`],
    ["sxs run w\u001bc.sxs", '("sxs run w\\u{1b}c.sxs")'],
    ["sxs run \u2066\u009b\n", '("sxs run \\u{2066}\\u{9b}\\n")']
  ])("names its command line, with nothing in it that could control a terminal: %j", (command, shown) => {
    assert.include(messageFor(command), `process ${process.pid} ${shown} has it open since 2026`)
  })
})
