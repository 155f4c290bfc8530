import { closeSync, existsSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { type Ended, folderWith, launcher, start, sxs } from "./start.ts"

const full = "/dev/full"

/** Runs `sxs` with its stdout in that file. */
const into = (path: string, cwd: string, ...args: ReadonlyArray<string>): Ended => {
  const stdout = openSync(path, "w")
  try {
    return start(launcher, args, { cwd, stdout })
  } finally {
    closeSync(stdout)
  }
}

const source = '(log "one")\n(core/task/pause)\n(log "two")\n'

describe("stdout as a file", () => {
  it("holds every line, in order", () => {
    const folder = folderWith({ "many.sxs": '(for (i 0 3000) (log "line ä" i))\n' })
    const path = join(folder, "out.txt")
    assert.deepStrictEqual(into(path, folder, "run", "many.sxs"), { exitCode: 0, out: "", err: "" })
    assert.strictEqual(readFileSync(path, "utf8"), Array.from({ length: 3000 }, (_, i) => `line ä ${i}\n`).join(""))
  })
})

describe.runIf(existsSync(full))("stdout that cannot be written", () => {
  it("stops a program with 74 and one message, and loses no line", () => {
    const folder = folderWith({ "main.sxs": source })
    const { err, exitCode } = into(full, folder, "run", "main.sxs")
    assert.strictEqual(exitCode, 74)
    assert.match(
      err,
      /^sxs: stdout cannot be written: ENOSPC: .*\.\nThe program was stopped\. What it printed is kept, /
    )
    assert.strictEqual(err.split("\n").length, 3)
    assert.strictEqual(into(full, folder, "resume").exitCode, 74)
    assert.strictEqual(sxs(folder, "resume").out, "one\n")
    assert.strictEqual(into(full, folder, "resume", "main-1").exitCode, 74)
    assert.deepStrictEqual(sxs(folder, "resume"), { exitCode: 0, out: "two\n", err: "nothing was interrupted\n" })
    assert.strictEqual(sxs(folder, "resume").out, "")
  })

  it("keeps the last line of a program that has ended", () => {
    const folder = folderWith({ "main.sxs": '(log "last")\n' })
    assert.strictEqual(into(full, folder, "run", "main.sxs").exitCode, 74)
    assert.strictEqual(sxs(folder, "resume").out, "last\n")
  })

  it("makes every command that shows something end with 74", () => {
    const folder = folderWith({ "main.sxs": "(core/task/pause)\n" })
    sxs(folder, "run", "main.sxs")
    sxs(folder, "kv", "set", "k", "1")
    for (const args of [["--help"], ["ps"], ["inspect", "1"], ["kv", "get", "k"], ["kv", "ls"], ["doctor"]]) {
      const { err, exitCode } = into(full, folder, ...args)
      assert.strictEqual(exitCode, 74, args.join(" "))
      assert.match(err, /^sxs: stdout cannot be written: ENOSPC: [^\n]*\n$/)
    }
    assert.strictEqual(into(full, folder, "kv", "get", "missing").exitCode, 1, "nothing was to be shown")
  })
})
