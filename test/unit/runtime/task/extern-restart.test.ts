import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { limits } from "../../../../runtime/limits.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { type MemoryStore, makeMemory } from "../../../../runtime/store/memory.ts"
import { type ExternWait, isGivenUp, pauseMs } from "../../../../runtime/task/extern-wait.ts"
import { type Context, calling, until } from "../../../support/externs.ts"
import { open, untilIdle } from "../../../support/namespace.ts"

/** What a kill at this moment would leave. */
const killed = (memory: MemoryStore): MemoryStore => makeMemory({ entries: memory.entries() })

/** Keeps every call of `f` under way until it is answered. */
const pending = () => {
  const calls: Array<Context & { readonly n: number; readonly answer: (value: unknown) => void }> = []
  const f = (n: number, context: Context) => new Promise((answer) => calls.push({ ...context, n, answer }))
  return { calls, externs: () => Promise.resolve({ f }) }
}

/** The next process on what the one before has left. */
const recovered = (memory: MemoryStore, options: Parameters<typeof open>[1]) =>
  Effect.tap(open(memory, options), ({ namespace }) => namespace.recover)

const program = '#(extern "./m.ts" (f (n :int) :int {retry 1 backoff 60000}))\n(log (f 1))'

describe("a call that was under way when the process was killed", () => {
  it.effect("is made again, as the next attempt, with the same key, also when there was none left", () =>
    Effect.gen(function* () {
      const { calls, externs } = pending()
      let { memory } = yield* calling(program, {}, { externs })
      for (let life = 1; life <= 4; life++) {
        yield* until(() => calls.length === life)
        memory = killed(memory)
        const { namespace, texts } = yield* recovered(memory, { externs })
        yield* until(() => calls.length === life + 1)
        if (life < 4) continue
        calls.at(-1)!.answer(5)
        yield* untilIdle(namespace)
        assert.deepStrictEqual(texts(), ["5"])
        const { timeline } = yield* namespace.inspect("test-1")
        const lost = timeline.flatMap(({ detail, event }) => (event === "attempt" ? [detail] : []))
        assert.deepStrictEqual(
          lost,
          [1, 2, 3, 4].map((attempt) => `${attempt} of 2 ended with its process`)
        )
      }
      assert.deepStrictEqual(
        calls.map(({ attempt }) => attempt),
        [1, 2, 3, 4, 5]
      )
      assert.strictEqual(new Set(calls.map(({ idempotencyKey }) => idempotencyKey)).size, 1)
    })
  )

  it.effect("and fails then, is not tried more often than it says", () =>
    Effect.gen(function* () {
      const { calls, externs } = pending()
      const { memory } = yield* calling(program, {}, { externs })
      yield* until(() => calls.length === 1)
      const { namespace, texts } = yield* recovered(killed(memory), { externs })
      yield* until(() => calls.length === 2)
      calls[1]!.answer(Promise.reject(new Error("no")))
      yield* untilIdle(namespace)
      assert.deepStrictEqual([texts(), calls.length], [['@"no"'], 2])
    })
  )
})

describe("a call between two attempts", () => {
  it.effect("is made again by the next process when its pause is over, and no attempt is counted twice", () =>
    Effect.gen(function* () {
      const { calls, externs } = pending()
      const memory = makeMemory()
      const scope = yield* Scope.make()
      yield* Scope.provide(calling(program, {}, { memory, externs }), scope)
      yield* until(() => calls.length === 1)
      calls[0]!.answer(Promise.reject(new Error("no")))
      yield* until(() => memory.entries().some(([, text]) => text.includes('"pausing"')))
      yield* Scope.close(scope, Exit.void)
      const { namespace, texts } = yield* recovered(killed(memory), { externs })
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(calls.length, 1)
      yield* TestClock.adjust("60 seconds")
      yield* until(() => calls.length === 2)
      assert.strictEqual(calls[1]!.attempt, 2)
      calls[1]!.answer(9)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["9"])
    })
  )
})

