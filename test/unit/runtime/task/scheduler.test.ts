import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { Namespace, NamespaceOptions } from "../../../../runtime/index.ts"
import { limits } from "../../../../runtime/limits.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { RunQueue } from "../../../../runtime/task/run-queue.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"
import type { Entries } from "../../../support/run-to-end.ts"

/** Counts segments: each asks once who is next. */
const counted = (options: Partial<NamespaceOptions> = {}) => {
  const counter = { segments: 0 }
  const order = (count: number): number => {
    counter.segments++
    return options.order?.(count) ?? 0
  }
  return { counter, options: { ...options, order } }
}

/** A namespace in which `program` runs, and the segments that it has run. */
const running = (program: string, given: Partial<NamespaceOptions> = {}) =>
  Effect.gen(function* () {
    const { counter, options } = counted(given)
    const { namespace, texts } = yield* open(makeMemory(), options)
    yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
    return { namespace, counter, texts }
  })

const until = (isSo: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (isSo() ? Effect.void : Effect.andThen(Effect.yieldNow, until(isSo))))

const spinners = (count: number, work = "none"): string => `
  (defn spin () :none [(while true ${work})])
  (for (i 0 ${count}) (core/task/spawn spin))`

describe("the turn of a task", () => {
  for (const count of [0, 1, 7]) {
    it.effect(`comes every ${count + 1} segments beside ${count} tasks that never end`, () =>
      Effect.gen(function* () {
        const seenAt: Array<number> = []
        const program = `${spinners(count)}
          (defn steady () :none [(for (i 0 20) (debug i) (core/task/checkpoint))])
          (core/task/spawn steady)`
        const { counter, options } = counted({ fuelPerSlice: 50 })
        const { namespace } = yield* open(makeMemory(), { ...options, onDebug: () => seenAt.push(counter.segments) })
        yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
        yield* until(() => seenAt.length === 20)
        yield* namespace.stop
        const gaps = seenAt.slice(1).map((at, index) => at - seenAt[index]!)
        assert.deepStrictEqual(new Set(gaps.slice(1)), new Set([count + 1]))
      })
    )
  }

  it.effect("is given by the order of one's own, the same one for the same order", () =>
    Effect.gen(function* () {
      const program = `
        (defn say (name) :none [(for (i 0 3) (log name i) (core/task/checkpoint))])
        (core/task/spawn say "a") (core/task/spawn say "b")`
      const linesIn = (order: NamespaceOptions["order"]) =>
        Effect.gen(function* () {
          const { namespace, texts } = yield* running(program, order === undefined ? {} : { order })
          yield* untilIdle(namespace)
          return texts()
        }).pipe(Effect.scoped)
      assert.deepStrictEqual(yield* linesIn(undefined), ["a 0", "b 0", "a 1", "b 1", "a 2", "b 2"])
      const last = (count: number) => count - 1
      assert.deepStrictEqual(yield* linesIn(last), ["b 0", "b 1", "b 2", "a 0", "a 1", "a 2"])
      const seeded = () => {
        let seed = 7
        return (count: number) => {
          seed = (seed * 48_271) % 2_147_483_647
          return seed % count
        }
      }
      assert.deepStrictEqual(yield* linesIn(seeded()), yield* linesIn(seeded()))
    })
  )
})

/** How many segments run until the effect is done. */
const segmentsOf = Effect.fnUntraced(function* <A, E>(counter: { segments: number }, effect: Effect.Effect<A, E>) {
  const before = counter.segments
  yield* effect
  return counter.segments - before
})

/** What is asked from outside takes a few turns of the event loop: to be heard, to be written, to be told. */
const turnsOfARequest = 8

describe("beside a thousand tasks that never end", () => {
  for (const work of ["none", '(core/kv/set "k" 1)']) {
    it.effect(`requests and timers get their turn, while each does ${work}`, () =>
      Effect.gen(function* () {
        const program = `${spinners(1000, work)}
          (defn sleeper () :any [(core/task/sleep 60000) (log "awake")])
          (core/task/spawn sleeper)`
        const { counter, namespace, texts } = yield* running(program, { fuelPerSlice: 200 })
        while ((yield* namespace.sleeping({ limit: 1 })).length === 0) yield* Effect.yieldNow
        const segmentsMax = turnsOfARequest * (work === "none" ? limits.segmentsPerTurn : limits.writerCommitsMax)
        const requests: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
          namespace.kv.set("other", 1),
          namespace.inspect("spin-500"),
          namespace.pause("spin-500"),
          namespace.cancel("spin-501"),
          namespace.resume("spin-500", null)
        ]
        for (const request of requests) assert.isBelow(yield* segmentsOf(counter, request), segmentsMax)
        const wakes = Effect.andThen(
          TestClock.adjust("1 minute"),
          until(() => texts().length > 0)
        )
        // It is read from the store in pages, and then has to wait for its turn behind the others.
        assert.isBelow(yield* segmentsOf(counter, wakes), segmentsMax + 1500)
        yield* namespace.stop
      })
    )
  }
})

