import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { Taps } from "../../../../runtime/bus/taps.ts"
import { EventQueueFull, limits, type Namespace, NoSuchTopic, Store, Sym } from "../../../../runtime/index.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { type MemoryStore, makeMemory } from "../../../../runtime/store/memory.ts"
import { scrub } from "../../../../runtime/task/scrub.ts"
import { compiled, open, untilIdle, withTime } from "../../../support/namespace.ts"
import { run } from "../../../support/run-task.ts"

const start = (namespace: Namespace, text: string) =>
  Effect.andThen(namespace.startProgram({ bundle: compiled(text), fresh: false }), untilIdle(namespace))

const eventsOf = (keys: Keys): string => `${keys.all.from}v/`

/** What a doctor finds wrong with the store. */
const flawsOf = ({ store }: MemoryStore) =>
  Effect.gen(function* () {
    const flaws: Array<string> = []
    yield* scrub(store, { onFlaw: ({ key, what }) => flaws.push(`${key}: ${what}`), onProgress: () => {} })
    return flaws
  })

describe("publishing", () => {
  it.effect("hands an event to each subscription of its topic once, in order, with channel and topic", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (core/event/sub A 7 { (log "one" $data $channel $topic) })
        (core/event/sub A 7 :int { (log "int" $data) })
        (core/event/sub A 8 { (log "other" $data) })
        (core/event/sub "B" 7 { (log "other" $data) })
        (core/event/pub A 7 1)
        (core/event/pub "A" 7 "two")
        (core/event/pub $CHANNEL_A 7 3)`)
      assert.deepStrictEqual(
        lines.filter((line) => line.startsWith("one")),
        ["one 1 A 7", "one two A 7", "one 3 A 7"]
      )
      assert.deepStrictEqual(
        lines.filter((line) => !line.startsWith("one")),
        ["int 1", "int 3"]
      )
    })
  )

  it.effect("from a loop stops where the queue is full, and goes on as handlers take events up", () =>
    Effect.gen(function* () {
      const [places, queueEvents] = [2, 5]
      const keys = new Keys("1")
      // Those that wait, and those under way.
      const kept = new Set<string>()
      let most = 0
      const memory = makeMemory({
        onCommit: (written) => {
          for (const { key, type } of written.filter((write) => write.key.startsWith(eventsOf(keys))))
            if (type === "put") kept.add(key)
            else kept.delete(key)
          most = Math.max(most, kept.size)
        }
      })
      const { namespace } = yield* open(memory, { bus: { queueEvents, places } })
      const text = `
        (core/event/sub A 1 { (core/task/sleep 10) (core/kv/incr sum $data) })
        (defn publish (n) (core/event/pub A 1 n))
        (for (i 0 50) (publish i) (core/kv/incr published))`
      yield* start(namespace, text)
      assert.strictEqual(yield* namespace.kv.get("sum"), 1225)
      assert.strictEqual(kept.size, 0)
      assert.isAtMost(most, places + queueEvents + 1)
    })
  )

  it.effect("by handlers that publish more than they take up faults when far more wait than may", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory(), { bus: { queueEvents: 4, attempts: 1 } })
      yield* start(
        namespace,
        `(core/event/sub A 1 {
           (core/kv/incr handled)
           (if (< $data 15) [(core/event/pub A 1 (+ $data 1)) (core/event/pub A 1 (+ $data 1))]) })
         (core/event/pub A 1 1)`
      )
      const [subscription] = yield* namespace.bus.subscriptions({ limit: 1 })
      assert.include(subscription, { queued: 0, running: 0 })
      assert.isAbove(subscription!.deadLetters, 0)
      const letters = yield* namespace.bus.deadLetters({ limit: 1000 })
      for (const { fault } of letters) assert.strictEqual(fault.code, "SXS6219")
    })
  )

  it.effect("leaves nothing behind where handlers log nothing", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace } = yield* run(
        "(core/event/sub A 1 { (core/kv/incr sum $data) }) (for (i 0 100) (core/event/pub A 1 i))",
        memory
      )
      assert.strictEqual(yield* namespace.kv.get("sum"), 4950)
      assert.strictEqual(yield* namespace.countTasks({ upTo: 1000 }), 1)
      const [subscription] = yield* namespace.bus.subscriptions({ limit: 10 })
      assert.include(subscription, { channel: "A", topic: 1, program: "test", queued: 0, running: 0, deadLetters: 0 })
    })
  )

  it.effect("faults for what is no channel or topic, and for the channel of the processors", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn tried (channel topic) (recover (core/event/pub $channel $topic 1) $exception))
        (for (each (list (tried "G" 1) (tried "A" -1) (tried "A" 65536) (tried "EXEC" 0) (tried "A" 65535))) (log each))`)
      assert.deepStrictEqual(lines, [
        'core/event/pub: expected a channel (A, B, C, D, E, F, EXEC), got the text "G"',
        "core/event/pub: expected a topic, an int from 0 to 65535, got the int -1",
        "core/event/pub: expected a topic, an int from 0 to 65535, got the int 65536",
        "core/event/pub: programs can listen to the channel EXEC, and only the runtime publishes on it",
        "true"
      ])
    })
  )
})

