import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ended, folderWith, printed, starting, sxs } from "./start.ts"

/** What may control a terminal; the tab and the line feed are ours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

const waits = "(core/task/pause)\n"

describe("sxs kv", () => {
  it("writes, reads, compares and deletes", () => {
    const folder = folderWith()
    const run = (...args: ReadonlyArray<string>) => sxs(folder, "kv", ...args)
    assert.strictEqual(run("get", "user:1:name").exitCode, 74, "there is no store yet")
    assert.strictEqual(run("set", "user:1:name", '"Alice"').exitCode, 0)
    assert.deepStrictEqual(run("get", "user:1:name"), { exitCode: 0, out: '"Alice"\n', err: "" })
    assert.strictEqual(run("cas", "user:1:name", '"Bob"', "1").exitCode, 1)
    assert.strictEqual(run("cas", "user:1:name", '"Alice"', '(1 "x")').exitCode, 0)
    assert.strictEqual(run("snx", "user:1:name", "2").exitCode, 1)
    assert.strictEqual(run("snx", "user:2:name", "-5").exitCode, 0)
    assert.strictEqual(run("ls", "user:").out, 'user:1:name\t(1 "x")\nuser:2:name\t-5\n')
    assert.deepStrictEqual(JSON.parse(run("ls", "--json").out), [
      { key: "user:1:name", value: '(1 "x")' },
      { key: "user:2:name", value: "-5" }
    ])
    const page = run("ls", "--limit", "1")
    assert.strictEqual(page.out, 'user:1:name\t(1 "x")\n')
    assert.strictEqual(page.err, "… and more; --offset 1 goes on, --limit 0 shows all\n")
    assert.strictEqual(run("ls", "--offset", "1").out, "user:2:name\t-5\n")
    assert.strictEqual(run("del", "user:1:name").exitCode, 0)
    const missing = run("get", "user:1:name")
    assert.strictEqual(missing.exitCode, 1)
    assert.include(missing.err, "user:1:name")
  })

  it("says so when a file stands where the store should be", () => {
    const folder = folderWith({ file: "" })
    for (const store of ["file", "file/store"]) {
      const { err, exitCode } = sxs(folder, "kv", "set", "k", "1", "--store", store)
      assert.strictEqual(exitCode, 74)
      assert.include(err, `${join(folder, "file")} is a file, and a store is a folder`)
    }
  })

  it("reads a bare word as a symbol, and says so", () => {
    const folder = folderWith()
    assert.include(sxs(folder, "kv", "set", "k", "word").err, "`word` is a symbol here")
    assert.strictEqual(sxs(folder, "kv", "get", "k").out, "word\n")
    assert.strictEqual(sxs(folder, "kv", "get", "k", "--json").out, '{"key":"k","value":"word"}\n')
  })

  it("tells a stored error value from a missing key", () => {
    const folder = folderWith()
    sxs(folder, "kv", "set", "k", '@"key not found"')
    assert.deepStrictEqual(sxs(folder, "kv", "get", "k"), { exitCode: 0, out: '@"key not found"\n', err: "" })
  })

  it("reads back the map that it prints", () => {
    const folder = folderWith({
      "map.sxs": '(core/kv/set "m" (map "a" 1 "b c" (list (map) (map "x" 2.5))))\n',
      "same.sxs": '(core/util/log (= (core/kv/get "m") (core/kv/get "copy")))\n'
    })
    sxs(folder, "run", "map.sxs")
    assert.strictEqual(sxs(folder, "kv", "set", "copy", sxs(folder, "kv", "get", "m").out.trim()).exitCode, 0)
    assert.strictEqual(sxs(folder, "run", "same.sxs").out, "true\n")
  })

  it("shows nothing as it is that could control a terminal, also as JSON", () => {
    const folder = folderWith({
      "main.sxs": "(defn f (a\u009bb :int) (core/task/pause)\n  a\u009bb)\n(f 1)\n"
    })
    const keys = ["\u001b[31m", "\u009b31m", "\u202e", "\u2066"]
    for (const key of keys) sxs(folder, "kv", "set", key, "1")
    for (const digits of ["1b", "7", "9b", "7f", "202e", "2069"]) {
      const symbol = `#(symbol "e\\u{${digits}}c")`
      sxs(folder, "kv", "set", "plain", symbol)
      assert.strictEqual(sxs(folder, "kv", "get", "plain").out, `${symbol}\n`)
    }
    sxs(folder, "run", "main.sxs")
    assert.include(sxs(folder, "inspect", "main-1", "--raw").out, "arg:a\\u{9b}b = 1\n")
    for (const args of [
      ["kv", "get", "plain"],
      ["kv", "ls"],
      ["kv", "ls", "--json"],
      ["kv", "get", "\u001b\u009b"],
      ["inspect", "main-1"],
      ["inspect", "main-1", "--raw"],
      ["inspect", "main-1", "--json"],
      ["inspect", "main-1", "--raw", "--json"],
      ["ps", "--json"]
    ]) {
      const { err, out } = sxs(folder, ...args)
      assert.notMatch(out + err, unsafe, args.join(" "))
    }
    const listed = JSON.parse(sxs(folder, "kv", "ls", "--json").out) as ReadonlyArray<{ readonly key: string }>
    assert.includeMembers(
      listed.map(({ key }) => key),
      keys
    )
  })

  it("does not write what belongs to the runtime", () => {
    const folder = folderWith()
    const { err, exitCode } = sxs(folder, "kv", "set", "fn:main-1:state", '"done"')
    assert.strictEqual(exitCode, 1)
    assert.include(err, "only the runtime writes")
  })
})

describe("sxs ps", () => {
  it("shows so many rows, counts the rest, and hides what has ended", () => {
    const folder = folderWith({
      "many.sxs": "(defn waits () (core/task/pause))\n(for (i 0 7) (core/task/spawn waits))\n"
    })
    sxs(folder, "run", "many.sxs")
    const first = sxs(folder, "ps", "--limit", "2")
    assert.strictEqual(first.out.split("\n").length, 4)
    assert.strictEqual(first.err, "… and 5 more; --limit 0 shows all\n")
    assert.strictEqual(sxs(folder, "ps", "--limit", "0").out.split("\n").length, 9)
    assert.notInclude(sxs(folder, "ps").out, "many-1")
    assert.include(sxs(folder, "ps", "--all").out, "many-1")
    assert.match(sxs(folder, "ps", "--state", "done").out, /^TASK.*\nmany-1 +done .*\n$/)
    const rows = JSON.parse(sxs(folder, "ps", "--json").out) as ReadonlyArray<{ readonly state: string }>
    assert.deepStrictEqual([...new Set(rows.map(({ state }) => state))], ["paused"])
    assert.strictEqual(rows.length, 7)
  })

  it("finds a task by its number and by the beginning of its id only when there is one", () => {
    const folder = folderWith({ "a.sxs": waits })
    sxs(folder, "run", "a.sxs")
    sxs(folder, "run", "a.sxs", "--new")
    const { err, exitCode } = sxs(folder, "inspect", "a-")
    assert.strictEqual(exitCode, 2)
    assert.include(err, "a-1 or a-2")
    assert.include(sxs(folder, "inspect", "2").out, "a-2 paused")
    assert.strictEqual(sxs(folder, "inspect", "b").exitCode, 2)
  })
})

describe("a store that cannot be used", () => {
  it("is refused with 74 while another process has it, and says which", async () => {
    const folder = folderWith({ "main.sxs": '(while true (core/util/log "on") (core/task/sleep 20))\n' })
    const child = starting({ cwd: folder }, "run", "main.sxs")
    const end = ended(child)
    await printed(child, "on\n")
    const refused = sxs(folder, "run", "main.sxs")
    assert.strictEqual(refused.exitCode, 74)
    assert.include(refused.err + refused.out, `process ${child.pid}`)
    assert.include(refused.err + refused.out, "run main.sxs")
    const { exitCode, out } = sxs(folder, "doctor")
    assert.strictEqual(exitCode, 0, "a program that runs is no fault")
    assert.include(
      out,
      `store: in use, so it was not read: process ${child.pid} (sxs.cjs run main.sxs) has it open since 20`
    )
    child.kill("SIGKILL")
    await end
    assert.strictEqual(sxs(folder, "ps").exitCode, 0, "a killed process holds nothing")
  })

  it("is told without what the owner's command line could do to a terminal", async () => {
    const folder = folderWith({ "w\u001bc.sxs": '(core/util/log "on")\n(core/task/sleep 600000)\n' })
    const child = starting({ cwd: folder }, "run", "w\u001bc.sxs")
    await printed(child, "on\n")
    const { err } = sxs(folder, "run", "w\u001bc.sxs")
    assert.include(err, "w\\u{1b}c.sxs")
    assert.notInclude(err, "\u001b")
  })

  it("is refused with 74 when another version wrote it, untouched", () => {
    const folder = folderWith({ "main.sxs": waits })
    sxs(folder, "run", "main.sxs")
    const path = join(folder, ".sxs/store.json")
    const identity = { ...(JSON.parse(readFileSync(path, "utf8")) as object), format: 99 }
    writeFileSync(path, JSON.stringify(identity))
    const { err, exitCode } = sxs(folder, "run", "main.sxs")
    assert.strictEqual(exitCode, 74)
    assert.include(err, "format 99")
    assert.deepStrictEqual(JSON.parse(readFileSync(path, "utf8")), identity)
  })
})

describe("sxs doctor", () => {
  it("finds all well without a store, and makes none", () => {
    const folder = folderWith()
    const { exitCode, out } = sxs(folder, "doctor")
    assert.strictEqual(exitCode, 0)
    assert.match(out, /^ok +store: none yet in /m)
    assert.isFalse(existsSync(join(folder, ".sxs")))
  })

  it("knows a store that has lost its identity file, as every command does, and says that it is there again", () => {
    const folder = folderWith({ "main.sxs": waits })
    sxs(folder, "run", "main.sxs")
    const path = join(folder, ".sxs/store.json")
    const identity = readFileSync(path, "utf8")
    for (const args of [["ps"], ["kv", "ls"], ["inspect", "main-1"]]) {
      rmSync(path)
      assert.deepInclude(sxs(folder, ...args), { exitCode: 0, err: "" }, args.join(" "))
      assert.strictEqual(readFileSync(path, "utf8"), identity)
    }
    rmSync(path)
    const { exitCode, out } = sxs(folder, "doctor")
    assert.strictEqual(exitCode, 0)
    assert.match(out, /^ok +repair: its file store\.json was missing, and is written again/m)
    assert.match(out, /^ok +store: format 1, whole/m)
    assert.notInclude(sxs(folder, "doctor").out, "repair")
    rmSync(join(folder, ".sxs/db"), { recursive: true })
    const lost = sxs(folder, "doctor")
    assert.strictEqual(lost.exitCode, 74)
    assert.include(lost.out, "lost the file CURRENT")
  })

  it("checks a store, and leaves nothing in it", () => {
    const folder = folderWith({ "main.sxs": waits })
    sxs(folder, "run", "main.sxs")
    const before = readdirSync(join(folder, ".sxs")).toSorted()
    const { exitCode, out } = sxs(folder, "doctor", "--json")
    assert.strictEqual(exitCode, 0)
    const found = JSON.parse(out) as ReadonlyArray<{ readonly name: string; readonly level: string }>
    assert.deepStrictEqual(
      found.map(({ name }) => name),
      ["node", "native store", "folder", "space", "disk", "store"]
    )
    assert.deepStrictEqual(readdirSync(join(folder, ".sxs")).toSorted(), before)
  })
})
