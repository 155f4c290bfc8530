import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { StoreUnavailable } from "../../../../runtime/index.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { seal } from "../../../../runtime/store/record.ts"
import { compiled, open, untilIdle, withTime } from "../../../support/namespace.ts"

const keys = new Keys("1")

/** Three workers, each with a frame below its innermost one and a large local, and the store that a crash leaves. */
const program = compiled(`
(defn inner (n :int) :int [(core/task/sleep 1000) (core/task/checkpoint) n])
(defn worker (n :int) :int [(def large (str/repeat "x" (* 2000 n))) (core/kv/set "began" n) (+ (inner n) (str/len large))])
(def a (core/task/spawn worker 1))
(def b (core/task/spawn worker 2))
(def c (core/task/spawn worker 3))
(core/util/log (core/task/join a 60000))
(core/util/log (core/task/join b 60000))
(core/util/log (core/task/join c 60000))
`)

/** What a process that was killed while all of them sleep has left. */
const interrupted = Effect.gen(function* () {
  const memory = makeMemory()
  const { namespace } = yield* open(memory)
  yield* namespace.startProgram({ bundle: program, fresh: false })
  while ((yield* namespace.tasks({ limit: 10, state: "waiting" })).length < 4) yield* Effect.yieldNow
  yield* namespace.durable
  return memory.entries()
}).pipe(Effect.scoped)

type Entries = ReadonlyArray<readonly [string, string]>

const damagedAt = (entries: Entries, damaged: string): Entries => {
  assert.isTrue(
    entries.some(([key]) => key === damaged),
    `there is a record ${damaged}`
  )
  return entries.map(([key, record]) => [
    key,
    key === damaged ? record.slice(0, -1) + (record.at(-1) === "0" ? "1" : "0") : record
  ])
}

const ofSecondWorker = {
  record: keys.task("worker-3"),
  "innermost frame": keys.frame("worker-3", 1),
  "frame below": keys.frame("worker-3", 0),
  local: keys.local("worker-3", 0, "large")
}

describe("a damaged record of a task", () => {
  for (const [what, damaged] of Object.entries(ofSecondWorker)) {
    it.effect(`its ${what}: the task stands still and is as it was, the others end`, () =>
      Effect.gen(function* () {
        const entries = damagedAt(yield* interrupted, damaged)
        const memory = makeMemory({ entries })
        const rejected: Array<string> = []
        const { namespace, texts } = yield* open(memory, { onRejected: (task) => rejected.push(task) })
        yield* withTime(Effect.andThen(namespace.recover, namespace.idle))
        assert.deepStrictEqual(rejected, ["worker-3"])
        // Who joins a task whose record is damaged gets a fault; of one whose frame is, nothing can be said.
        assert.deepStrictEqual(texts(), what === "record" ? ["2001"] : ["2001", '@"timeout"', "6003"])
        const found = new Map((yield* namespace.tasks({ limit: 10 })).map((task) => [task.id, task]))
        assert.strictEqual(found.get("worker-2")?.state, "done")
        assert.strictEqual(found.get("worker-4")?.state, "done")
        assert.include(found.get("worker-3")?.damage, JSON.stringify(damaged))
        const left = yield* namespace.tasks({ left: true, limit: 10 })
        assert.deepStrictEqual(
          left.map(({ id }) => id),
          ["worker-3"]
        )
        const { task } = yield* namespace.inspect("worker-3")
        assert.include(task.damage, JSON.stringify(damaged))
        assert.strictEqual(yield* namespace.findTask("worker-3"), "worker-3")
        // What cannot be read is left as it is.
        assert.strictEqual(new Map(memory.entries()).get(damaged), new Map(entries).get(damaged))
      }).pipe(Effect.scoped)
    )
  }
})

