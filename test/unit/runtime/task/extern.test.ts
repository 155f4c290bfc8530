import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { SxsError } from "../../../../runtime/value/plain.ts"
import { type Context, calling, until } from "../../../support/externs.ts"
import { open, untilIdle } from "../../../support/namespace.ts"

const lines = (program: string, module: Readonly<Record<string, unknown>>) =>
  Effect.gen(function* () {
    const { namespace, task, texts } = yield* calling(program, module)
    yield* untilIdle(namespace)
    const { error } = yield* namespace.inspect(task)
    return error === undefined ? texts() : [...texts(), `${error.code} ${error.message}`]
  })

describe("a function of a module", () => {
  it.effect("may yield a plain value, a promise or an Effect", () =>
    Effect.gen(function* () {
      const program = `#(extern "./m.ts" (plain (n :int) :int) (later (n :int) :int) (effect (n :int) :int) (nothing ()))
        (log (plain 1) (later 2) (effect 3) (nothing))`
      const module = {
        plain: (n: number) => n * 10,
        later: (n: number) => Promise.resolve(n * 10),
        effect: (n: number) => Effect.as(Effect.sleep("1 minute"), n * 10),
        nothing: () => undefined
      }
      assert.deepStrictEqual(yield* lines(program, module), ["10 20 30 none"])
    })
  )

  it.effect("gets its arguments as JavaScript has them, and the context behind them", () =>
    Effect.gen(function* () {
      const program = `#(form card {number :str limit :real})
        #(extern "./m.ts" (f (card :card list :list big :int) :map {key "pay"}))
        (log (f (card "4111" 2.0) '(1 "a") 9007199254740993))`
      const given: Array<unknown> = []
      const f = (...args: ReadonlyArray<unknown>) => {
        given.push(...args)
        return { ok: true, big: 2n ** 60n }
      }
      assert.deepStrictEqual(yield* lines(program, { f }), ['(map "ok" true "big" 1152921504606846976)'])
      const [card, list, big, context] = given as [object, unknown, unknown, Context]
      assert.deepStrictEqual({ ...card }, { number: "4111", limit: 2 })
      assert.deepStrictEqual([list, big], [[1, "a"], 9_007_199_254_740_993n])
      assert.strictEqual(context.attempt, 1)
      assert.match(context.idempotencyKey, /^pay\/test-1\/[0-9a-f]{32}$/)
      assert.isFalse(context.signal.aborted)
      assert.strictEqual(given.length, 4)
    })
  )

  it.effect("may be passed on as a value, and is checked then too", () =>
    Effect.gen(function* () {
      const program = `#(extern "./m.ts" (double (n :int) :int))
        (log (list/map double '(1 2 3)))
        (log (recover (apply double '("x")) (map/get $fault "message")))
        (defn go (g) (g 7)) (log (go double))`
      assert.deepStrictEqual(yield* lines(program, { double: (n: number) => n * 2 }), [
        "(2 4 6)",
        'call: `n` of `double`: expected :int, got "x"',
        "14"
      ])
    })
  )

  it.effect("faults where an argument is not of the declared type, and nothing is called", () =>
    Effect.gen(function* () {
      let calls = 0
      const program = '#(extern "./m.ts" (f (n :int) :int))\n(defn given () (list/at! 0 \'("x")))\n(log (f (given)))'
      const f = () => ++calls
      assert.deepStrictEqual(yield* lines(program, { f }), ['SXS6305 `n` of `f`: expected :int, got "x"'])
      assert.strictEqual(calls, 0)
    })
  )

  it.effect("whose result is not of the declared type yields an error value that says so, once", () =>
    Effect.gen(function* () {
      let calls = 0
      const program = '#(extern "./m.ts" (f () :int {retry 5}) (g () :str) (h ()))\n(log (f)) (log (g)) (log (h))'
      const f = () => {
        calls++
        return "5"
      }
      const module = { f, g: () => new SxsError("no"), h: () => new Date(0) }
      assert.deepStrictEqual(yield* lines(program, module), [
        '@"the result of `f`: expected :int, got the string \\"5\\""',
        '@"no"',
        '@"the result of `h`: expected a value that sxs has, got an instance of Date"'
      ])
      assert.strictEqual(calls, 1)
    })
  )

  const fails = () => {
    throw new Error("no")
  }
  const having = (name: string, property: PropertyDescriptor) =>
    Object.defineProperty({}, name, { ...property, enumerable: true })
  const late = (yields: (value: number) => void) => [yields(7), fails()]
  for (const [name, yielded, expected] of [
    ["a getter", () => having("a", { get: fails }), /^@".*no"$/],
    ["a proxy", () => new Proxy({}, { ownKeys: fails, getPrototypeOf: fails }), /^@".*no"$/],
    ["a getter of then", () => having("then", { get: fails }), /^@"no"$/],
    ["a thenable", () => having("then", { value: fails }), /^@"no"$/],
    ["a thenable that has yielded", () => having("then", { value: late }), /^7$/],
    ["what is thrown", () => Promise.reject(Object.defineProperty(new Error("?"), "message", { get: fails })), /^@"/],
    ["a full stack", () => JSON.parse("[".repeat(20_000) + "]".repeat(20_000)) as unknown, /^@"/]
  ] as const)
    it.effect(`whose result throws when it is looked at ends no other task: ${name}`, () =>
      Effect.gen(function* () {
        const text = `#(extern "./m.ts" (f () :any) (g () :int))
          (log (f))
          (log (g))`
        const { namespace, texts } = yield* calling(text, { f: yielded, g: () => 8 })
        yield* until(() => texts().length === 2)
        yield* untilIdle(namespace)
        assert.match(texts()[0]!, expected)
        assert.strictEqual(texts()[1], "8")
      })
    )

  it.effect("may not be called in an atomic, where nothing waits", () =>
    Effect.gen(function* () {
      const program = `#(extern "./m.ts" (f () :int))
        (log (recover (atomic ((list/at! 0 (list f)))) (map/get $fault "code")))`
      assert.deepStrictEqual(yield* lines(program, { f: () => 1 }), ["SXS6303"])
    })
  )

  it.effect("is called when what the call depends on is durable", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const seen: Array<string> = []
      const f = () => {
        seen.push(...memory.entries().flatMap(([key, text]) => (/^n1\/(u|t)\//.test(key) ? [key + text] : [])))
        return 1
      }
      const program = '#(extern "./m.ts" (f () :int))\n(core/kv/set k 5)\n(f)'
      const { namespace } = yield* calling(program, { f }, { memory })
      yield* untilIdle(namespace)
      assert.isTrue(seen.some((each) => each.startsWith("n1/u/k")))
      assert.isTrue(seen.some((each) => each.includes('"phase":"begun"') && each.includes('"attempt":1')))
    })
  )
})

describe("an attempt that fails", () => {
  it.effect("is followed by others, with the same key, until the last one's message is the value", () =>
    Effect.gen(function* () {
      const seen: Array<readonly [key: string, attempt: number, at: number]> = []
      const f = (name: string, { attempt, idempotencyKey }: Context) =>
        Effect.gen(function* () {
          seen.push([idempotencyKey, attempt, yield* Clock.currentTimeMillis])
          if (name === "a" && attempt === 3) return attempt
          return yield* Effect.fail(new Error(`no ${attempt}`))
        })
      const program = '#(extern "./m.ts" (f (name :str) :int {retry 3 backoff 60000}))\n(log (f "a"))\n(log (f "b"))'
      assert.deepStrictEqual(yield* lines(program, { f }), ["3", '@"no 4"'])
      assert.deepStrictEqual(
        seen.map(([, attempt]) => attempt),
        [1, 2, 3, 1, 2, 3, 4]
      )
      assert.strictEqual(new Set(seen.slice(0, 3).map(([key]) => key)).size, 1)
      assert.strictEqual(new Set(seen.map(([key]) => key)).size, 2)
      const pauses = seen.slice(4).map(([, , at], index) => at - seen[index + 3]![2])
      for (const [index, pause] of pauses.entries()) {
        const whole = 60_000 * 2 ** index
        // A timer fires with the next second of the test.
        assert.isTrue(pause >= whole / 2 && pause <= whole + 2000, `pause ${index + 1} of ${pause} ms`)
      }
    })
  )

  it.effect("throws, rejects or is an error value of JavaScript's: all are tried again", () =>
    Effect.gen(function* () {
      const program = `#(extern "./m.ts" (f (n :int) :int {retry 1 backoff 0}))
        (log (f 0) (f 1) (f 2) (f 3))`
      const counts = [0, 0, 0, 0]
      const f = (n: number) => {
        counts[n]!++
        if (n === 0) throw new Error("thrown")
        if (n === 1) return Promise.reject("rejected")
        if (n === 2) return Promise.reject(new SxsError({ code: 7 }))
        return Effect.die(new Error("died"))
      }
      assert.deepStrictEqual(yield* lines(program, { f }), ['@"thrown" @"rejected" @(map "code" 7) @"died"'])
      assert.deepStrictEqual(counts, [2, 2, 2, 2])
    })
  )

  it.effect("takes longer than its time limit: its signal aborts, and what it yields then is dropped", () =>
    Effect.gen(function* () {
      const signals: Array<AbortSignal> = []
      let answer = (_: number): void => {}
      const f = ({ attempt, signal }: Context) => {
        signals.push(signal)
        return attempt === 2 ? 2 : new Promise<number>((resolve) => (answer = resolve))
      }
      const program = '#(extern "./m.ts" (f () :int {timeout 3000 retry 1 backoff 60000}))\n(log (f))'
      const { namespace, task, texts } = yield* calling(program, { f })
      yield* until(() => signals.length === 1)
      yield* TestClock.adjust("2 seconds")
      assert.isFalse(signals[0]!.aborted)
      yield* TestClock.adjust("1 second")
      yield* until(() => signals[0]!.aborted)
      answer(1)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["2"])
      const { timeline } = yield* namespace.inspect(task)
      assert.deepStrictEqual(
        timeline.flatMap(({ detail, event }) => (event === "attempt" ? [detail] : [])),
        ["1 of 2 failed: no answer within 3000 ms"]
      )
    })
  )
})

describe("a call under way", () => {
  const program = `#(extern "./m.ts" (f (n :int) :int {retry 2}))
    (defn work ()  [(defer (log "left")) (log "got" (f 1))])`

  const pending = () => {
    const calls: Array<Context & { readonly answer: (n: unknown) => void }> = []
    const f = (_n: number, context: Context) => new Promise((resolve) => calls.push({ ...context, answer: resolve }))
    return { calls, module: { f } }
  }

  it.effect("is shown with its attempt and key", () =>
    Effect.gen(function* () {
      const { calls, module } = pending()
      const { namespace, task } = yield* calling(`${program} (work)`, module)
      yield* until(() => calls.length === 1)
      const { task: view } = yield* namespace.inspect(task)
      assert.match(view.waitsFor ?? "", /^`f` of \.\/m\.ts, attempt 1 of 3, key test-1\/[0-9a-f]{32}$/)
      calls[0]!.answer(1)
      yield* untilIdle(namespace)
    })
  )

  it.effect("is aborted when its task is cancelled, and what is deferred may call again", () =>
    Effect.gen(function* () {
      const { calls, module } = pending()
      const undone: Array<number> = []
      const undo = (n: number) => void undone.push(n)
      const text = `#(extern "./m.ts" (f (n :int) :int) (undo (n :int)))
        (defn work ()  [(defer (undo 1)) (log "got" (f 1))])
        (def t (core/task/spawn work))`
      const { namespace, texts } = yield* calling(text, { ...module, undo })
      yield* until(() => calls.length === 1)
      yield* namespace.cancel("work-2")
      yield* untilIdle(namespace)
      assert.isTrue(calls[0]!.signal.aborted)
      calls[0]!.answer(1)
      yield* untilIdle(namespace)
      assert.deepStrictEqual([undone, texts()], [[1], []])
      assert.strictEqual((yield* namespace.inspect("work-2")).task.state, "cancelled")
    })
  )

  it.effect("that is an Effect is interrupted", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const f = ({ signal }: Context) => {
        seen.push("called")
        return Effect.onInterrupt(Effect.never, () => Effect.sync(() => void seen.push(`aborted: ${signal.aborted}`)))
      }
      const text = '#(extern "./m.ts" (f () :int))\n(defn work () (f))\n(core/task/spawn work)'
      const { namespace } = yield* calling(text, { f })
      yield* until(() => seen.length === 1)
      yield* namespace.cancel("work-2")
      yield* until(() => seen.length === 2)
      assert.match(seen[1]!, /^aborted: /)
    })
  )

  it.effect("is aborted by a deadline, and when another has won the race", () =>
    Effect.gen(function* () {
      const { calls, module } = pending()
      const text = `${program}
        (log (recover (core/task/limit {deadline 5000} (f 1)) (map/get $fault "code")))
        (log (core/task/race (list (fn () (f 2)) (fn () [(core/task/sleep 100) "first"]))))`
      const { namespace, texts } = yield* calling(text, module)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["SXS6221", "first"])
      assert.deepStrictEqual(
        calls.map(({ signal }) => signal.aborted),
        [true, true]
      )
    })
  )

  it.effect("never ends before it was begun, whatever the clock says when", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      let readings = 0
      const hasty = { ...clock, currentTimeMillisUnsafe: () => readings++, sleep: clock.sleep.bind(clock) }
      const text = '#(extern "./m.ts" (f (n :int) :int))\n(for (n 0 5) (f n))'
      const called = calling(text, { f: (n: number) => Promise.resolve(n) })
      const { namespace, task } = yield* Effect.provideService(called, Clock.Clock, hasty)
      yield* untilIdle(namespace)
      const { timeline } = yield* namespace.inspect(task)
      const times = timeline.map(({ at }) => at)
      assert.isAbove(times.length, 5)
      assert.deepStrictEqual(
        times,
        [...times].sort((a, b) => a - b)
      )
    })
  )

  it.effect("is one batch with what its task does next", () =>
    Effect.gen(function* () {
      const commits: Array<number> = []
      const f = (n: number) => {
        commits.push(memory.commitCount())
        return n
      }
      const memory = makeMemory()
      const text = '#(extern "./m.ts" (f (n :int) :int))\n(log (+ (insist (f 1)) (insist (f 2)) (insist (f 3))))'
      const { namespace, texts } = yield* calling(text, { f }, { memory })
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["6"])
      const [first, ...others] = commits
      assert.deepStrictEqual(others, [first! + 1, first! + 2])
    })
  )

  it.effect("whose result waits for its turn when the namespace stops is not made again", () =>
    Effect.gen(function* () {
      const { calls, module } = pending()
      const memory = makeMemory()
      let isDue = false
      const order = () => {
        if (isDue) Effect.runFork(namespace.stop)
        isDue = false
        return 0
      }
      const text = `${program} (core/task/spawn work) (core/task/spawn work)
        (def others (list (core/task/spawn spin) (core/task/spawn spin)))
        (defn spin () (while true (core/task/checkpoint)))`
      const { namespace, texts } = yield* calling(text, module, { memory, order, segmentsPerTurn: 1 })
      yield* until(() => calls.length === 2)
      for (const call of calls) call.answer(7)
      isDue = true
      yield* until(() => !isDue)
      yield* namespace.stop
      const again = yield* open(makeMemory({ entries: memory.entries() }), { externs: () => Promise.resolve(module) })
      yield* again.namespace.recover
      const shown = () => [...texts(), ...again.texts()].sort()
      yield* until(() => calls.length > 2 || shown().length === 4)
      assert.strictEqual(calls.length, 2)
      assert.deepStrictEqual(shown(), ["got 7", "got 7", "left", "left"])
      yield* again.namespace.stop
    })
  )

  for (const change of ["pause", "cancel"] as const)
    it.effect(`whose result waits for its turn meets what comes before: ${change}`, () =>
      Effect.gen(function* () {
        const { calls, module } = pending()
        let isDue = false
        // Two results have their turns with one of another task between them.
        const order = () => {
          if (isDue) Effect.runFork(namespace[change]("work-3"))
          isDue = false
          return 0
        }
        const text = `${program}
          (defn spin () (while true (core/task/checkpoint)))
          (def one (core/task/spawn work))
          (def two (core/task/spawn work))
          (def others (list (core/task/spawn spin) (core/task/spawn spin)))
          (core/task/join one)
          (core/task/pause)
          (for (other others) (core/task/cancel other))`
        const { namespace, task, texts } = yield* calling(text, module, { order, segmentsPerTurn: 1 })
        yield* until(() => calls.length === 2)
        isDue = true
        for (const call of calls) call.answer(7)
        yield* until(() => texts().length === 2)
        for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
        assert.strictEqual((yield* namespace.inspect("work-3")).task.state, change === "pause" ? "paused" : "cancelled")
        assert.deepStrictEqual(texts(), change === "pause" ? ["got 7", "left"] : ["got 7", "left", "left"])
        if (change === "pause") yield* namespace.resume("work-3", null)
        yield* namespace.resume(task, null)
        yield* untilIdle(namespace)
        assert.strictEqual(texts().length, change === "pause" ? 4 : 3)
        assert.strictEqual(calls.length, 2)
      })
    )

  it.effect("goes on while its task is paused from outside, and its value is kept", () =>
    Effect.gen(function* () {
      const { calls, module } = pending()
      const { namespace, task, texts } = yield* calling(`${program} (work)`, module)
      yield* until(() => calls.length === 1)
      yield* namespace.pause(task)
      assert.isFalse(calls[0]!.signal.aborted)
      calls[0]!.answer(7)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), [])
      yield* namespace.resume(task, null)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["got 7", "left"])
      assert.strictEqual(calls.length, 1)
    })
  )

  it.effect("that fails while its task is paused is tried again when that goes on", () =>
    Effect.gen(function* () {
      const { calls, module } = pending()
      const { namespace, task, texts } = yield* calling(`${program} (work)`, module)
      yield* until(() => calls.length === 1)
      yield* namespace.pause(task)
      calls[0]!.answer(Promise.reject(new Error("no")))
      yield* untilIdle(namespace)
      assert.strictEqual(calls.length, 1)
      yield* namespace.resume(task, null)
      yield* TestClock.adjust("5 seconds")
      yield* until(() => calls.length === 2)
      assert.strictEqual(calls[1]!.attempt, 2)
      calls[1]!.answer(8)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["got 8", "left"])
    })
  )
})