describe("a handler that always faults", () => {
  const program = `
    (core/event/sub A 1 {
      (core/kv/incr (str "tried:" $data))
      (if (and (= $data 1) (not (core/kv/exists cured))) (fault "bad"))
      (core/kv/incr handled) })
    (for (i 0 20) (core/event/pub A 1 i))`

  it.effect("holds nobody up, and its event becomes a dead letter that can be tried again", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      yield* namespace.startProgram({ bundle: compiled(program), fresh: false })
      // Without time going on: only the pauses of the one that faults need any.
      for (let turn = 0; (yield* namespace.kv.get("handled")) !== 19; turn++) {
        assert.isBelow(turn, 1000, "the others wait for the one that faults")
        yield* Effect.yieldNow
      }
      assert.strictEqual(yield* namespace.kv.get("tried:1"), 1)
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("tried:1"), 4)
      const [letter, ...more] = yield* namespace.bus.deadLetters({ limit: 10 })
      assert.deepStrictEqual(more, [])
      assert.include(letter, { channel: "A", topic: 1, data: 1, attempts: 4, subscription: "sub-1" })
      assert.strictEqual(letter?.fault.message, "bad")
      const failed = yield* namespace.inspect(letter!.task)
      assert.deepStrictEqual(failed.task.handles, {
        subscription: "sub-1",
        event: 2,
        attempt: 4,
        deadLetter: letter!.id
      })
      yield* namespace.kv.set("cured", true)
      yield* namespace.bus.retryDeadLetter(letter!.id)
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("handled"), 20)
      assert.deepStrictEqual(yield* namespace.bus.deadLetters({ limit: 10 }), [])
      const again = yield* Effect.flip(namespace.bus.retryDeadLetter(letter!.id))
      assert.strictEqual(again._tag, "DeadLetterNotFound")
    })
  )

  it.effect("is tried as often as the namespace says", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory(), { bus: { attempts: 2 } })
      yield* start(namespace, program)
      assert.strictEqual(yield* namespace.kv.get("tried:1"), 2)
      yield* namespace.bus.dropDeadLetter("sub-1.2")
      assert.deepStrictEqual(yield* namespace.bus.deadLetters({ subscription: "sub-1", limit: 10 }), [])
    })
  )
})

describe("an event that is too much for a commit", () => {
  it.effect("is refused as a whole, and not shown", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory())
      const tap = yield* namespace.bus.tap({ channel: "A" })
      yield* start(
        namespace,
        `(for (i 0 12) (core/event/sub A 1 { (core/kv/incr handled) }))
         (core/event/sub A 1 :int { (core/kv/incr ints) })
         (log (recover (core/event/pub A 1 (str/repeat "x" 3000000)) (map/get $fault "code")))
         (core/event/pub A 1 1)`
      )
      assert.deepStrictEqual(texts(), ["SXS6004"])
      assert.strictEqual(yield* namespace.kv.get("handled"), 12)
      assert.strictEqual(yield* namespace.kv.get("ints"), 1)
      const shown = yield* tap.take
      assert.deepStrictEqual(
        shown.map(({ data }) => data),
        [1]
      )
    })
  )

  it.effect("is none where few would handle it at once", () =>
    Effect.gen(function* () {
      const { namespace } = yield* run(
        `(for (i 0 12) (core/event/sub A 1 :int { (core/kv/incr ints) }))
         (core/event/sub A 1 { (core/kv/incr handled) })
         (core/event/pub A 1 (str/repeat "x" 3000000))`
      )
      assert.strictEqual(yield* namespace.kv.get("handled"), 1)
    })
  )
})

