import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { createConnection, type Socket } from "node:net"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { openDoor } from "../../../../runtime/host/door.ts"
import { becomeGuest } from "../../../../runtime/host/guest.ts"
import { OwnerLost } from "../../../../runtime/host/operations.ts"
import { NobodyListens, OtherVersion, OwnerSilent } from "../../../../runtime/host/owner-connection.ts"
import { findSocket, prepareSocket } from "../../../../runtime/host/socket-place.ts"
import { printLine } from "../../../../runtime/host/wire.ts"
import { ErrorValue, type Fault, List, limits, Real, type Value } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { equal } from "../../../../runtime/value/equal.ts"
import { actor, gone, greeted, greeting, owner } from "../../../support/guests.ts"
import { compiled, open } from "../../../support/namespace.ts"
import { temporaryDirectory } from "../../../support/temporary-directory.ts"

const waits = compiled(`#(program "waits")
  (defn work () [(def told (core/task/pause)) (core/util/log "told" told) told])
  (work)`)

describe("a guest", () => {
  it.effect("does with the store what its owner can do", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const { task } = yield* namespace.startProgram({ bundle: waits, fresh: false })
      yield* namespace.idle
      const { operations, settled } = yield* becomeGuest(directory)
      assert.deepStrictEqual(yield* operations.tasks({ limit: 10 }), yield* namespace.tasks({ limit: 10 }))
      assert.strictEqual(yield* operations.countTasks({ upTo: 10 }), 1)
      assert.strictEqual(yield* operations.findTask("1"), task.id)
      assert.deepStrictEqual(yield* operations.inspect(task.id), yield* namespace.inspect(task.id))
      assert.deepStrictEqual(yield* operations.taskKeys(task.id), yield* namespace.taskKeys(task.id))
      assert.isFalse(yield* operations.isHeld(task.id))
      yield* operations.pause(task.id)
      const told = new List("(", [1, new Real(2.5), 2n ** 70n, "x", null])
      yield* operations.resume(task.id, told)
      const ended = yield* settled(task.id)
      assert.strictEqual(ended.task.state, "done")
      assert.isTrue(equal(ended.result!, told))
      assert.deepStrictEqual(
        (yield* operations.logs(task.id, { limit: 10 })).map(({ text }) => text),
        [`told (1 2.5 ${2n ** 70n} "x" none)`]
      )
    })
  )

  it.effect("reads and writes keys of all kinds of values", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const { kv } = (yield* becomeGuest(directory)).operations
      const values: ReadonlyArray<Value> = [
        null,
        false,
        1,
        2n ** 80n,
        new Real(-0),
        "\u2028\n\ud800",
        new ErrorValue("x")
      ]
      for (const value of values) {
        assert.isTrue((yield* kv.set("k", value)) as boolean)
        assert.isTrue(equal((yield* kv.get("k")) as Value, value))
        assert.isTrue(equal((yield* namespace.kv.get("k")) as Value, value))
      }
      assert.isTrue(equal((yield* kv.get("none")) as Value, new ErrorValue("key not found")))
      assert.strictEqual(yield* kv.snx("k", 1), false)
      assert.strictEqual(yield* kv.cas("k", 5, 6), false)
      yield* kv.del("k")
      assert.strictEqual(yield* kv.incr("k", 2n ** 60n), 2n ** 60n)
      const fault: Fault = yield* Effect.flip(kv.get("")) as Effect.Effect<Fault, Value>
      assert.strictEqual(fault.code, "SXS6006")
    })
  )

  it.effect("gets a list that is longer than an answer in parts", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const large = "x".repeat(limits.guestPageUnits / 4)
      for (let i = 0; i < 10; i++) yield* namespace.kv.set(`large:${i}`, large)
      for (let i = 0; i < 500; i++) yield* namespace.kv.set(`small:${i}`, i)
      const { kv } = (yield* becomeGuest(directory)).operations
      for (const [prefix, offset, limit, after] of [
        ["", 0, 1000, undefined],
        ["small:", 3, 70, undefined],
        ["large:", 2, 5, "large:1"]
      ] as const) {
        const found = yield* kv.list(prefix, offset, limit, after)
        assert.deepStrictEqual(found, yield* namespace.kv.list(prefix, offset, limit, after))
      }
    })
  )

  it.effect("is answered only when what it was told is durable", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const memory = makeMemory()
      const { namespace } = yield* open(memory)
      const atGate = yield* Deferred.make<void>()
      const durable = Effect.andThen(Deferred.succeed(atGate, undefined), namespace.durable)
      yield* openDoor({ namespace: { ...namespace, durable }, directory })
      const { kv } = (yield* becomeGuest(directory)).operations
      const release = memory.holdCommits()
      const write = yield* Effect.forkChild(namespace.kv.set("k", 1), { startImmediately: true })
      const read = yield* Effect.forkChild(kv.get("k"))
      yield* Deferred.await(atGate)
      assert.isUndefined(read.pollUnsafe(), "it was told of a value that could still be lost")
      yield* release
      assert.strictEqual(yield* Fiber.join(read), 1)
      yield* Fiber.join(write)
    })
  )

  it.effect("is told that nothing was done when the door is closed before its request", () =>
    Effect.gen(function* () {
      const { directory, door, namespace } = yield* owner
      const { kv } = (yield* becomeGuest(directory)).operations
      yield* door.hold
      const write = yield* Effect.forkChild(Effect.flip(kv.set("k", 1)), { startImmediately: true })
      yield* becomeGuest(directory) // Whoever comes later is greeted later.
      assert.strictEqual(door.changeCount, 0)
      yield* door.close
      const lost = yield* Fiber.join(write)
      assert.instanceOf(lost, OwnerLost)
      assert.isFalse((lost as OwnerLost).inDoubt)
      assert.isTrue(equal((yield* namespace.kv.get("k")) as Value, new ErrorValue("key not found")))
    })
  )

  it.effect("waits while the door is held, and its changes are counted", () =>
    Effect.gen(function* () {
      const { directory, door, namespace } = yield* owner
      const { kv } = (yield* becomeGuest(directory)).operations
      yield* kv.get("k")
      yield* door.hold
      const write = yield* Effect.forkChild(kv.set("k", 1), { startImmediately: true })
      yield* becomeGuest(directory)
      assert.strictEqual(door.changeCount, 0)
      yield* door.admit
      yield* Fiber.join(write)
      assert.strictEqual(door.changeCount, 1)
      assert.strictEqual(yield* namespace.kv.get("k"), 1)
    })
  )
})

