import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ended, folderWith, launcher, printed, start, starting, sxs } from "./start.ts"

/** Loaded first, makes Node say that it is old. */
const oldNode = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.0.0" } })\n'

const hello = '(core/util/log "hello")\n'

describe("usage", () => {
  it("says its version, and helps on stdout", () => {
    const folder = folderWith()
    assert.match(sxs(folder, "--version").out, /^sxs \d+\.\d+\.\d+\n$/)
    const help = sxs(folder, "run", "--help")
    assert.strictEqual(help.exitCode, 0)
    assert.include(help.out, "--durability")
  })

  it("helps when it is asked in words", () => {
    const folder = folderWith()
    for (const words of [[], ["run"], ["kv", "get"]]) {
      const asked = sxs(folder, "help", ...words)
      assert.deepStrictEqual(asked, sxs(folder, ...words, "--help"))
      assert.strictEqual(asked.exitCode, 0)
      assert.include(asked.out, words.length === 0 ? "cancel " : `sxs ${words.join(" ")}`)
    }
  })

  it("names the command that a file is for", () => {
    const { err, exitCode } = sxs(folderWith({ "a.sxs": hello }), "a.sxs", "--new")
    assert.strictEqual(exitCode, 2)
    assert.include(err, '"a.sxs"')
    assert.include(err, "Did you mean: sxs run a.sxs\n")
    assert.notInclude(sxs(folderWith(), "frob").err, "sxs run")
  })

  it.each([
    ["nothing at all", []],
    ["a command that is none", ["frob"]],
    ["a flag that is none", ["run", "a.sxs", "--frob"]],
    ["a missing argument", ["run"]],
    ["a number below its bound", ["ps", "--limit", "-1"]],
    ["a state that is none", ["ps", "--state", "asleep"]],
    ["a file that is missing", ["run", "missing.sxs"]],
    ["a folder as a file", ["run", "."]],
    ["arguments that no program could read", ["run", "a.sxs", "--", "x"]],
    ["a value that cannot be read", ["kv", "set", "k", '"open']],
    ["two values", ["kv", "set", "k", "1 2"]],
    ["a key against the rules", ["kv", "set", "", "1"]]
  ])("ends with 2 for %s", (_, args) => {
    const { err, exitCode, out } = sxs(folderWith({ "a.sxs": hello }), ...args)
    assert.strictEqual(exitCode, 2, err)
    assert.notStrictEqual(err, "")
    assert.strictEqual(out, "")
    assert.notInclude(err, "    at ", "no stack trace for users")
  })

  it("ends with 70 and one line for a fault of its own", () => {
    const folder = folderWith({
      "break.cjs": "process.cwd = () => { throw Object.assign(new Error('broken'), { stack: '' }) }"
    })
    const broken = start(launcher, ["--version"], { cwd: folder, node: ["-r", join(folder, "break.cjs")] })
    assert.strictEqual(broken.exitCode, 70)
    assert.match(
      broken.err,
      /^sxs: a fault in sxs itself: broken\. Please report it\.\nSXS_DEBUG=1 shows the details\.\n$/
    )
  })
})

describe("the launcher", () => {
  it("starts Node 24 itself when the user's Node is older, with the exit code of the program", () => {
    const folder = folderWith({ "old.cjs": oldNode, "a.sxs": `${hello}(div 1 (len (list)))\n` })
    const options = { cwd: folder, node: ["-r", join(folder, "old.cjs")] }
    const { exitCode, out } = start(launcher, ["run", "a.sxs", "--store", "memory:"], options)
    assert.strictEqual(out, "hello\n")
    assert.strictEqual(exitCode, 1)
  })

  it("says what to do when there is no newer Node", () => {
    const folder = folderWith({
      "old.cjs": `${oldNode}require("node:fs").existsSync = () => false\n`
    })
    const { err, exitCode } = start(launcher, ["--version"], { cwd: folder, node: ["-r", join(folder, "old.cjs")] })
    assert.strictEqual(exitCode, 70)
    assert.include(err, "Install Node 24")
  })
})

