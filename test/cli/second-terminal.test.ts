import { createHash } from "node:crypto"
import { once } from "node:events"
import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ended, folderWith, printed, starting, sxs } from "./start.ts"

/** Counts for ever; another task of it waits for a value. */
const ticks = `(defn waiter () [
  (def told (core/task/pause))
  (core/util/log "told" told)
  told])
(core/task/spawn waiter)
(core/util/log "on")
(while true [(core/kv/incr ticks) (core/task/sleep 5)])
`

const owner = async (source = ticks) => {
  const folder = folderWith({ "main.sxs": source })
  const child = starting({ cwd: folder }, "run", "main.sxs")
  const end = ended(child)
  await printed(child, "on\n")
  return { folder, child, end }
}

describe("a second terminal on a store that a program runs on", () => {
  it("sees and steers its tasks", async () => {
    const { child, end, folder } = await owner()
    assert.match(sxs(folder, "ps").out, /main-1 .*\n(.*\n)*waiter-2 +paused/)
    assert.include(sxs(folder, "inspect", "waiter").out, "(def told (core/task/pause))")
    assert.include(sxs(folder, "inspect", "waiter", "--raw").out, 'fn:waiter-2:state = "paused"')
    const told = printed(child, 'told ("tea" 2)\n')
    const resumed = sxs(folder, "resume", "waiter", '("tea" 2)')
    assert.strictEqual(resumed.exitCode, 0)
    assert.include(resumed.err, "resuming waiter-2 at main.sxs:2")
    assert.include(resumed.err, `process ${child.pid} goes on with it`)
    await told
    assert.strictEqual(sxs(folder, "resume", "waiter").exitCode, 2, "it has ended")
    assert.include(sxs(folder, "resume").err, `process ${child.pid} has the store open`)
    assert.include(sxs(folder, "pause", "main").err, "main-1 is paused at main.sxs:7")
    // Nothing can run any more, so the owner ends; the next command opens the store itself.
    const { err, exitCode } = await end
    assert.strictEqual(exitCode, 0)
    assert.include(err, "main-1 is paused")
    assert.include(sxs(folder, "ps").out, "main-1  paused")
  })

  it("reads and writes its keys", async () => {
    const { child, end, folder } = await owner()
    const kv = (...args: ReadonlyArray<string>) => sxs(folder, "kv", ...args)
    assert.strictEqual(kv("set", "user:1", '(map "name" "Alice")').exitCode, 0)
    assert.strictEqual(kv("get", "user:1").out, '(map "name" "Alice")\n')
    assert.isAbove(Number(kv("get", "ticks").out), 0)
    assert.strictEqual(kv("incr", "n", "41").out, "41\n")
    assert.strictEqual(kv("incr", "n").out, "42\n")
    assert.strictEqual(kv("cas", "n", "42", '"x"').exitCode, 0)
    assert.strictEqual(kv("cas", "n", "42", '"y"').exitCode, 1)
    assert.strictEqual(kv("snx", "n", "1").exitCode, 1)
    assert.strictEqual(kv("incr", "n").exitCode, 2, "not an int")
    assert.strictEqual(kv("del", "n").exitCode, 0)
    assert.strictEqual(kv("get", "n").exitCode, 1)
    assert.strictEqual(kv("ls", "user:").out, 'user:1\t(map "name" "Alice")\n')
    assert.include(kv("set", "fn:main-1:pc", "1").err, "only the runtime writes")
    child.kill("SIGKILL")
    await end
    assert.strictEqual(kv("get", "user:1").out, '(map "name" "Alice")\n', "what was acknowledged is there")
  })

  it("cancels, and waits for what is deferred", async () => {
    const { child, end, folder } = await owner(`(defn work () [
  (defer [(core/task/sleep 20) (core/util/log "given back")])
  (core/util/log "on")
  (core/task/pause)])
(core/task/spawn work)
(while true (core/task/sleep 5))
`)
    const back = printed(child, "given back\n")
    const { err, exitCode } = sxs(folder, "cancel", "work")
    assert.strictEqual(exitCode, 0)
    assert.match(err, /is being cancelled .*\n.*work-2 is cancelled\n/)
    await back
    assert.include(sxs(folder, "cancel", "main").err, "main-1 is cancelled")
    assert.strictEqual((await end).exitCode, 1, "the main task of the program was cancelled")
  })

  it("works where the store's folder is too deep for a socket", async () => {
    const deep = createHash("sha512").update("deep").digest("hex")
    const folder = folderWith({ [`${deep}/main.sxs`]: ticks })
    const child = starting({ cwd: join(folder, deep) }, "run", "main.sxs")
    await printed(child, "on\n")
    assert.include(sxs(join(folder, deep), "ps").out, "waiter-2")
    assert.isTrue(existsSync(join(folder, deep, ".sxs/control/at")))
    child.kill("SIGTERM")
    await ended(child)
    assert.isFalse(existsSync(join(folder, deep, ".sxs/control/at")))
  })

  it("takes over where a killed owner has left its socket", async () => {
    const { child, end, folder } = await owner()
    sxs(folder, "ps") // It waits for the owner to listen.
    child.kill("SIGKILL")
    await end
    assert.isTrue(existsSync(join(folder, ".sxs/control/socket")))
    assert.strictEqual(sxs(folder, "kv", "set", "k", "1").exitCode, 0)
    const next = starting({ cwd: folder }, "run", "main.sxs")
    await once(next.stderr!, "data") // It has the store, and says what it resumes.
    assert.strictEqual(sxs(folder, "kv", "get", "k").out, "1\n")
    assert.include(sxs(folder, "resume").err, `process ${next.pid} has the store open`)
  })

  it("is told of an owner that was stopped, and nothing is done", async () => {
    const { child, folder } = await owner()
    sxs(folder, "ps") // It waits for the owner to listen.
    child.kill("SIGSTOP")
    const { err, exitCode } = sxs(folder, "kv", "set", "k", "1")
    assert.strictEqual(exitCode, 74)
    assert.include(err, `process ${child.pid} (sxs.cjs run main.sxs)`)
    assert.include(err, "does not answer")
    child.kill("SIGCONT")
    assert.strictEqual(sxs(folder, "kv", "get", "k").exitCode, 1, "there is no such key")
  })
})

describe("commands at the same time on a store that nobody runs on", () => {
  it("take turns", async () => {
    const folder = folderWith()
    mkdirSync(join(folder, ".sxs"))
    assert.strictEqual(sxs(folder, "kv", "set", "n", "0").exitCode, 0)
    const children = Array.from({ length: 6 }, () => starting({ cwd: folder }, "kv", "incr", "n"))
    const ends = await Promise.all(children.map(ended))
    const sums = ends.map(({ out, err }) => Number(out) || err)
    assert.deepStrictEqual(
      sums.toSorted((a, b) => Number(a) - Number(b)),
      [1, 2, 3, 4, 5, 6]
    )
  })
})