describe("an owner", () => {
  it.effect("sends away who is not understood, and lives on", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      yield* namespace.kv.set("k", 1)
      const socket = findSocket(directory)!
      for (const bytes of hostile) {
        const answer = yield* Effect.promise(() => say(socket, bytes))
        const lines = answer.trimEnd().split("\n").slice(1)
        for (const line of lines) assert.match(line, /"bye":"not understood|"error":/, String(bytes).slice(0, 60))
        assert.isAtLeast(lines.length, 1, String(bytes).slice(0, 60))
      }
      const { kv } = (yield* becomeGuest(directory)).operations
      assert.strictEqual(yield* kv.get("k"), 1)
      assert.deepStrictEqual(yield* kv.list("", 0, 10), [["k", 1]])
    })
  )

  it.effect("closes the door behind the guests that it takes at once, and opens it when one leaves", () =>
    Effect.gen(function* () {
      const { directory } = yield* owner
      const guests: Array<Socket> = []
      for (let i = 0; i < limits.guestsMax; i++)
        guests.push(yield* Effect.promise(() => greeted(findSocket(directory)!)))
      assert.instanceOf(yield* Effect.flip(becomeGuest(directory)), NobodyListens)
      yield* Effect.promise(() => gone(guests[0]!))
      yield* Effect.retry(becomeGuest(directory), { times: 100 })
      for (const guest of guests) guest.destroy()
    })
  )

  it.effect("hears nothing of a guest that hangs up in the middle of a request", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const socket = yield* Effect.promise(() => greeted(findSocket(directory)!))
      socket.write(printLine({ id: 1, method: "kv set", args: ["k", 1] }).slice(0, 20))
      yield* Effect.promise(() => gone(socket))
      const { kv } = (yield* becomeGuest(directory)).operations
      yield* kv.set("other", 2)
      assert.deepStrictEqual(yield* namespace.kv.list("", 0, 10), [["other", 2]])
    })
  )

  it.effect("tells a guest what went wrong, and lives on", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const { namespace } = yield* open(makeMemory())
      const kv = { ...namespace.kv, get: () => Effect.die(new Error("planted")) }
      yield* openDoor({ namespace: { ...namespace, kv }, directory })
      const { operations } = yield* becomeGuest(directory)
      const exit = yield* Effect.exit(operations.kv.get("k"))
      assert.include(String(exit), "planted")
      assert.strictEqual(yield* operations.countTasks({ upTo: 1 }), 0)
    })
  )
})

