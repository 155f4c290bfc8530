import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { Keys } from "../../runtime/store/keys.ts"
import { layerLevel } from "../../runtime/store/level.ts"
import { seal } from "../../runtime/store/record.ts"
import { Store } from "../../runtime/store/store.ts"
import { ended, folderWith, starting, sxs } from "./start.ts"

const keys = new Keys("1")

/** Puts a record under the key that was written under another one. */
const damage = (folder: string, ...damaged: ReadonlyArray<string>): Promise<void> =>
  Effect.runPromise(
    Effect.flatMap(Store, (store) =>
      store.commit(
        damaged.map((key) => ({ type: "put", key, value: seal("another key", "1") })),
        { sync: true }
      )
    ).pipe(Effect.provide(layerLevel({ directory: join(folder, ".sxs"), create: false })))
  )

const waits = '(core/util/log "waits")\n(core/task/pause)\n'

describe("sxs doctor", () => {
  it("names each damaged record, and what to do about it", async () => {
    const folder = folderWith({ "main.sxs": waits })
    sxs(folder, "run", "main.sxs")
    sxs(folder, "kv", "set", "good", "1")
    sxs(folder, "kv", "set", "bad", "2")
    await damage(folder, keys.user("bad"), keys.frame("main-1", 0))
    const { exitCode, out } = sxs(folder, "doctor")
    assert.strictEqual(exitCode, 74)
    assert.include(out, 'fail  record: "n1/u/bad": its checksum is wrong. A program that reads bad gets a fault')
    assert.include(out, 'fail  record: "n1/f/main-1/0000": its checksum is wrong. The task main-1 stands still')
    const found = JSON.parse(sxs(folder, "doctor", "--json").out) as ReadonlyArray<{ readonly level: string }>
    assert.strictEqual(found.filter(({ level }) => level === "fail").length, 2)
    assert.strictEqual(sxs(folder, "kv", "get", "good").out, "1\n")
    const read = sxs(folder, "kv", "get", "bad")
    assert.strictEqual(read.exitCode, 74)
    assert.include(read.err, "the value of `bad` is damaged in the store: write it again, or delete it")
    assert.strictEqual(sxs(folder, "kv", "set", "bad", "3").exitCode, 0)
    assert.strictEqual(sxs(folder, "kv", "get", "bad").out, "3\n")
    assert.notInclude(sxs(folder, "doctor").out, "bad")
  })

  it("looks at the tables, whoever is said to have had the store", async () => {
    const folder = folderWith({ "main.sxs": '(for (i 0 300) (core/kv/set (str "k" i) i))\n(core/task/pause)\n' })
    for (let i = 0; i < 2; i++) sxs(folder, "run", "main.sxs")
    const [table] = readdirSync(join(folder, ".sxs/db")).filter((name) => name.endsWith(".ldb"))
    const path = join(folder, ".sxs/db", table!)
    const bytes = readFileSync(path)
    bytes[bytes.length >> 1]! ^= 0x40
    writeFileSync(path, bytes)
    const owner = { pid: 1, host: "another", command: "sxs run main.sxs", since: "2026-01-01T00:00:00.000Z" }
    writeFileSync(join(folder, ".sxs/owner.json"), JSON.stringify(owner))
    const { exitCode, out } = sxs(folder, "doctor")
    assert.strictEqual(exitCode, 74)
    assert.match(out, /fail {2}table: db\/.* is damaged: the checksum of its block/)
  })

  it("damaged tasks are listed and shown with the others", async () => {
    const folder = folderWith({ "one.sxs": waits, "two.sxs": waits, "three.sxs": waits })
    for (const name of ["one.sxs", "two.sxs", "three.sxs"]) sxs(folder, "run", name)
    await damage(folder, keys.task("one-1"), keys.frame("two-2", 0))
    const { exitCode, out } = sxs(folder, "ps")
    assert.strictEqual(exitCode, 0)
    assert.match(out, /^one-1 +damaged .*the record "n1\/t\/one-1" is damaged: its checksum is wrong/m)
    assert.match(out, /^two-2 +damaged .*the record "n1\/f\/two-2\/0000" is damaged: its checksum is wrong/m)
    assert.match(out, /^three-3 +paused +/m)
    for (const task of ["one-1", "two-2"])
      assert.include(sxs(folder, "inspect", task).out, "is damaged: its checksum is wrong")
    assert.strictEqual(sxs(folder, "cancel", "one-1").exitCode, 74)
    assert.strictEqual(sxs(folder, "resume", "three-3").exitCode, 0)
  })

  it("makes an index again, and removes a line that nobody can show, when a loss is accepted", async () => {
    const folder = folderWith({ "main.sxs": '(core/task/sleep 3600000)\n(core/util/log "end")\n' })
    const child = starting({ cwd: folder }, "run", "main.sxs")
    while (!sxs(folder, "ps").out.includes("waiting")) await new Promise((resolve) => setImmediate(resolve))
    child.kill("SIGKILL")
    await ended(child)
    const killed = sxs(folder, "doctor")
    assert.match(killed.out, /^ok +lock: process \d+ \(sxs.cjs run main.sxs\) ended without closing the store/m)
    assert.strictEqual(killed.exitCode, 0)
    await damage(folder, keys.output(1, 0), keys.runnable("main-1"), keys.runnable("nobody"))
    const resumed = sxs(folder, "resume")
    assert.strictEqual(resumed.exitCode, 74)
    assert.include(resumed.err, keys.output(1, 0))
    const before = sxs(folder, "doctor")
    assert.strictEqual(before.exitCode, 74)
    const accepted = sxs(folder, "doctor", "--accept-loss")
    assert.strictEqual(accepted.exitCode, 0, accepted.out)
    assert.include(accepted.out, "3 records put in order")
    assert.match(sxs(folder, "doctor").out, /^ok +store: format 1, whole/m)
    assert.match(sxs(folder, "ps").out, /^main-1 +waiting/m)
  })

  it("says what a store has lost, and goes on without it when that is accepted", async () => {
    const folder = folderWith()
    sxs(folder, "kv", "set", "kept", "1")
    sxs(folder, "kv", "set", "lost", "2")
    const db = join(folder, ".sxs", "db")
    for (const name of readdirSync(db)) if (name.endsWith(".log")) rmSync(join(db, name))
    const read = sxs(folder, "kv", "get", "kept")
    assert.strictEqual(read.exitCode, 74)
    assert.match(read.err, /its newest writes are missing: batch(es)? \d/)
    assert.include(read.err, "sxs doctor --accept-loss")
    const before = sxs(folder, "doctor")
    assert.strictEqual(before.exitCode, 74)
    assert.match(before.out, /^fail +store: .*newest writes are missing/m)
    const accepted = sxs(folder, "doctor", "--accept-loss")
    assert.strictEqual(accepted.exitCode, 0, accepted.out)
    assert.match(accepted.out, /^warn +loss: accepted, as was asked: its newest writes are missing/m)
    assert.strictEqual(sxs(folder, "kv", "get", "kept").out, "1\n")
    assert.strictEqual(sxs(folder, "kv", "get", "lost").exitCode, 1)
    assert.strictEqual(sxs(folder, "doctor").exitCode, 0)
  })
})