describe("awaits", () => {
  it.effect("lose no wake-up, ten thousand times", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      yield* start(
        namespace,
        `(core/event/sub A 0 { (core/event/pub A (+ 1 $data) $data) })
         (defn ask (n) (for (i 0 100) (if (= n (core/expr/await (core/event/pub A 0 n) A (+ n 1) none)) (core/kv/incr answers))))
         (core/task/all (list/map (fn (n) (fn () (ask n))) (list/range 0 100)))`
      )
      assert.strictEqual(yield* namespace.kv.get("answers"), 10_000)
    })
  )

  it.effect("whose time is over leave a whole store, whatever comes in the segment that hears of it", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { lines } = yield* run(
        `(log (core/expr/await none A 1 20))
         (core/event/pub A 1 1)
         (def slow (core/task/spawn core/task/pause))
         (log (core/task/join slow 20))
         (core/task/cancel slow)`,
        memory
      )
      assert.deepStrictEqual(lines, ['@"timeout"', '@"timeout"'])
      assert.deepStrictEqual(yield* flawsOf(memory), [])
    })
  )

  it.effect("end at their time, with an error of the body, and with the task", () =>
    Effect.gen(function* () {
      const { lines, namespace } = yield* run(`
        (log (core/expr/await 1 A 1 50) (core/expr/await @"no" A 1) (recover (core/expr/await (fault "x") A 1) "caught"))
        (log (recover (core/task/limit {deadline 10} (core/expr/await 1 A 1 none)) "late"))
        (def t (core/task/spawn (fn () (core/expr/await 1 A 1 none))))
        (core/task/sleep 1)
        (log (map/get (insist (core/task/inspect t)) "waits-for"))
        (core/task/cancel t)
        (core/event/pub A 1 "nobody")`)
      assert.deepStrictEqual(lines, ['@"timeout" @"no" caught', "late", "an answer on A/1"])
      assert.strictEqual(yield* namespace.countTasks({ upTo: 10 }), 2)
    })
  )
})

describe("subscriptions", () => {
  const listening = (step: number) => `
    (core/event/sub A 1 { (core/kv/incr sum (* ${step} $data)) })
    ${step === 1 ? "(core/event/sub A 2 { (core/kv/incr gone) })" : ""}
    (log "listens")`

  it.effect("of a program outlive it, are taken over by its next run, and go when that has not", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      yield* start(namespace, listening(1))
      assert.lengthOf(yield* namespace.bus.subscriptions({ limit: 10 }), 2)
      yield* namespace.bus.publish("A", 1, 5)
      yield* untilIdle(namespace)
      yield* start(namespace, listening(100))
      const views = yield* namespace.bus.subscriptions({ limit: 10 })
      assert.deepStrictEqual(
        views.map(({ id, topic }) => ({ id, topic })),
        [{ id: "sub-1", topic: 1 }]
      )
      yield* namespace.bus.publish("A", 1, 7)
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("sum"), 705)
    })
  )

  it.effect("of a program go when its run is cancelled, and stay when it fails", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      yield* start(namespace, '(core/event/sub A 1 { 1 }) (fault "no")')
      assert.lengthOf(yield* namespace.bus.subscriptions({ limit: 10 }), 1)
      const { task } = yield* namespace.startProgram({
        bundle: compiled("(core/event/sub A 1 { 1 }) (core/event/sub A 2 { 1 }) (core/task/pause)"),
        fresh: false
      })
      yield* untilIdle(namespace)
      assert.lengthOf(yield* namespace.bus.subscriptions({ limit: 10 }), 2)
      yield* namespace.cancel(task.id)
      assert.deepStrictEqual(yield* namespace.bus.subscriptions({ limit: 10 }), [])
    })
  )

  it.effect("that are taken over with another type make dead letters of what waited and is not of it", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory(), { bus: { places: 1 } })
      const version = (fields: string, body: string) =>
        `#(form order {${fields}}) (core/event/sub A 1 :order { ${body} })`
      yield* start(
        namespace,
        `${version("id :int", "(core/task/pause) (core/kv/incr old)")}
         (for (i 0 3) (core/event/pub A 1 (order i)))
         (core/event/pub A 1 "other")
         (core/event/pub A 1 (map "id" 3 "price" 4))`
      )
      yield* start(namespace, version("id :int price :int", "(core/kv/incr new)"))
      const letters = yield* namespace.bus.deadLetters({ limit: 10 })
      assert.deepStrictEqual(
        letters.map(({ attempts, fault, id }) => [id, attempts, fault.code]),
        [
          ["sub-1.2", 0, "SXS6001"],
          ["sub-1.3", 0, "SXS6001"]
        ]
      )
      const [paused] = yield* namespace.tasks({ limit: 1, state: "paused" })
      yield* namespace.resume(paused!.id, null)
      yield* untilIdle(namespace)
      assert.deepStrictEqual([yield* namespace.kv.get("old"), yield* namespace.kv.get("new")], [1, 1])
      yield* namespace.bus.retryDeadLetter("sub-1.2")
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("new"), 2)
    })
  )

  it.effect("of a task end with it, and what they had queued is swept in bounded commits", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace } = yield* open(memory)
      yield* namespace.startProgram({
        bundle: compiled(`
          (def t (core/task/spawn (fn () [(core/event/sub A 1 { (core/task/pause) }) (core/task/pause)])))
          (core/task/checkpoint)
          (for (i 0 3000) (core/event/pub A 1 i))
          (core/task/checkpoint)
          (core/kv/set published true)
          (core/task/cancel t)`),
        fresh: false
      })
      yield* untilIdle(namespace)
      // The publisher waits for room that never comes.
      const waiting = (yield* namespace.tasks({ limit: 10 })).filter(
        ({ waitsFor }) => waitsFor === "room in the event queue"
      )
      assert.lengthOf(waiting, 1)
      yield* namespace.cancel("fn-2")
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("published"), true)
      assert.deepStrictEqual(yield* namespace.bus.subscriptions({ limit: 10 }), [])
      const snapshot = (yield* Effect.provide(Store, memory.layer)).snapshot()
      assert.deepStrictEqual(yield* snapshot.scan(new Keys("1").eventRange, 10), [])
    })
  )
})