describe("a signal", () => {
  const endless = "(while true (core/task/sleep 20) (core/util/log 1))\n"

  it.each(["SIGINT", "SIGTERM"] as const)("%s stops cleanly, says how to go on, and ends with 130", async (signal) => {
    const folder = folderWith({ "endless.sxs": endless })
    const child = starting({ cwd: folder }, "run", "endless.sxs")
    const end = ended(child)
    await printed(child, "1\n")
    child.kill(signal)
    const { err, exitCode } = await end
    assert.strictEqual(exitCode, 130)
    assert.include(err, "sxs run endless.sxs")
    assert.match(sxs(folder, "ps").out, /^endless-1 +(?:waiting|running) /m)
  })

  it("is answered with the file that was run, not with a flag's value", async () => {
    const folder = folderWith({ "end less.sxs": endless })
    const child = starting({ cwd: folder }, "run", "--store", "st18", "--durability", "relaxed", "end less.sxs")
    const end = ended(child)
    await printed(child, "1\n")
    child.kill("SIGINT")
    assert.include((await end).err, "go on where it stood with: sxs run 'end less.sxs' --store st18\n")
    const again = starting({ cwd: folder }, "resume", "--store", "st18")
    const endAgain = ended(again)
    await printed(again, "1\n")
    again.kill("SIGINT")
    const { err } = await endAgain
    assert.match(err, /^resuming end-less-1 at end less\.sxs:1 /)
    assert.notInclude(err, "nothing was interrupted")
    assert.include(err, "go on where it stood with: sxs resume --store st18\n")
  })

  it("is handed on by the launcher of an older Node", async () => {
    const folder = folderWith({ "endless.sxs": endless, "old.cjs": oldNode })
    const child = starting({ cwd: folder, node: ["-r", join(folder, "old.cjs")] }, "run", "endless.sxs")
    const end = ended(child)
    await printed(child, "1\n")
    child.kill("SIGTERM")
    assert.strictEqual((await end).exitCode, 130)
  })

  it("reaches a program that never waits", async () => {
    const folder = folderWith({
      "spin.sxs": '(core/util/log "on")\n(core/task/sleep 1)\n(def n 0)\n(while true (set n (+ n 1)))\n'
    })
    const child = starting({ cwd: folder }, "run", "spin.sxs")
    const end = ended(child)
    await printed(child, "on\n")
    child.kill("SIGTERM")
    assert.strictEqual((await end).exitCode, 130)
  })
})

describe("a closed pipe", () => {
  it("does not stop the program that prints into it", async () => {
    const folder = folderWith({ "print.sxs": '(for (i 1 50) (core/util/log "line" i))\n(core/kv/set finished true)\n' })
    const child = starting({ cwd: folder }, "run", "print.sxs")
    const end = ended(child)
    child.stdout!.destroy()
    const { err, exitCode } = await end
    assert.strictEqual(exitCode, 0, err)
    assert.strictEqual(sxs(folder, "kv", "get", "finished").out, "true\n")
  })
})

describe("a command that needs a store", () => {
  it.each(["resume", "resume main-1", "kv del k", "kv get k", "ps"])("%s says with 74 that there is none", (words) => {
    const folder = folderWith()
    const { err, exitCode } = sxs(folder, ...words.split(" "))
    assert.strictEqual(exitCode, 74)
    assert.include(err, "there is no store in")
    assert.isFalse(existsSync(join(folder, ".sxs")))
  })
})

describe("where the store is", () => {
  it("is beside the nearest package.json, and nowhere before something runs", () => {
    const folder = folderWith({ "package.json": "{}", "deep/er/a.sxs": hello })
    const deep = join(folder, "deep/er")
    assert.strictEqual(sxs(deep, "ps").exitCode, 74)
    assert.strictEqual(sxs(deep, "check", "a.sxs").exitCode, 0)
    assert.isFalse(existsSync(join(folder, ".sxs")))
    assert.strictEqual(sxs(deep, "run", "a.sxs").out, "hello\n")
    assert.isTrue(existsSync(join(folder, ".sxs/store.json")))
    assert.isFalse(existsSync(join(deep, ".sxs")))
  })

  it("follows --store before SXS_STORE", () => {
    const folder = folderWith({ "a.sxs": hello })
    const options = { cwd: folder, env: { SXS_STORE: "by-name" } }
    start(launcher, ["run", "a.sxs"], options)
    assert.isTrue(existsSync(join(folder, "by-name/store.json")))
    start(launcher, ["run", "a.sxs", "--store", "by-flag"], options)
    assert.isTrue(existsSync(join(folder, "by-flag/store.json")))
    assert.isFalse(existsSync(join(folder, ".sxs")))
  })

  it("leaves nothing behind with memory:", () => {
    const folder = folderWith({ "a.sxs": hello })
    assert.strictEqual(sxs(folder, "run", "a.sxs", "--store", "memory:").out, "hello\n")
    assert.isFalse(existsSync(join(folder, ".sxs")))
  })

  it("is refused with 74 when its folder is a file", () => {
    const folder = folderWith({ "a.sxs": hello })
    writeFileSync(join(folder, "file"), "")
    const { err, exitCode } = sxs(folder, "run", "a.sxs", "--store", "file")
    assert.strictEqual(exitCode, 74)
    assert.include(err, join(folder, "file"))
  })
})