describe("a task that goes on after a crash", () => {
  const program = `
    (defn say (name) :none [(for (i 0 30) (log name i) (core/task/checkpoint))])
    (core/task/spawn say "a") (core/task/spawn say "b")`

  /** What the store held when each of the tasks had shown its first line. */
  const left = Effect.gen(function* () {
    const stores: Array<Entries> = []
    const memory = makeMemory({ onCommit: () => stores.push(memory.entries()) })
    const { namespace, texts } = yield* open(memory, { segmentsPerTurn: 1 })
    yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
    yield* until(() => texts().includes("b 0"))
    yield* namespace.stop
    return stores.at(-1)!
  }).pipe(Effect.scoped)

  const linesAfter = (options: Partial<NamespaceOptions>) =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory({ entries: yield* left }), options)
      yield* namespace.recover
      yield* untilIdle(namespace)
      return texts().filter((text) => !text.endsWith(" 0"))
    }).pipe(Effect.scoped)

  it.effect("runs some segments in a row, then has its turn as all others", () =>
    Effect.gen(function* () {
      const lines = yield* linesAfter({})
      const rows = lines.map((text) => text[0]).join("")
      assert.match(
        rows,
        new RegExp(`^a{${limits.segmentsInRow},${limits.segmentsInRow + 2}}b{${limits.segmentsInRow}}`)
      )
      assert.match(rows, /(ab){10}/)
    })
  )

  it.effect("has its turn as the order of one's own says", () =>
    Effect.gen(function* () {
      const rows = (yield* linesAfter({ order: () => 0 })).map((text) => text[0]).join("")
      assert.match(rows, /^(ab){28}/)
    })
  )
})

describe("beside more tasks that never end than are live at once", () => {
  it.effect("others have their turn", () =>
    Effect.gen(function* () {
      const count = limits.liveTasksMax + 50
      const program = `${spinners(count, "(core/task/checkpoint)")}
        (defn late () (log "late"))
        (core/task/spawn late)`
      const { counter, namespace, texts } = yield* running(program, {})
      yield* until(() => texts().length > 0 || counter.segments > 20 * count)
      yield* namespace.stop
      assert.deepStrictEqual(texts(), ["late"])
    })
  )
})

/** The most segments that run in one turn of the event loop. */
const mostPerTurn = (namespace: Namespace, counter: { segments: number }) =>
  Effect.gen(function* () {
    yield* until(() => counter.segments > 100)
    let most = 0
    for (let turn = 0; turn < 20; turn++) {
      most = Math.max(most, yield* segmentsOf(counter, Effect.yieldNow))
    }
    yield* namespace.stop
    return most
  })

describe("the event loop gets its turn", () => {
  it.effect("after so many segments when they take no time", () =>
    Effect.gen(function* () {
      const { counter, namespace } = yield* running(spinners(3), { fuelPerSlice: 1 })
      assert.strictEqual(yield* mostPerTurn(namespace, counter), limits.segmentsPerTurn)
    })
  )

  it.effect("after its time when they take long", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      for (const segmentsPerMs of [1, 4]) {
        let readings = 0
        // Each segment reads the clock once.
        const currentTimeMillisUnsafe = () => Math.floor(readings++ / segmentsPerMs)
        const slow: Clock.Clock = { ...clock, currentTimeMillisUnsafe, sleep: (duration) => clock.sleep(duration) }
        const { counter, namespace } = yield* Effect.provideService(
          running(spinners(3), { fuelPerSlice: 1 }),
          Clock.Clock,
          slow
        )
        assert.isAtMost(yield* mostPerTurn(namespace, counter), segmentsPerMs * limits.turnMs + 1)
      }
    })
  )

  it.effect("after one segment where that is asked for, and each is then a batch of its own", () =>
    Effect.gen(function* () {
      const { counter, namespace } = yield* running(spinners(3), { fuelPerSlice: 1, segmentsPerTurn: 1 })
      assert.strictEqual(yield* mostPerTurn(namespace, counter), 1)
    })
  )
})

describe("a run queue", () => {
  it("gives what came first, however much has gone through", () => {
    const queue = new RunQueue<number>(undefined)
    let taken = 0
    for (let item = 0; item < 10_000; item++) {
      queue.push(item)
      if (item % 3 > 0) assert.strictEqual(queue.take(), taken++)
    }
    while (taken < 10_000) assert.strictEqual(queue.take(), taken++)
    assert.isUndefined(queue.take())
  })

  it("refuses an order that names nobody", () => {
    for (const index of [-1, 1, 0.5, Number.NaN]) {
      const queue = new RunQueue<number>(() => index)
      queue.push(1)
      assert.throws(() => queue.take(), /one of those that can run/)
    }
  })
})
