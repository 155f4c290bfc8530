import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { layerLevel } from "../../../../runtime/store/level.ts"
import { Store, StoreUnavailable, type Write } from "../../../../runtime/store/store.ts"
import { temporaryDirectory } from "../../../support/temporary-directory.ts"

const put = (key: string, value: string): Write => ({ type: "put", key, value })

const use = <A, E>(directory: string, create: boolean, run: (store: Store["Service"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(Store, run).pipe(Effect.provide(layerLevel({ directory, create }), { local: true }))

const opens = (directory: string, create = false) => use(directory, create, () => Effect.void)

const refused = (directory: string, create = false) => Effect.flip(opens(directory, create))

/** A store with one committed key. */
const makeStore = Effect.gen(function* () {
  const directory = yield* temporaryDirectory
  yield* use(directory, true, (store) => store.commit([put("k", "v")], { sync: true }))
  return directory
})

const readKey = (directory: string) => use(directory, false, (store) => Effect.sync(() => store.get("k")))

describe("level store: the folder", () => {
  it.live("nothing is created unless asked for", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const missing = join(directory, "missing")
      for (const place of [directory, missing]) {
        const error = yield* refused(place)
        assert.strictEqual(error.reason, "io")
        assert.include(error.detail, `no store in ${place}`)
      }
      assert.deepStrictEqual(readdirSync(directory), [])
    })
  )

  it.live("an open store names its owner, a closed one does not", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      assert.sameMembers(readdirSync(directory), ["anchor", "db", "store.json"])
      yield* use(directory, false, () =>
        Effect.sync(() => {
          const owner = JSON.parse(readFileSync(join(directory, "owner.json"), "utf8")) as { readonly pid: number }
          assert.strictEqual(owner.pid, process.pid)
        })
      )
      assert.sameMembers(readdirSync(directory), ["anchor", "db", "store.json"])
    })
  )

  it.live("opening it again keeps its identity", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      const before = readFileSync(join(directory, "store.json"), "utf8")
      yield* opens(directory, true)
      assert.strictEqual(readFileSync(join(directory, "store.json"), "utf8"), before)
    })
  )

  it.live("a lost identity file is written again from the database", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      const before = readFileSync(join(directory, "store.json"), "utf8")
      rmSync(join(directory, "store.json"))
      assert.strictEqual(yield* readKey(directory), "v")
      assert.strictEqual(readFileSync(join(directory, "store.json"), "utf8"), before)
    })
  )

  it.live("a database that lost its list of files is refused and left alone", () =>
    Effect.gen(function* () {
      for (const isIdentityLost of [false, true]) {
        const directory = yield* makeStore
        const current = join(directory, "db", "CURRENT")
        renameSync(current, join(directory, "kept"))
        if (isIdentityLost) rmSync(join(directory, "store.json"))
        const error = yield* refused(directory, true)
        assert.strictEqual(error.reason, "damaged")
        assert.include(error.detail, "CURRENT")
        renameSync(join(directory, "kept"), current)
        assert.strictEqual(yield* readKey(directory), "v")
      }
    })
  )

  it.live("a database that is empty although it was not is refused", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      const other = yield* temporaryDirectory
      yield* opens(other, true)
      rmSync(join(directory, "db"), { recursive: true })
      assert.strictEqual((yield* refused(directory, true)).reason, "damaged")
      renameSync(join(other, "db"), join(directory, "db"))
      const error = yield* refused(directory, true)
      assert.strictEqual(error.reason, "damaged")
      assert.include(error.detail, "two different stores")
    })
  )

  it.live("a store of another format is refused before its database is touched", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      const file = join(directory, "store.json")
      const text = readFileSync(file, "utf8")
      writeFileSync(file, text.replace('"format":1', '"format":2'))
      renameSync(join(directory, "db"), join(directory, "elsewhere"))
      const error = yield* refused(directory)
      renameSync(join(directory, "elsewhere"), join(directory, "db"))
      assert.strictEqual(error.reason, "format")
      assert.include(error.detail, "format 2")
      assert.isFalse(existsSync(join(directory, "owner.json")))
    })
  )

  it.live("an identity file that makes no sense is refused with the way out, which keeps everything", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      const file = join(directory, "store.json")
      const text = readFileSync(file, "utf8")
      for (const broken of ["{", "{}", ""]) {
        writeFileSync(file, broken)
        const error = yield* refused(directory)
        assert.strictEqual(error.reason, "damaged")
        assert.match(error.detail, /`store\.json` cannot be understood\. Delete that file/)
        rmSync(file)
        assert.strictEqual(yield* readKey(directory), "v")
        assert.strictEqual(readFileSync(file, "utf8"), text)
      }
      // Nothing would be left to tell the store by.
      writeFileSync(file, "{")
      rmSync(join(directory, "db"), { recursive: true })
      const error = yield* refused(directory, true)
      assert.match(error.detail, /CURRENT\. Restore the folder/)
      assert.notInclude(error.detail, "Delete")
    })
  )
})

