import type { Socket } from "node:net"
import { setImmediate } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import { openDoor } from "../../../../runtime/host/door.ts"
import { becomeGuest } from "../../../../runtime/host/guest.ts"
import { OwnerLost } from "../../../../runtime/host/operations.ts"
import { findSocket } from "../../../../runtime/host/socket-place.ts"
import { printLine } from "../../../../runtime/host/wire.ts"
import { TooManyFollow } from "../../../../runtime/host/wire-errors.ts"
import { limits, type Namespace, type NumberedLine } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { actor, gone, greeted, owner } from "../../../support/guests.ts"
import { compiled, open } from "../../../support/namespace.ts"
import { temporaryDirectory } from "../../../support/temporary-directory.ts"

/** Logs what it is woken with, until that is none. */
const echo = compiled(`#(program "echo")
  (def told (core/task/pause))
  (while (!= told none) [(core/util/log told) (set told (core/task/pause))])`)

/** Logs so many lines of 4,000 units each, then waits. */
const talks = (lines: number) =>
  compiled(`#(program "talks")
  (def i 0)
  (while (< i ${lines}) [(core/util/log (str/repeat "x" 4000)) (set i (+ i 1)) (core/task/checkpoint)])
  (core/task/pause)`)

const texts = (lines: ReadonlyArray<NumberedLine>) => lines.map(({ text }) => text)

/** More turns of the event loop than anything takes that is under way. */
const manyTurns = Effect.promise(async () => {
  for (let turn = 0; turn < 200; turn++) await setImmediate()
})

/** Starts the program, runs it until it waits, and yields its task. */
const started = Effect.fnUntraced(function* (namespace: Namespace, bundle = echo) {
  const { task } = yield* namespace.startProgram({ bundle, fresh: false })
  yield* namespace.idle
  return task.id
})

describe("a guest that follows a log", () => {
  it.effect("gets each line once, in order, until the task has ended", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const task = yield* started(namespace)
      yield* namespace.resume(task, "early")
      yield* namespace.idle
      const { operations } = yield* becomeGuest(directory)
      const taken = yield* Queue.unbounded<NumberedLine>()
      const take = (lines: ReadonlyArray<NumberedLine>) => Effect.asVoid(Queue.offerAll(taken, lines))
      const following = yield* Effect.forkChild(operations.readLog(task, { follow: true }, take))
      for (const told of ["early", "late", "later"]) {
        if (told !== "early") yield* namespace.resume(task, told)
        assert.strictEqual((yield* Queue.take(taken)).text, told)
      }
      assert.isUndefined(following.pollUnsafe(), "the task has not ended")
      yield* namespace.resume(task, null)
      assert.deepStrictEqual(yield* Fiber.join(following), { next: 3, isEnded: true })
      const again: Array<NumberedLine> = []
      const take2 = (lines: ReadonlyArray<NumberedLine>) => Effect.sync(() => void again.push(...lines))
      const read = yield* operations.readLog(task, { follow: true, from: 1 }, take2)
      assert.deepStrictEqual([read.next, texts(again)], [3, ["late", "later"]])
    })
  )

  it.effect("gets the last lines only, or those since a time, without waiting for more", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const task = yield* started(namespace, talks(100))
      const { operations } = yield* becomeGuest(directory)
      const read = (options: object) =>
        Effect.gen(function* () {
          const lines: Array<NumberedLine> = []
          const take = (page: ReadonlyArray<NumberedLine>) => Effect.sync(() => void lines.push(...page))
          const { next } = yield* operations.readLog(task, { follow: false, ...options }, take)
          assert.strictEqual(next, 100)
          return lines.map(({ seq }) => seq)
        })
      assert.deepStrictEqual(yield* read({ last: 2 }), [98, 99])
      assert.deepStrictEqual(yield* read({ last: 0 }), [])
      assert.deepStrictEqual(yield* read({ last: 1000 }), [...Array(100).keys()])
      assert.deepStrictEqual(yield* read({ from: 97, last: 50 }), [97, 98, 99])
      assert.deepStrictEqual(yield* read({ since: Number.MAX_SAFE_INTEGER }), [])
    })
  )

  it.effect("is told of a line only when that is durable", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const memory = makeMemory()
      const { namespace } = yield* open(memory)
      const task = yield* started(namespace)
      yield* namespace.resume(task, "early")
      yield* openDoor({ namespace, directory })
      const { operations } = yield* becomeGuest(directory)
      const taken = yield* Queue.unbounded<string>()
      const take = (lines: ReadonlyArray<NumberedLine>) => Effect.asVoid(Queue.offerAll(taken, texts(lines)))
      yield* Effect.forkChild(operations.readLog(task, { follow: true }, take))
      assert.strictEqual(yield* Queue.take(taken), "early")
      const release = memory.holdCommits()
      const waking = yield* Effect.forkChild(namespace.resume(task, "x"), { startImmediately: true })
      yield* manyTurns
      const tooEarly = Queue.sizeUnsafe(taken)
      yield* release
      yield* Fiber.join(waking)
      assert.strictEqual(tooEarly, 0)
      assert.strictEqual(yield* Queue.take(taken), "x")
    })
  )

  it.effect("keeps room for short requests, however many follow", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const task = yield* started(namespace)
      const sockets: Array<Socket> = []
      for (let i = 0; i < limits.followersMax; i++) sockets.push(yield* following(directory, task))
      const { operations } = yield* becomeGuest(directory)
      // They were let in one after the other, and so have begun.
      const refused = yield* Effect.flip(operations.readLog(task, { follow: true }, () => Effect.void))
      assert.instanceOf(refused, TooManyFollow)
      assert.strictEqual(yield* operations.countTasks({ upTo: 5 }), 1)
      yield* Effect.promise(() => gone(sockets[0]!))
      const follow = Effect.scoped(
        Effect.flatMap(becomeGuest(directory), (guest) =>
          guest.operations.readLog(task, { follow: false }, () => Effect.void)
        )
      )
      yield* Effect.retry(follow, { times: 100 })
      for (const socket of sockets) socket.destroy()
    })
  )

  it.effect("does not keep its owner from ending, and is told that nothing is in doubt", () =>
    Effect.gen(function* () {
      const { directory, door, namespace } = yield* owner
      const task = yield* started(namespace)
      const { operations } = yield* becomeGuest(directory)
      const begun = yield* Deferred.make<void>()
      yield* namespace.resume(task, "x")
      const take = () => Effect.asVoid(Deferred.succeed(begun, undefined))
      const following = yield* Effect.forkChild(Effect.flip(operations.readLog(task, { follow: true }, take)))
      yield* Deferred.await(begun)
      yield* door.hold
      assert.strictEqual(door.changeCount, 0)
      yield* door.close
      const lost = yield* Fiber.join(following)
      assert.instanceOf(lost, OwnerLost)
      assert.deepInclude(lost, { why: "ended", inDoubt: false })
    })
  )
})