describe("from outside", () => {
  it.effect("events can be published and listened to, and wait for room", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory(), { bus: { queueEvents: 2, places: 1 } })
      yield* start(namespace, "(core/event/sub A 1 { (core/task/pause) (core/kv/incr handled) })")
      const tap = yield* namespace.bus.tap({ channel: "A", topic: 1 })
      yield* namespace.bus.publish("A", 2, "not heard")
      for (let i = 0; i < 3; i++) yield* namespace.bus.publish("A", 1, i)
      const waiting = yield* Effect.forkChild(namespace.bus.publish("A", 1, 3))
      yield* untilIdle(namespace)
      assert.isUndefined(waiting.pollUnsafe())
      const [handler] = yield* namespace.tasks({ state: "paused", limit: 10 })
      assert.deepStrictEqual(handler?.handles, { subscription: "sub-1", event: 1, attempt: 1 })
      yield* namespace.resume(handler!.id, null)
      yield* withTime(Fiber.join(waiting))
      const events = yield* tap.take
      assert.deepStrictEqual(
        events.map(({ channel, data, topic }) => [channel, topic, data]),
        [0, 1, 2, 3].map((i) => ["A", 1, i])
      )
      const wrong = yield* Effect.flip(namespace.bus.publish("EXEC", 1, Sym.of("x")))
      assert.instanceOf(wrong, NoSuchTopic)
    }).pipe(Effect.scoped)
  )

  it.effect("nothing waits for room where nothing runs", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const options = { bus: { queueEvents: 1, places: 1 } }
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory, options)
          yield* start(namespace, "(core/event/sub A 1 { (core/task/pause) })")
          for (let i = 0; i < 2; i++) yield* namespace.bus.publish("A", 1, i)
        })
      )
      const { namespace } = yield* open(memory, options)
      assert.instanceOf(yield* Effect.flip(namespace.bus.publish("A", 1, 2)), EventQueueFull)
    }).pipe(Effect.scoped)
  )
})