describe("closing a namespace", () => {
  it.effect("aborts the calls under way; the next one makes them again, whatever is answered then", () =>
    Effect.gen(function* () {
      const { calls, externs } = pending()
      const memory = makeMemory()
      const scope = yield* Scope.make()
      yield* Scope.provide(calling(program, {}, { memory, externs }), scope)
      yield* until(() => calls.length === 1)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(calls[0]!.signal.aborted)
      calls[0]!.answer(1)
      const { namespace, texts } = yield* recovered(memory, { externs })
      yield* until(() => calls.length === 2)
      assert.strictEqual(calls[1]!.attempt, 2)
      assert.strictEqual(calls[1]!.idempotencyKey, calls[0]!.idempotencyKey)
      calls[1]!.answer(2)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["2"])
    })
  )
})

describe("a call whose record is damaged", () => {
  it.effect("keeps its task standing still, and no other", () =>
    Effect.gen(function* () {
      const never = pending()
      const two =
        '#(extern "./m.ts" (f (n :int) :int))\n(defn one (n :int) (log (f n)))\n(for (n 1 3) (core/task/spawn one n))'
      const { memory } = yield* calling(two, {}, { externs: never.externs })
      yield* until(() => never.calls.length === 2)
      const entries = memory
        .entries()
        .map(([key, text]): [string, string] => [key, key === "n1/ec/one-2" ? `${text} ` : text])
      const rejected: Array<string> = []
      const { namespace, texts } = yield* recovered(makeMemory({ entries }), {
        externs: () => Promise.resolve({ f: (n: number) => n }),
        onRejected: (task) => void rejected.push(task)
      })
      yield* untilIdle(namespace)
      assert.deepStrictEqual([rejected, texts()], [["one-2"], ["2"]])
    })
  )
})

describe("of many calls", () => {
  const many = (count: number) => `#(extern "./m.ts" (f (n :int) :int))
    (defn one (n :int) [(f n) (core/kv/incr "done")])
    (for (n 0 ${count}) (core/task/spawn one n))`

  it.effect("so many are under way at once as may be; the others have their turn in their order", () =>
    Effect.gen(function* () {
      const { calls, externs } = pending()
      const count = limits.externCallsMax + 500
      const { namespace } = yield* calling(many(count), {}, { externs })
      yield* until(() => calls.length === limits.externCallsMax)
      for (let turn = 0; turn < 20; turn++) yield* until(() => true)
      assert.strictEqual(calls.length, limits.externCallsMax)
      for (let answered = 0; answered < count; answered++) {
        yield* until(() => calls.length > answered)
        calls[answered]!.answer(answered)
      }
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("done"), count)
      assert.deepStrictEqual(
        calls.map(({ n }) => n),
        Array.from({ length: count }, (_, n) => n)
      )
      assert.isTrue(calls.every(({ attempt }) => attempt === 1))
    })
  )

  it.effect(
    "those that a killed process has left are all made, also when they are more than fit into memory",
    () =>
      Effect.gen(function* () {
        const count = limits.externQueueMax + limits.externCallsMax + 200
        const never = pending()
        const { memory, namespace } = yield* calling(many(count), {}, { externs: never.externs })
        yield* until(() => never.calls.length === limits.externCallsMax)
        yield* until(() => memory.entries().filter(([key]) => key.startsWith("n1/ed/")).length === count)
        yield* namespace.durable
        const f = (n: number, { attempt }: Context) => {
          seen.set(n, attempt)
          return n
        }
        const seen = new Map<number, number>()
        const next = yield* recovered(killed(memory), { externs: () => Promise.resolve({ f }) })
        yield* untilIdle(next.namespace)
        assert.strictEqual(yield* next.namespace.kv.get("done"), count)
        assert.strictEqual(seen.size, count)
        // Those that had their turn in the process that was killed come again.
        assert.strictEqual([...seen.values()].filter((attempt) => attempt === 2).length, limits.externCallsMax)
      }),
    60_000
  )
})