describe("an owner whose guest takes nothing", () => {
  it.effect("holds one page for it, runs on, and ends", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const { namespace } = yield* open(makeMemory())
      const task = yield* started(namespace, talks(5000))
      let pages = 0
      const readLog: Namespace["readLog"] = (id, options, take) =>
        namespace.readLog(id, options, (lines) => {
          pages++
          return take(lines)
        })
      const door = yield* openDoor({ namespace: { ...namespace, readLog }, directory })
      const stuck = yield* following(directory, task)
      const { operations } = yield* becomeGuest(directory)
      let before = -1
      while (pages > before) {
        before = pages
        // What the owner sends itself while this guest is answered takes many turns.
        for (let i = 0; i < 100; i++) yield* operations.kv.set("k", i)
      }
      assert.isBelow(pages, 20, "5000 lines are more than 50 pages")
      yield* namespace.resume(task, null)
      yield* namespace.ended(task)
      yield* door.close
      stuck.destroy()
    })
  )
})

describe("a guest that is slow", () => {
  it.effect("lets its owner wait, and then gets all in order", () =>
    Effect.gen(function* () {
      const isFull = yield* Deferred.make<void>()
      const count = 20_000
      let seq = 0
      const { directory } = yield* actor((socket) => {
        const talk = () => {
          while (seq < count) {
            const part = [{ seq: seq++, at: 0, text: "x".repeat(1000) }]
            if (!socket.write(printLine({ id: 1, part }))) {
              Deferred.doneUnsafe(isFull, Effect.void)
              return void socket.once("drain", talk)
            }
          }
          socket.write(printLine({ id: 1, ok: { next: count, isEnded: true } }))
        }
        socket.once("data", talk)
      })
      const { operations } = yield* becomeGuest(directory)
      const mayGoOn = yield* Deferred.make<void>()
      let next = 0
      const take = ([line]: ReadonlyArray<NumberedLine>) =>
        Effect.andThen(
          Deferred.await(mayGoOn),
          Effect.sync(() => assert.strictEqual(line!.seq, next++))
        )
      const read = yield* Effect.forkChild(operations.readLog("t-1", { follow: true }, take))
      yield* Deferred.await(isFull)
      // Until nothing moves any more.
      for (let before = -1; before < seq; ) {
        before = seq
        yield* manyTurns
      }
      assert.strictEqual(next, 0)
      assert.isBelow(seq, count / 2, "the guest has taken all of it into its memory")
      yield* Deferred.succeed(mayGoOn, undefined)
      yield* Fiber.join(read)
      assert.strictEqual(next, count)
    })
  )
})

/** The socket of a guest that follows the task's log, and takes nothing. */
const following = (directory: string, task: string): Effect.Effect<Socket> =>
  Effect.promise(async () => {
    const socket = await greeted(findSocket(directory)!)
    socket.pause()
    socket.write(printLine({ id: 1, method: "read log", args: [task, { follow: true }] }))
    return socket
  })