describe("processors", () => {
  it.effect("run one at a time also when that waits for room in the queue", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory(), { bus: { queueEvents: 4 } })
      yield* start(
        namespace,
        `(core/event/sub A 1 { (core/task/sleep 10) (core/kv/incr handled) })
         (defn work (name) (log "begins" name) (for (i 0 5) [(core/event/pub A 1 i) (core/task/checkpoint)]) (log "ends" name))
         (for (i 0 8) (insist (core/expr/proc 0 (work i))))`
      )
      assert.deepStrictEqual(texts(), Array.from({ length: 8 }, (_, i) => [`begins ${i}`, `ends ${i}`]).flat())
      assert.strictEqual(yield* namespace.kv.get("handled"), 40)
    })
  )

  it.effect("run one task at a time each, in order", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        (defn work (name ms) [(log "begins" name) (core/task/sleep ms) (log "ends" name) name])
        (def a (insist (core/expr/proc 0 (work "a" 20))))
        (def b (insist (core/expr/proc 0 (work "b" 1))))
        (def c (insist (core/expr/proc 3 (work "c" 5))))
        (log (core/task/join a) (core/task/join b) (core/task/join c) (core/expr/proc 4 1) (core/expr/proc -1 1))`)
      const order = (name: string) => lines.findIndex((line) => line === name)
      assert.isBelow(order("ends a"), order("begins b"))
      assert.isBelow(order("begins c"), order("ends a"))
      assert.match(lines.at(-1)!, /^a b c @"there is no such processor/)
    })
  )
})

describe("new code", () => {
  it.effect("is compared with that of handlers, and what they need is not collected", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const old = compiled("(core/event/sub A 1 { (core/kv/incr sum $data) })")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* namespace.startProgram({ bundle: old, fresh: false })
          yield* untilIdle(namespace)
        })
      )
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory, { retention: { ageMs: 0, tasks: 0 } })
          const upgraded = yield* namespace.upgrade({
            bundle: compiled("(core/event/sub A 1 { (core/kv/incr sum (* 2 $data)) })"),
            apply: false,
            strict: false
          })
          assert.deepStrictEqual(upgraded.kind === "compared" ? upgraded.subscriptions : undefined, {
            movable: 1,
            pinned: 0
          })
          yield* namespace.clean
        })
      )
      const { namespace } = yield* open(memory)
      yield* namespace.bus.publish("A", 1, 5)
      yield* namespace.recover
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("sum"), 5)
    }).pipe(Effect.scoped)
  )
})

describe("an upgrade", () => {
  const upgraded = (old: string, now: string) =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* namespace.startProgram({ bundle: compiled(old), fresh: false })
          yield* untilIdle(namespace)
        })
      )
      const { namespace } = yield* open(memory)
      const found = yield* namespace.upgrade({ bundle: compiled(now), apply: true, strict: false })
      yield* namespace.bus.publish("A", 1, 5)
      yield* namespace.recover
      yield* untilIdle(namespace)
      return {
        moved: found.kind === "compared" && { ...found.subscriptions, isApplied: found.isApplied },
        sum: yield* namespace.kv.get("sum")
      }
    }).pipe(Effect.scoped)

  it.effect("gives handlers the new code with what they have captured", () =>
    Effect.gen(function* () {
      const old = "(def by 3) (core/event/sub A 1 :int { (core/kv/incr sum (* by $data)) }) (core/task/pause)"
      const now =
        "(def by 3) (log by) (core/event/sub A 1 :int { (log by) (core/kv/incr sum (* 2 by $data)) }) (core/task/pause)"
      assert.deepStrictEqual(yield* upgraded(old, now), {
        moved: { movable: 1, pinned: 0, isApplied: true },
        sum: 30
      })
    })
  )

  it.effect("leaves those to the next run whose events or captures the new code takes otherwise", () =>
    Effect.gen(function* () {
      const old = "(core/event/sub A 1 :int { (core/kv/incr sum $data) })"
      const others = [
        "(core/event/sub A 1 :str { (core/kv/incr sum 100) $data })",
        "(def by (core/kv/get by 3)) (core/event/sub A 1 :int { (core/kv/incr sum (* by $data)) })",
        "(core/event/sub A 1 :int { (log 1) (log 2) (log 3) }) (core/event/sub A 2 :int { (log $data) })"
      ]
      for (const now of others)
        assert.deepStrictEqual(yield* upgraded(old, now), {
          moved: { movable: 0, pinned: 1, isApplied: false },
          sum: 5
        })
      const shape = (fields: string) =>
        `#(form order {${fields}}) (core/event/sub A 1 :order { (core/kv/incr sum 1) $data }) (core/task/pause)`
      const { moved } = yield* upgraded(shape("id :int"), shape("id :int cents :int"))
      assert.deepInclude(moved, { movable: 0, pinned: 1 })
    })
  )
})

