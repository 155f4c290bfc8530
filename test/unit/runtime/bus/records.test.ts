import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  decodeDeadLetter,
  decodeEvent,
  decodeFacts,
  decodeProgress,
  encodeDeadLetter,
  encodeEvent,
  encodeFacts,
  type Facts,
  parseDeadLetterId
} from "../../../../runtime/bus/records.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { unseal } from "../../../../runtime/store/record.ts"
import type { Write } from "../../../../runtime/store/store.ts"
import { type Flaw, scrub } from "../../../../runtime/task/scrub.ts"
import { Closure, List } from "../../../../runtime/value/value.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"

const keys = new Keys("1")

describe("the records of the bus", () => {
  it("are written as they always were", () => {
    const facts: Facts = {
      id: "sub-1",
      owner: { kind: "task", task: "work-2" },
      channel: "A",
      topic: 7,
      type: ":int",
      handler: new Closure("ab", 3, [1]),
      kvPrefix: "x:"
    }
    const text =
      '{"id":"sub-1","owner":{"kind":"task","task":"work-2"},"channel":"A","topic":7,"type":":int","handler":"[\\"f\\",\\"ab\\",3,1]","kvPrefix":"x:"}'
    assert.strictEqual(encodeFacts(facts), text)
    assert.deepStrictEqual(decodeFacts(text), facts)
    const event = { at: 12, data: new List("(", [1, "two"]) }
    assert.strictEqual(encodeEvent(event), '12 ["(",1,"two"]')
    assert.deepStrictEqual(decodeEvent(encodeEvent(event)), { ...event, units: 16 })
    const letter = {
      ...event,
      channel: "A",
      topic: 7,
      attempts: 4,
      task: "on-a-7-9",
      fault: { message: "m", code: "c" }
    }
    assert.deepStrictEqual(decodeDeadLetter(encodeDeadLetter(letter)), letter)
    assert.deepStrictEqual(parseDeadLetterId("sub-1.12"), { subscription: "sub-1", event: 12 })
    assert.isUndefined(parseDeadLetterId("sub-1"))
  })

  it("have keys that name what they are of", () => {
    const topic = { channel: "EXEC", topic: 65_535 }
    assert.strictEqual(keys.topic(topic), "n1/q/EXEC/ffff")
    assert.deepStrictEqual(keys.parseTopic(keys.topic(topic)), topic)
    assert.strictEqual(keys.event(topic, 17), "n1/v/EXEC/ffff/000000000011")
    assert.deepStrictEqual(keys.parseEvent(keys.event(topic, 17)), { ...topic, event: 17 })
    assert.deepStrictEqual(keys.parseDeadLetter(keys.deadLetter("sub-1", 2)), { subscription: "sub-1", event: 2 })
    assert.deepStrictEqual(keys.parseBelongings(keys.belongings("t-1")), { task: "t-1", consumer: undefined })
    assert.deepStrictEqual(keys.parseBelongings(keys.arrived("t-1", 3)), { task: "t-1", consumer: 3 })
    assert.strictEqual(keys.parseRoom(keys.room(9)), 9)
    assert.strictEqual(keys.taskOf(keys.arrived("t-1", 3)), "t-1")
  })
})

const scrubbed = (memory: ReturnType<typeof makeMemory>) =>
  Effect.gen(function* () {
    const flaws: Array<Flaw> = []
    yield* scrub(memory.store, { onFlaw: (flaw) => flaws.push(flaw), onProgress: () => {} })
    return flaws
  })

const program = `
  (core/event/sub A 1 { (if (= $data 0) (fault "dead")) (core/task/pause) (core/kv/incr handled) })
  (core/task/spawn (fn () (core/expr/await (core/expr/await (core/event/pub B 1 1) B 1) B 2 none)))
  (core/expr/proc 0 { (core/task/pause) })
  (core/expr/proc 0 { (core/task/pause) })
  (for (i 0 12) (core/event/pub A 1 i))
  (core/task/checkpoint)`

describe("a store that was left in the middle", () => {
  it.effect("is whole, and gives the place of a handler that is lost to the next event", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const options = { bus: { queueEvents: 4 } }
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory, options)
          yield* namespace.startProgram({ bundle: compiled(program), fresh: false })
          yield* untilIdle(namespace)
          const words = (yield* namespace.tasks({ limit: 50 })).map(({ waitsFor }) => waitsFor)
          for (const each of ["room in the event queue", "an answer on B/2", "its turn on processor 0"])
            assert.include(words, each)
        })
      )
      assert.deepStrictEqual(yield* scrubbed(memory), [])
      const progress = memory.entries().find(([key]) => key === keys.progress("sub-1"))!
      const { task } = decodeProgress(unseal(...progress)).running[0]!
      const entries = memory.entries().filter(([key]) => keys.taskOf(key) !== task)
      const damaged = makeMemory({ entries })
      const flaws = yield* scrubbed(damaged)
      assert.include(
        flaws.map(({ what }) => what),
        `${task} should handle an event of sub-1, and there is no such task`
      )
      yield* damaged.store.commit(
        flaws.flatMap(({ repair = [] }): ReadonlyArray<Write> => repair),
        { sync: true }
      )
      assert.deepStrictEqual(yield* scrubbed(damaged), [])
      const { namespace } = yield* open(damaged, options)
      yield* namespace.recover
      yield* untilIdle(namespace)
      const [view] = yield* namespace.bus.subscriptions({ limit: 1 })
      assert.strictEqual(view?.running, 4)
    }).pipe(Effect.scoped)
  )
})