describe("a call that ends its process again and again", () => {
  const wait: ExternWait = {
    kind: "extern",
    name: "f",
    module: "./m.ts",
    key: "k",
    phase: "begun",
    dueAt: 0,
    attempt: 7,
    attempts: 1,
    lost: limits.externLostMax - 1
  }

  it("is given up in the end", () => {
    assert.isTrue(isGivenUp(wait))
    assert.isFalse(isGivenUp({ ...wait, lost: wait.lost - 1 }))
    assert.isFalse(isGivenUp({ ...wait, phase: "due" }))
  })

  it.effect("then yields an error value", () =>
    Effect.gen(function* () {
      const { calls, externs } = pending()
      let { memory } = yield* calling(program, {}, { externs })
      yield* until(() => calls.length === 1)
      for (let life = 1; life < limits.externLostMax; life++) {
        memory = killed(memory)
        yield* recovered(memory, { externs })
        yield* until(() => calls.length === life + 1)
      }
      const { namespace, texts } = yield* recovered(killed(memory), { externs })
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), [`@"the process ended during each of ${limits.externLostMax} attempts"`])
      assert.strictEqual(calls.length, limits.externLostMax)
    })
  )
})

describe("the pause before the next attempt", () => {
  it("is between a half of the doubled one and the whole, and never above its bound", () => {
    for (const backoff of [0, 1, 200, 7_200_000]) {
      for (let attempt = 1; attempt < 1100; attempt++) {
        const whole = Math.min(backoff * 2 ** Math.min(attempt - 1, 60), Math.max(limits.externPauseMsMax, backoff))
        const pause = pauseMs(`k-${attempt % 7}`, { attempt }, backoff)
        assert.isTrue(pause >= Math.floor(whole / 2) && pause <= whole, `${pause} of ${whole}`)
      }
    }
  })

  it("spreads calls that failed together", () => {
    const pauses = Array.from({ length: 1000 }, (_, n) => pauseMs(`task-${n}`, { attempt: 1 }, 1000))
    const tenths = new Set(pauses.map((pause) => Math.floor((pause - 500) / 50)))
    assert.isAtLeast(tenths.size, 10)
    assert.isAtLeast(new Set(pauses).size, 300)
  })
})

describe("a damaged frame of a task that waits for a call", () => {
  const program = `#(extern "./m.ts" (f (n :int) :int))
    (defn inner (n :int) :int (* 1 (insist (f n))))
    (defn worker (n :int) :int (+ n (inner n)))
    (def a (core/task/spawn worker 1))
    (def b (core/task/spawn worker 2))
    (log (core/task/join a))`

  for (const depth of [0, 1])
    it.effect(`keeps that task alone, and the result of its call: depth ${depth}`, () =>
      Effect.gen(function* () {
        const key = new Keys("1").frame("worker-3", depth)
        let calls = 0
        const begun = yield* calling(program, { f: () => new Promise(() => calls++) })
        yield* until(() => calls === 2)
        const damaged = begun.memory
          .entries()
          .map(([each, record]) => [each, each === key ? `${record}0` : record] as const)
        assert.notDeepEqual(damaged, begun.memory.entries())
        const rejected: Array<string> = []
        const again: Array<number> = []
        const f = (n: number) => {
          again.push(n)
          return n * 10
        }
        const memory = makeMemory({ entries: damaged })
        const options = {
          externs: () => Promise.resolve({ f }),
          onRejected: (task: string) => void rejected.push(task)
        }
        const { namespace, texts } = yield* open(memory, options)
        yield* namespace.recover
        yield* until(() => texts().length > 0 && rejected.length > 0)
        assert.deepStrictEqual([texts(), rejected], [["11"], ["worker-3"]])
        assert.deepStrictEqual(again.sort(), [1, 2])
        yield* namespace.stop
        const last = yield* open(makeMemory({ entries: memory.entries() }), options)
        yield* last.namespace.recover
        yield* until(() => rejected.length > 1)
        assert.strictEqual(again.length, 2)
      })
    )
})
