import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { limits } from "../../../../runtime/limits.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { seal, unseal } from "../../../../runtime/store/record.ts"
import { type Flaw, scrub } from "../../../../runtime/task/scrub.ts"
import { decodeRecord, encodeRecord } from "../../../../runtime/task/task-record.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"

const keys = new Keys("1")

/** Waits `waits` times, then pauses: two entries for each wait, one for the start and one for the pause. */
const sleeper = (waits: number): string => `(for (i 0 ${waits}) (core/task/sleep 10000)) (core/task/pause)`

const paused = (waits: number) =>
  Effect.gen(function* () {
    const memory = makeMemory()
    const { namespace } = yield* open(memory)
    yield* namespace.startProgram({ bundle: compiled(sleeper(waits)), fresh: true })
    yield* untilIdle(namespace)
    return { memory, namespace }
  })

const recordIn = (entries: ReadonlyArray<readonly [string, string]>) => {
  const [key, record] = entries.find(([key]) => keys.isTask(key))!
  return decodeRecord(unseal(key, record))
}

const hasPage = (entries: ReadonlyArray<readonly [string, string]>): boolean =>
  entries.some(([key]) => key === keys.timeline("test-1"))

const flawsOf = Effect.fnUntraced(function* (memory: ReturnType<typeof makeMemory>) {
  const flaws: Array<Flaw> = []
  yield* scrub(memory.store, { onFlaw: (flaw) => flaws.push(flaw), onProgress: () => {} })
  return flaws
})

describe("the timeline of a task that waits often", () => {
  it.effect("is whole, while its record holds the newest entries only", () =>
    Effect.gen(function* () {
      const { memory, namespace } = yield* paused(30)
      const { timeline } = yield* namespace.inspect("test-1")
      const events = timeline.map(({ event }) => event)
      const turns = Array.from({ length: 15 }, () => ["waited", "woke"]).flat()
      assert.deepStrictEqual(events, ["woke", ...turns, "paused"])
      assert.strictEqual(events.length, limits.timelineEntriesMax)
      const times = timeline.map(({ at }) => at)
      assert.deepStrictEqual(
        times,
        times.toSorted((a, b) => a - b)
      )
      assert.isAtMost(recordIn(memory.entries()).timeline.length, limits.timelineRecentMax)
      assert.deepStrictEqual(yield* flawsOf(memory), [])
    }).pipe(Effect.scoped)
  )

  it.effect("has no record of its own while it is short", () =>
    Effect.gen(function* () {
      const { memory, namespace } = yield* paused(5)
      assert.strictEqual((yield* namespace.inspect("test-1")).timeline.length, 12)
      assert.isFalse(hasPage(memory.entries()))
    }).pipe(Effect.scoped)
  )

  it.effect("goes on from a record in which an older version has kept all of it", () =>
    Effect.gen(function* () {
      const { memory } = yield* paused(30)
      const timeline = Array.from({ length: limits.timelineEntriesMax }, (_, at) => `${1000 + at} held `)
      const old = encodeRecord({ ...recordIn(memory.entries()), timeline, hasOlder: false })
      const entries = memory.entries().filter(([key]) => key !== keys.timeline("test-1"))
      const again = makeMemory({
        entries: entries.map(([key, record]) => [key, keys.isTask(key) ? seal(key, old) : record] as const)
      })
      const { namespace } = yield* open(again)
      yield* namespace.resume("test-1", null)
      yield* untilIdle(namespace)
      const events = (yield* namespace.inspect("test-1")).timeline.map(({ event }) => event)
      assert.deepStrictEqual(events, [...timeline.slice(2).map(() => "held"), "resumed", "done"])
      assert.deepStrictEqual(yield* flawsOf(again), [])
    }).pipe(Effect.scoped)
  )

  it.effect("leaves nothing when the task is removed", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace } = yield* open(memory, { retention: { ageMs: 0, tasks: 0 } })
      const program = `(defn work () (for (i 0 30) (core/task/sleep 10000))) (core/task/join (core/task/spawn work))`
      yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
      yield* untilIdle(namespace)
      const left = memory.entries().filter(([key]) => keys.space(key) === "th")
      assert.deepStrictEqual(left, [])
    }).pipe(Effect.scoped)
  )
})
