import { setImmediate } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import { DeadLetterNotFound, EventQueueFull, NoSuchTopic } from "../../../../runtime/bus/errors.ts"
import { openDoor } from "../../../../runtime/host/door.ts"
import { becomeGuest } from "../../../../runtime/host/guest.ts"
import type { Tapped } from "../../../../runtime/host/methods.ts"
import { OwnerLost } from "../../../../runtime/host/operations.ts"
import { findSocket } from "../../../../runtime/host/socket-place.ts"
import { printLine } from "../../../../runtime/host/wire.ts"
import { type BusEvent, List, limits, type Value } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { greeted, owner } from "../../../support/guests.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"
import { temporaryDirectory } from "../../../support/temporary-directory.ts"

const listens = compiled(`#(program "listens")
  (core/event/sub A 1 { (core/kv/set "got" $data) (if (= $data "bad") (fault "bad one")) })
  (core/event/sub A 2 :int { (core/kv/incr "ints") })`)

/** Taps the channel as a guest; yields what it is told, from when it listens. */
const tapping = Effect.fnUntraced(function* (directory: string, filter: { channel: string; topic?: number }) {
  const guest = yield* becomeGuest(directory)
  const parts = yield* Queue.unbounded<Tapped>()
  const fiber = yield* Effect.forkChild(guest.tap(filter, (part) => Effect.asVoid(Queue.offer(parts, part))))
  assert.deepStrictEqual(yield* Queue.take(parts), { events: [], missed: 0 })
  return { parts, fiber }
})

/** So many events that have come, as `A/1 5`. */
const taken = Effect.fnUntraced(function* (parts: Queue.Dequeue<Tapped>, count: number) {
  const events: Array<BusEvent> = []
  while (events.length < count) events.push(...(yield* Queue.take(parts)).events)
  return events.map(({ channel, data, topic }) => `${channel}/${topic} ${String(data)}`)
})