describe("an owner that is lost", () => {
  const cases = [
    ["kv set", true],
    ["kv get", false]
  ] as const
  for (const [method, inDoubt] of cases) {
    it.effect(`leaves a ${method} ${inDoubt ? "in doubt" : "undone"} when it ends before its answer`, () =>
      Effect.gen(function* () {
        const { directory } = yield* actor((socket) => socket.once("data", () => socket.destroy()))
        const { kv } = (yield* becomeGuest(directory)).operations
        const lost = yield* Effect.flip(method === "kv set" ? kv.set("k", 1) : kv.get("k"))
        assert.deepInclude(lost, { why: "ended", inDoubt, operation: method, pid: 7 })
        // What is asked afterwards is never sent.
        const next = yield* Effect.flip(kv.set("k", 1))
        assert.deepInclude(next, { why: "ended", inDoubt: false })
      })
    )

    it.effect(`leaves a ${method} ${inDoubt ? "in doubt" : "undone"} when it is silent for too long`, () =>
      Effect.gen(function* () {
        const asked = yield* Deferred.make<void>()
        const { directory } = yield* actor((socket) =>
          socket.once("data", () => Deferred.doneUnsafe(asked, Effect.void))
        )
        const { kv } = (yield* becomeGuest(directory)).operations
        const request = yield* Effect.forkChild(Effect.flip(method === "kv set" ? kv.set("k", 1) : kv.get("k")))
        yield* Deferred.await(asked)
        yield* TestClock.adjust(limits.ownerSilenceMs - 1)
        assert.isUndefined(request.pollUnsafe())
        yield* TestClock.adjust(1)
        assert.deepInclude(yield* Fiber.join(request), { why: "silent", inDoubt })
      })
    )
  }

  it.effect("is waited for while it says that it is at work", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<Socket>()
      const { directory } = yield* actor((socket) =>
        socket.once("data", () => Deferred.doneUnsafe(asked, Effect.succeed(socket)))
      )
      const { kv } = (yield* becomeGuest(directory)).operations
      const request = yield* Effect.forkChild(kv.get("k"))
      const socket = yield* Deferred.await(asked)
      socket.write(printLine({ beat: 1 }) + printLine({ beat: 1 }) + printLine({ id: 1, ok: 5 }))
      assert.strictEqual(yield* Fiber.join(request), 5)
    })
  )

  it.effect("is told from one that was stopped before it could greet", () =>
    Effect.gen(function* () {
      const connected = yield* Deferred.make<void>()
      const { directory } = yield* actor(() => Deferred.doneUnsafe(connected, Effect.void), undefined)
      const guest = yield* Effect.forkChild(Effect.flip(becomeGuest(directory)))
      yield* Deferred.await(connected)
      yield* TestClock.adjust(limits.ownerSilenceMs)
      assert.instanceOf(yield* Fiber.join(guest), OwnerSilent)
    })
  )

  it.effect("is not asked when it is of another version", () =>
    Effect.gen(function* () {
      const { directory } = yield* actor(() => undefined, { ...greeting, sxs: "9.9.9" })
      const error = yield* Effect.flip(becomeGuest(directory))
      assert.deepInclude(error, new OtherVersion({ pid: 7, version: "9.9.9" }))
    })
  )
})

describe("the place of the socket", () => {
  it.effect("is private, replaced when it is left over, and removed in the end", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const control = join(directory, "control")
      mkdirSync(control, { mode: 0o777 })
      writeFileSync(join(control, "socket"), "left over")
      const { namespace } = yield* open(makeMemory())
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* openDoor({ namespace, directory })
          assert.strictEqual(lstatSync(control).mode & 0o777, 0o700)
          assert.strictEqual(lstatSync(join(control, "socket")).mode & 0o777, 0o600)
          yield* becomeGuest(directory)
        })
      )
      assert.isFalse(existsSync(join(control, "socket")))
      assert.instanceOf(yield* Effect.flip(becomeGuest(directory)), NobodyListens)
    }).pipe(Effect.scoped)
  )

  it.effect("is in the temporary folder when the store's is too deep, and the next owner clears it away", () =>
    Effect.gen(function* () {
      const directory = join(yield* temporaryDirectory, "d".repeat(120))
      mkdirSync(directory)
      const first = prepareSocket(directory)
      assert.isBelow(first.length, 104)
      assert.strictEqual(lstatSync(dirname(first)).mode & 0o777, 0o700)
      const { namespace } = yield* open(makeMemory())
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* openDoor({ namespace, directory })
          assert.isFalse(existsSync(dirname(first)))
          const { kv } = (yield* becomeGuest(directory)).operations
          yield* kv.set("k", 1)
          // A copy of the folder names the same socket, but is another store.
          const copy = join(directory, "copy")
          mkdirSync(join(copy, "control"), { recursive: true, mode: 0o700 })
          const at = readFileSync(join(directory, "control/at"), "utf8")
          writeFileSync(join(copy, "control/at"), at, { mode: 0o600 })
          assert.instanceOf(yield* Effect.flip(becomeGuest(copy)), NobodyListens)
        })
      )
      assert.isUndefined(findSocket(directory))
    }).pipe(Effect.scoped)
  )

  it.effect("is not followed where somebody else could have put it", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const planted = yield* actor(() => undefined)
      const control = join(directory, "control")
      symlinkSync(join(planted.directory, "control"), control)
      assert.isUndefined(findSocket(directory), "a link instead of the folder")
      // An owner removes the link, and not what it leads to.
      prepareSocket(directory)
      assert.isTrue(existsSync(join(planted.directory, "control/socket")))
      symlinkSync(join(planted.directory, "control/socket"), join(control, "socket"))
      assert.isUndefined(findSocket(directory), "a link instead of the socket")
      chmodSync(join(planted.directory, "control"), 0o777)
      assert.isUndefined(findSocket(planted.directory), "a folder in which everybody may write")
      writeFileSync(join(control, "at"), join(planted.directory, "control/socket"))
      assert.isUndefined(findSocket(directory), "a path into such a folder")
    })
  )
})