describe("handlers", () => {
  it.effect("that are cancelled have handled their event, and free their place", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory(), { bus: { places: 1 } })
      yield* start(
        namespace,
        "(core/event/sub A 1 { (if (= $data 0) (core/task/pause)) (core/kv/incr handled) }) (for (i 0 3) (core/event/pub A 1 i))"
      )
      const [handler] = yield* namespace.tasks({ state: "paused", limit: 10 })
      yield* namespace.cancel(handler!.id)
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("handled"), 2)
      const [view] = yield* namespace.bus.subscriptions({ limit: 10 })
      assert.include(view, { queued: 0, running: 0, deadLetters: 0 })
    })
  )

  it.effect("that publish into a full queue give their place up, and wait in their order", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory(), { bus: { queueEvents: 1, places: 1 } })
      yield* start(
        namespace,
        `(core/event/sub A 1 { (if (> $data 0) [(core/event/pub A 1 (- $data 1)) (core/event/pub A 1 (- $data 1))]) (core/kv/incr handled) })
         (core/event/pub A 1 6)`
      )
      assert.strictEqual(yield* namespace.kv.get("handled"), 127)
    })
  )

  it.effect("that wait for tasks of their own which publish into a full queue give their place up, too", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory(), { bus: { queueEvents: 4 } })
      yield* start(
        namespace,
        `(defn tell () (for (i 0 3) (core/event/pub A 2 i)) (core/task/checkpoint) 1)
         (core/event/sub A 2 { (core/kv/incr told) })
         (core/event/sub A 1 { (core/task/all (list tell)) (core/task/join (core/task/spawn tell)) (core/kv/incr handled) })
         (atomic (for (i 0 30) (core/event/pub A 1 i)))`
      )
      assert.strictEqual(yield* namespace.kv.get("handled"), 30)
      assert.strictEqual(yield* namespace.kv.get("told"), 180)
    })
  )

  it.effect("begin in the order of publishing also when the process has ended before", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* start(namespace, "(core/event/sub A 1 { (log $data) }) (for (i 0 6) (core/event/pub A 1 i))")
        })
      )
      // By nobody who would let the handlers run: on-a-1-8 to on-a-1-11.
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          for (const data of [6, 7, 8, 9]) yield* namespace.bus.publish("A", 1, data)
        })
      )
      const { namespace, texts } = yield* open(memory)
      yield* namespace.recover
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["6", "7", "8", "9"])
    })
  )

  it.effect("of a record type get what is of it", () =>
    Effect.gen(function* () {
      const { lines } = yield* run(`
        #(form point {x :int y :int})
        (core/event/sub A 1 :point { (log (point/x $data)) })
        (core/event/pub A 1 (map "x" 1))
        (core/event/pub A 1 (point 2 3))
        (core/event/pub A 1 (map "x" 4 "y" 5 "z" 6))`)
      assert.deepStrictEqual(lines, ["2", "4"])
    })
  )
})

describe("a damaged store", () => {
  it.effect("keeps other subscriptions going, and says what it does without", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* start(
            namespace,
            "(core/event/sub A 1 { (core/kv/incr one) }) (core/event/sub A 1 { (core/kv/incr two) })"
          )
        })
      )
      const key = new Keys("1").progress("sub-1")
      const damaged = makeMemory({
        entries: memory.entries().map(([each, value]) => [each, each === key ? `${value}x` : value] as const)
      })
      const told: Array<string> = []
      const { namespace } = yield* open(damaged, { onDamaged: ({ key }) => void told.push(key ?? "") })
      yield* namespace.bus.publish("A", 1, 1)
      yield* namespace.recover
      yield* untilIdle(namespace)
      assert.strictEqual(yield* namespace.kv.get("two"), 1)
      assert.deepStrictEqual(told, [key])
    }).pipe(Effect.scoped)
  )
})

describe("a tap", () => {
  it.effect("that is not asked misses the oldest events, and counts them", () =>
    Effect.gen(function* () {
      const taps = new Taps()
      const tap = yield* taps.tap(({ topic }) => topic === 1)
      const event = { channel: "A", topic: 1, data: null, at: 0 }
      taps.show(Array.from({ length: limits.tappedEventsMax + 3 }, (_, at) => ({ ...event, at })))
      taps.show([{ ...event, topic: 2 }])
      const taken = yield* tap.take
      assert.strictEqual(taken.length, limits.tappedEventsMax)
      assert.strictEqual(taken[0]?.at, 3)
      assert.strictEqual(tap.missed(), 3)
    }).pipe(Effect.scoped)
  )
})