describe("level store: one owner", () => {
  it.live("a second open in the process is refused, also by another path, and the first goes on", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      const link = join(yield* temporaryDirectory, "link")
      symlinkSync(directory, link)
      yield* use(directory, false, (store) =>
        Effect.gen(function* () {
          for (const path of [directory, link, join(directory, "db", "..")]) {
            const error = yield* refused(path)
            assert.strictEqual(error.reason, "held")
            assert.include(error.detail, "this process")
          }
          yield* store.commit([put("k", "still ours")], { sync: true })
        })
      )
      assert.strictEqual(yield* readKey(directory), "still ours")
    })
  )

  it.live("another thread of the process is refused too, and does not drop the lock", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      yield* use(directory, false, (store) =>
        Effect.gen(function* () {
          assert.match(yield* Effect.promise(() => openInThread(directory)), /^held: .*another thread of this process/)
          // LevelDB's own check would have closed a descriptor of the lock file, and with it the lock.
          assert.match(yield* Effect.promise(() => openInProcess(directory)), /^held: /)
          yield* store.commit([put("k", "still ours")], { sync: true })
        })
      )
      assert.strictEqual(yield* Effect.promise(() => openInThread(directory)), "opened: still ours")
      assert.strictEqual(yield* readKey(directory), "still ours")
    })
  )

  const opener = new URL("../../../support/open-store.ts", import.meta.url)

  const openInThread = (directory: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(opener, { argv: [directory], stdout: false })
      worker.on("message", resolve)
      worker.on("error", reject)
    })

  const openInProcess = async (directory: string): Promise<string> => {
    const child = spawn(process.execPath, [fileURLToPath(opener), directory], { stdio: ["ignore", "pipe", "inherit"] })
    const [said] = (await once(child.stdout, "data")) as [Buffer]
    return String(said)
  }

  it.live("after a refused open the folder can be opened", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      const file = join(directory, "store.json")
      const text = readFileSync(file, "utf8")
      writeFileSync(file, "{}")
      yield* refused(directory)
      writeFileSync(file, text)
      yield* opens(directory)
    })
  )

  it.live(
    "another process that has it is named; when that is killed, the store is free",
    () =>
      Effect.gen(function* () {
        const directory = yield* temporaryDirectory
        const other = yield* Effect.acquireRelease(
          Effect.promise(() => startHolder(directory)),
          (child) => Effect.promise(() => kill(child))
        )
        const named = yield* refused(directory)
        assert.strictEqual(named.reason, "held")
        assert.include(named.detail, `process ${other.pid}`)
        assert.include(named.detail, "hold-store.ts")
        rmSync(join(directory, "owner.json"))
        assert.include((yield* refused(directory)).detail, "another process")
        yield* Effect.promise(() => kill(other))
        assert.strictEqual(yield* readKey(directory), "of the other process")
      }),
    30_000
  )

  const startHolder = async (directory: string): Promise<ChildProcess> => {
    const program = fileURLToPath(new URL("../../../support/hold-store.ts", import.meta.url))
    const child = spawn(process.execPath, [program, directory], { stdio: ["pipe", "pipe", "inherit"] })
    await once(child.stdout!, "data")
    return child
  }

  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill("SIGKILL")
    await once(child, "exit")
  }
})

describe("level store: failures", () => {
  it.live("after a failed commit nothing more is written", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      yield* use(directory, false, (store) =>
        Effect.gen(function* () {
          // Level refuses a batch with such a key.
          const broken = { type: "put", key: undefined, value: "x" } as unknown as Write
          const first = yield* Effect.flip(store.commit([put("k", "part"), broken], { sync: true }))
          const second = yield* Effect.flip(store.commit([put("k", "later")], { sync: true }))
          assert.strictEqual(first.operation, "commit")
          assert.strictEqual(second, first)
          assert.strictEqual(store.get("k"), "v")
        })
      )
      assert.strictEqual(yield* readKey(directory), "v")
    })
  )

  it.live("reading after it was closed throws StoreUnavailable", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      const store = yield* use(directory, false, (open) => Effect.succeed(open))
      assert.throws(() => store.get("k"), StoreUnavailable)
      assert.throws(() => store.snapshot(), StoreUnavailable)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(store.commit([put("k", "x")], { sync: true }))))
    })
  )

  it.live("closing it while a snapshot is open is fine", () =>
    Effect.gen(function* () {
      const directory = yield* makeStore
      yield* use(directory, false, (store) => Effect.sync(() => store.snapshot()))
      assert.strictEqual(yield* readKey(directory), "v")
    })
  )
})