const bytesOf = (data: object) => Buffer.from(printLine(data))

/** None of them is a request that may be carried out. */
const hostile: ReadonlyArray<Buffer> = [
  Buffer.from("\n"),
  Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
  Buffer.from([0xff, 0xfe, 0x0a]),
  Buffer.from("null\n"),
  Buffer.from("[]\n"),
  Buffer.from(`${"[".repeat(100_000)}\n`),
  Buffer.from(`${'{"a":'.repeat(1000)}1${"}".repeat(1000)}\n`),
  Buffer.alloc(limits.guestRequestBytesMax + 1, "x"),
  bytesOf({ id: 1 }),
  bytesOf({ id: "1", method: "kv get", args: ["k"] }),
  bytesOf({ id: 1, method: "__proto__", args: [] }),
  bytesOf({ id: 1, method: "toString", args: [] }),
  bytesOf({ id: 1, method: "stop", args: [] }),
  bytesOf({ id: 1, method: "kv get", args: {} }),
  bytesOf({ id: 1, method: "kv get", args: [] }),
  bytesOf({ id: 1, method: "kv get", args: ["k", "k"] }),
  bytesOf({ id: 1, method: "kv get", args: [1] }),
  bytesOf({ id: 1, method: "kv get", args: [""] }),
  bytesOf({ id: 1, method: "kv get", args: ["x".repeat(5000)] }),
  bytesOf({ id: 1, method: "kv set", args: ["k", { a: 1 }] }),
  bytesOf({ id: 1, method: "kv set", args: ["k", [1]] }),
  bytesOf({ id: 1, method: "kv set", args: ["k", 2.5] }),
  bytesOf({ id: 1, method: "kv incr", args: ["k", "1"] }),
  bytesOf({ id: 1, method: "kv list", args: ["", -1, 1, null] }),
  bytesOf({ id: 1, method: "tasks", args: [{ limit: 1, state: "nonsense" }] }),
  bytesOf({ id: 1, method: "inspect", args: ["../x"] }),
  bytesOf({ id: 1, method: "read log", args: ["x"] }),
  bytesOf({ id: 1, method: "read log", args: ["x", { follow: 1 }] }),
  bytesOf({ id: 1, method: "read log", args: ["x", { follow: true, from: -1 }] }),
  bytesOf({ id: 1, method: "read log", args: ["x", { follow: true }] }),
  bytesOf({ id: 1, method: "inspect", args: ["\ud800"] }),
  Buffer.from('{"id":1,"method":"kv set","args":["k",{"$":"[\\"nonsense\\"]"}]}\n'),
  Buffer.from('{"id":1,"method":"kv set","args":["k",{"$":1}]}\n'),
  Buffer.concat([
    bytesOf({ id: 1, method: "settled", args: ["none"] }),
    bytesOf({ id: 2, method: "settled", args: ["none"] })
  ])
]

/** What the owner says to these bytes, until it hangs up or has answered. */
const say = (path: string, bytes: Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = createConnection(path)
    let heard = ""
    socket.on("data", (piece) => {
      heard += String(piece)
      if (heard.split("\n").length > 2) socket.destroy()
    })
    socket.on("error", () => undefined)
    socket.on("close", () => resolve(heard))
    socket.write(bytes)
  })