describe("a guest on the bus", () => {
  it.effect("publishes, lists subscriptions, and deals with dead letters as the owner can", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      yield* namespace.startProgram({ bundle: listens, fresh: false })
      yield* untilIdle(namespace)
      const { bus, kv } = (yield* becomeGuest(directory)).operations
      const data = new List("(", ["x", 2n ** 70n, null])
      yield* bus.publish("A", 1, data)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(yield* kv.get("got"), data as Value)
      assert.deepStrictEqual(yield* bus.subscriptions({ limit: 10 }), yield* namespace.bus.subscriptions({ limit: 10 }))
      assert.strictEqual((yield* bus.subscriptions({ limit: 1 })).length, 1)
      yield* bus.publish("A", 1, "bad")
      yield* untilIdle(namespace)
      const letters = yield* bus.deadLetters({ limit: 10 })
      assert.deepStrictEqual(letters, yield* namespace.bus.deadLetters({ limit: 10 }))
      assert.deepInclude(letters[0], { channel: "A", topic: 1, data: "bad", subscription: "sub-1" })
      yield* bus.retryDeadLetter(letters[0]!.id)
      assert.deepStrictEqual(yield* bus.deadLetters({ limit: 10 }), [])
      yield* untilIdle(namespace)
      yield* bus.dropDeadLetter((yield* bus.deadLetters({ limit: 10 }))[0]!.id)
      assert.deepStrictEqual(yield* bus.deadLetters({ limit: 10 }), [])
    })
  )

  it.effect("is told what is wrong with what it asks for", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const guest = yield* becomeGuest(directory)
      const { bus } = guest.operations
      for (const [channel, topic] of [
        ["G", 1],
        ["A", 65_536],
        ["EXEC", 1]
      ] as const) {
        const error = yield* Effect.flip(bus.publish(channel, topic, 1))
        assert.instanceOf(error, NoSuchTopic)
        assert.deepStrictEqual(error, yield* Effect.flip(namespace.bus.publish(channel, topic, 1)))
      }
      assert.instanceOf(yield* Effect.flip(guest.tap({ channel: "X" }, () => Effect.void)), NoSuchTopic)
      assert.instanceOf(yield* Effect.flip(bus.retryDeadLetter("sub-1.1")), DeadLetterNotFound)
    })
  )

  it.effect("is told that the queue is full where nothing runs", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const memory = makeMemory()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* namespace.startProgram({ bundle: listens, fresh: false })
          yield* untilIdle(namespace)
        })
      )
      const { namespace } = yield* open(memory, { bus: { queueEvents: 5 } })
      yield* openDoor({ namespace, directory })
      const { bus } = (yield* becomeGuest(directory)).operations
      const full = yield* Effect.flip(
        Effect.forEach(Array.from({ length: 100 }), () => bus.publish("A", 2, 1), { discard: true })
      )
      assert.deepStrictEqual(full, new EventQueueFull({ eventsMax: 5 }))
    })
  )

  it.effect("hears what is published on a channel, or on one topic of it, in order", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const all = yield* tapping(directory, { channel: "A" })
      const one = yield* tapping(directory, { channel: "A", topic: 2 })
      for (let i = 0; i < 50; i++) yield* namespace.bus.publish("A", i % 3, i)
      yield* namespace.bus.publish("B", 2, 99)
      const numbers = [...Array(50).keys()]
      assert.deepStrictEqual(
        yield* taken(all.parts, 50),
        numbers.map((i) => `A/${i % 3} ${i}`)
      )
      const ofTopic = numbers.filter((i) => i % 3 === 2)
      assert.deepStrictEqual(
        yield* taken(one.parts, ofTopic.length),
        ofTopic.map((i) => `A/2 ${i}`)
      )
    })
  )

  it.effect("hears of an event only when that is durable", () =>
    Effect.gen(function* () {
      const directory = yield* temporaryDirectory
      const memory = makeMemory()
      const { namespace } = yield* open(memory)
      // Somebody must subscribe to it: what nobody is to get is not written.
      yield* namespace.startProgram({ bundle: listens, fresh: false })
      yield* untilIdle(namespace)
      yield* openDoor({ namespace, directory })
      const { parts } = yield* tapping(directory, { channel: "A" })
      const release = memory.holdCommits()
      const publishing = yield* Effect.forkChild(namespace.bus.publish("A", 1, 5), { startImmediately: true })
      // More turns of the event loop than anything takes that is under way.
      for (let turn = 0; turn < 200; turn++) yield* Effect.promise(() => setImmediate())
      const tooEarly = Queue.sizeUnsafe(parts)
      yield* release
      yield* Fiber.join(publishing)
      assert.strictEqual(tooEarly, 0)
      assert.deepStrictEqual(yield* taken(parts, 1), ["A/1 5"])
    })
  )

  it.effect("is told that its owner has ended, after what was published before", () =>
    Effect.gen(function* () {
      const { directory, door, namespace } = yield* owner
      const { fiber, parts } = yield* tapping(directory, { channel: "A" })
      for (let i = 0; i < 3; i++) yield* namespace.bus.publish("A", 1, i)
      yield* door.hold
      yield* door.close
      const lost = yield* Effect.flip(Fiber.join(fiber))
      assert.instanceOf(lost, OwnerLost)
      assert.deepStrictEqual(yield* taken(parts, 3), ["A/1 0", "A/1 1", "A/1 2"])
    })
  )

  it.effect("that takes nothing costs its owner nothing, and learns how much it has missed", () =>
    Effect.gen(function* () {
      const { directory, namespace } = yield* owner
      const guest = yield* becomeGuest(directory)
      const parts = yield* Queue.unbounded<Tapped>()
      const mayGoOn = yield* Deferred.make<void>()
      const listening = yield* Deferred.make<void>()
      const take = (part: Tapped) =>
        Effect.gen(function* () {
          yield* Deferred.succeed(listening, undefined)
          yield* Deferred.await(mayGoOn)
          yield* Queue.offer(parts, part)
        })
      yield* Effect.forkChild(guest.tap({ channel: "A" }, take))
      yield* Deferred.await(listening)
      const count = Math.ceil(limits.tappedEventsMax * 1.3)
      const large = "x".repeat(4000)
      for (let i = 0; i < count; i++) yield* namespace.bus.publish("A", i % 60_000, large)
      yield* namespace.bus.publish("A", 65_535, "last")
      yield* Deferred.succeed(mayGoOn, undefined)
      let seen = 0
      let missed = 0
      for (let isOver = false; !isOver; ) {
        const part = yield* Queue.take(parts)
        seen += part.events.length
        missed = part.missed
        isOver = part.events.at(-1)?.topic === 65_535
      }
      assert.strictEqual(seen + missed, count + 1)
      assert.isAbove(missed, 0)
    })
  )
})

describe("an owner", () => {
  it.effect("ends though somebody taps it and takes nothing", () =>
    Effect.gen(function* () {
      const { directory, door, namespace } = yield* owner
      const socket = yield* Effect.promise(() => greeted(findSocket(directory)!))
      socket.pause()
      socket.write(printLine({ id: 1, method: "bus tap", args: [{ channel: "A" }] }))
      const other = yield* tapping(directory, { channel: "A", topic: 60_000 })
      for (let i = 0; i < 1000; i++) yield* namespace.bus.publish("A", i, "x".repeat(4000))
      yield* namespace.bus.publish("A", 60_000, "last")
      assert.deepStrictEqual(yield* taken(other.parts, 1), ["A/60000 last"])
      yield* door.hold
      yield* door.close
      socket.destroy()
    })
  )
})