describe("a damaged value of the user's", () => {
  const reads = compiled(`
(core/util/log (recover (core/kv/get "k") $exception))
(core/util/log "goes on")
(core/kv/set "k" 2)
(core/util/log (core/kv/get "k"))
`)

  const withDamage = (key: string, value: string): Entries => {
    const physical = keys.user(key)
    return [
      ["!namespace/default", seal("!namespace/default", "1")],
      [physical, seal("another key", value)]
    ]
  }

  it.effect("is a fault of the task that reads it, and can be written over", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* open(makeMemory({ entries: withDamage("k", "1") }))
      yield* namespace.startProgram({ bundle: reads, fresh: false })
      yield* untilIdle(namespace)
      const told = "the value of `k` is damaged in the store: write it again, or delete it"
      assert.deepStrictEqual(texts(), [told, "goes on", "2"])
    }).pipe(Effect.scoped)
  )

  for (const call of [
    '(core/kv/get "k")',
    '(core/kv/exists "k")',
    '(core/kv/incr "k")',
    '(core/kv/cas "k" 1 2)',
    '(core/kv/snx "k" 2)',
    '(core/kv/iterate "" 0 10 { none })'
  ]) {
    it.effect(`${call} faults, naming the key; other tasks go on`, () =>
      Effect.gen(function* () {
        const { namespace, texts } = yield* open(makeMemory({ entries: withDamage("k", "1") }))
        const text = `(def t (core/task/spawn (fn () ${call})))\n(core/util/log (core/task/join t))\n`
        yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
        yield* untilIdle(namespace)
        assert.match(texts()[0] ?? "", /the value of `k` is damaged/)
      }).pipe(Effect.scoped)
    )
  }
})

describe("damage elsewhere", () => {
  const entriesOf = Effect.map(interrupted, (entries) => new Map(entries))

  it.effect("an entry of an index: told, and used by its key", () =>
    Effect.gen(function* () {
      const entries = [...(yield* entriesOf)]
      const timer = entries.find(([key]) => keys.space(key) === "w")![0]
      const told: Array<string | undefined> = []
      const onDamaged = ({ key }: StoreUnavailable) => told.push(key)
      const { namespace, texts } = yield* open(makeMemory({ entries: damagedAt(entries, timer) }), { onDamaged })
      yield* withTime(Effect.andThen(namespace.recover, namespace.idle))
      assert.deepStrictEqual(told, [timer])
      assert.deepStrictEqual(texts(), ["2001", "4002", "6003"])
    }).pipe(Effect.scoped)
  )

  it.effect("code: its tasks stand still until it is installed again", () =>
    Effect.gen(function* () {
      const entries = damagedAt([...(yield* entriesOf)], keys.bundle(program.hash))
      const told: Array<string | undefined> = []
      const { namespace, texts } = yield* open(makeMemory({ entries }), {
        onDamaged: ({ key }) => told.push(key),
        onRejected: () => {}
      })
      yield* namespace.recover
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(told, [keys.bundle(program.hash)])
      assert.deepStrictEqual(texts(), [])
      assert.strictEqual((yield* namespace.tasks({ limit: 10 })).length, 4)
      yield* namespace.install(program)
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["2001", "4002", "6003"])
    }).pipe(Effect.scoped)
  )

  it.effect("what cannot be done without stops the namespace, naming the key", () =>
    Effect.gen(function* () {
      const entries = yield* entriesOf
      for (const key of [keys.head, "!namespace/default"]) {
        const error = yield* Effect.flip(Effect.scoped(open(makeMemory({ entries: damagedAt([...entries], key) }))))
        assert.strictEqual(error.reason, "damaged")
        assert.strictEqual(error.key, key)
      }
      const line = keys.output(99, 0)
      const { namespace } = yield* open(makeMemory({ entries: [...entries, [line, seal("x", "{}")]] }))
      const error = yield* Effect.flip(namespace.recover)
      assert.strictEqual(error.key, line)
    }).pipe(Effect.scoped)
  )
})
