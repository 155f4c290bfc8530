import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { limits, type Namespace, StoreUnavailable } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { seal } from "../../../../runtime/store/record.ts"
import type { Write } from "../../../../runtime/store/store.ts"
import { print } from "../../../../runtime/value/print.ts"
import { List, type Value } from "../../../../runtime/value/value.ts"
import { compiled, open, untilIdle, withTime } from "../../../support/namespace.ts"

const bundle = compiled(
  `#(export add greet steps deep deep-in large look look-up fails tidy parents waits echo ignore say shout)
   (defn add (a :int b :int) :int (+ a b))
   (defn greet (name :str) :str [(core/kv/set "greeted" name) (str "hello " name)])
   (defn steps (n :int) :any [(core/kv/set "a" n) (core/task/flush) (core/kv/set "b" n)])
   (defn deep (n :int) :int [(core/kv/incr "deep") (if (= n 0) 0 (+ 1 (deep (- n 1))))])
   (defn deep-in (n :int given :any) :any [(deep n) (core/task/pause) given])
   (defn large (count :int text :str) :any (for (index 0 count) (core/kv/set (str "large/" index) text)))
   (defn look (depth :int) :any (core/task/inspect (core/task/self)))
   (defn look-up (depth :int) :any (core/kv/get (str "fn:" (core/task/self) ":arg:depth") "nothing"))
   (defn fails (n :int) :int [(core/kv/set "before" n) (div 1 n)])
   (defn tidy (n :int) :any [(defer (core/kv/set "tidied" n)) (core/task/cancel (core/task/self)) 1])
   (defn waits () :any (core/task/pause))
   (defn parents (n :int) :any [
     (def child (core/task/spawn waits))
     (core/task/cancel child)
     (list (core/task/join child) (core/task/join (core/task/spawn add n 1)))])
   (defn echo (given :any) :any [(core/task/pause) given])
   (defn ignore (given :any) :int 1)
   (defn shout (text :str) :any (for (index 0 500) (log $text)))
   (defn say (n :int) :int [(log "n is" n) n])
   (log "the main task")`,
  "first.sxs"
)

/** A namespace in which the program's code is loaded, and the batches that are written from then on. */
const opened = Effect.gen(function* () {
  const batches: Array<ReadonlyArray<Write>> = []
  const memory = makeMemory({ onCommit: (writes) => void batches.push(writes) })
  const session = yield* open(memory)
  yield* session.namespace.install(bundle)
  yield* withTime(session.namespace.ended((yield* call(session.namespace, "add", 1, 1)).task))
  yield* untilIdle(session.namespace)
  batches.length = 0
  return { memory, batches, ...session }
})

const call = (namespace: Namespace, name: string, ...args: ReadonlyArray<Value>) =>
  namespace.call({ bundle: bundle.hash, name, args })

const endOf = (namespace: Namespace, name: string, ...args: ReadonlyArray<Value>) =>
  Effect.flatMap(call(namespace, name, ...args), ({ task }) => withTime(namespace.ended(task)))

const resultOf = (namespace: Namespace, name: string, ...args: ReadonlyArray<Value>) =>
  Effect.map(endOf(namespace, name, ...args), ({ result }) => result!)

/** Kind and space of each write, without the id of the namespace. */
const kinds = (writes: ReadonlyArray<Write>) =>
  writes.map(({ key, type }) => `${type} ${/^n1\/([a-z]+)/.exec(key)?.[1]}`).sort()

/** What `steps` has written. */
const written = (namespace: Namespace) =>
  Effect.map(Effect.all([namespace.kv.get("a"), namespace.kv.get("b")]), (values) =>
    values.map((value) => (value === 7 ? "7" : "-")).join(" ")
  )

describe("the first segment of a call", () => {
  it.effect("is one batch with its start, in which nothing is left of what was only needed meanwhile", () =>
    Effect.gen(function* () {
      const { batches, namespace } = yield* opened
      assert.strictEqual(yield* resultOf(namespace, "greet", "Ada"), "hello Ada")
      assert.deepStrictEqual(batches.map(kinds), [["put c", "put e", "put h", "put t", "put u"]])
      yield* call(namespace, "waits")
      assert.deepStrictEqual(kinds(batches[1]!), ["put c", "put f", "put h", "put t"])
    })
  )

  it.effect("shows its lines once they are durable", () =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* opened
      assert.strictEqual(yield* resultOf(namespace, "say", 7), 7)
      assert.deepStrictEqual(texts(), ["n is 7"])
    })
  )

  it.effect("that comes before its code is there runs when that is loaded", () =>
    Effect.gen(function* () {
      const { batches, memory } = yield* opened
      const { namespace } = yield* open(
        makeMemory({ entries: memory.entries(), onCommit: (writes) => batches.push(writes) })
      )
      const calls = ["greet", "say", "greet"].map((name) => resultOf(namespace, name, name === "say" ? 1 : name))
      const results = yield* Effect.all(calls, { concurrency: "unbounded" })
      assert.deepStrictEqual(results, ["hello greet", 1, "hello greet"])
      assert.include(kinds(batches[0]!), "put r")
    })
  )

  it.effect("is all of it or nothing, wherever the process ends", () =>
    Effect.gen(function* () {
      const crashes: Array<ReadonlyArray<readonly [string, string]>> = []
      const memory = makeMemory({ onCommit: () => void crashes.push(memory.entries()) })
      const { namespace } = yield* open(memory)
      yield* namespace.install(bundle)
      const seen = new Set<string>()
      yield* resultOf(namespace, "steps", 7)
      for (const entries of crashes) {
        const again = yield* open(makeMemory({ entries }))
        const begun = yield* again.namespace.countTasks({ upTo: 10 })
        const before = yield* written(again.namespace)
        yield* again.namespace.recover
        yield* untilIdle(again.namespace)
        seen.add(`${begun}: ${before} then ${yield* written(again.namespace)}`)
      }
      assert.deepStrictEqual([...seen], ["0: - - then - -", "1: 7 - then 7 7", "1: 7 7 then 7 7"])
    })
  )

  it.effect("begins again with less fuel, as others do", () =>
    Effect.gen(function* () {
      const { memory, namespace } = yield* opened
      assert.strictEqual(yield* resultOf(namespace, "deep", 30_000), 30_000)
      assert.strictEqual(yield* namespace.kv.get("deep"), 30_001)
      const given = new List("(", [7])
      const { task } = yield* call(namespace, "deep-in", 30_000, given)
      yield* untilIdle(namespace)
      const again = yield* open(makeMemory({ entries: memory.entries() }))
      yield* again.namespace.resume(task, null)
      assert.deepStrictEqual((yield* withTime(again.namespace.ended(task))).result, given)
      assert.strictEqual((yield* call(namespace, "add", 1, 2)).task, "add-4")
      const before = (yield* namespace.measure).segments
      const text = "x".repeat(limits.segmentUnitsSoft / 4)
      yield* resultOf(namespace, "large", 40, text)
      assert.strictEqual((yield* namespace.kv.list("large/", 0, 100)).length, 40)
      assert.isAbove((yield* namespace.measure).segments - before, 4)
    })
  )

  it.effect("can be looked at by its task", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const seen = print(yield* resultOf(namespace, "look", 4))
      for (const part of ['"state" "running"', '"depth" 1', '"function" "look"', '"args" (map "depth" 4)'])
        assert.include(seen, part)
      assert.strictEqual(yield* resultOf(namespace, "look-up", 5), 5)
    })
  )

  it.effect("leaves what a task leaves that has failed, or was cancelled", () =>
    Effect.gen(function* () {
      const { batches, namespace } = yield* opened
      const { error, frames, task } = yield* endOf(namespace, "fails", 0)
      assert.deepStrictEqual([task.state, error?.code, frames.length], ["failed", "SXS6003", 1])
      assert.strictEqual(yield* namespace.kv.get("before"), 0)
      assert.strictEqual(batches.length, 1)
      const tidied = yield* endOf(namespace, "tidy", 3)
      assert.strictEqual(tidied.task.state, "cancelled")
      assert.strictEqual(yield* namespace.kv.get("tidied"), 3)
    })
  )

  it.effect("starts and ends other tasks", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const [cancelled, sum] = ((yield* resultOf(namespace, "parents", 4)) as List).items
      assert.strictEqual(sum, 5)
      assert.include(print(cancelled!), "cancelled")
    })
  )

  it.effect("keeps arguments of any kind, and refuses those that cannot be kept", () =>
    Effect.gen(function* () {
      const { memory, namespace } = yield* opened
      const given = new List("(", [1, "two".repeat(1000), new List("(", [])])
      const { task } = yield* call(namespace, "echo", given)
      const again = yield* open(makeMemory({ entries: memory.entries() }))
      yield* again.namespace.resume(task, null)
      assert.deepStrictEqual((yield* withTime(again.namespace.ended(task))).result, given)
      const before = yield* namespace.countTasks({ upTo: 100 })
      const refused = yield* Effect.flip(call(namespace, "ignore", "x".repeat(5 * 1024 * 1024)))
      assert.strictEqual("code" in refused && refused.code, "SXS6004")
      assert.strictEqual(yield* namespace.countTasks({ upTo: 100 }), before)
      assert.strictEqual(yield* resultOf(namespace, "add", 1, 2), 3)
    })
  )

  it.effect("comes later where as many tasks run as may be in memory", () =>
    Effect.gen(function* () {
      const busy = compiled(
        `#(export spin many late)
         (defn spin () :none (while true (core/task/checkpoint)))
         (defn many (count :int) :none (for (index 0 count) (core/task/spawn spin)))
         (defn late (n :int) :int (+ n 1))`,
        "busy.sxs"
      )
      const { namespace } = yield* open(makeMemory())
      yield* namespace.install(busy)
      const later = (name: string, ...args: ReadonlyArray<Value>) => namespace.call({ bundle: busy.hash, name, args })
      yield* withTime(namespace.ended((yield* later("many", limits.liveTasksMax + 10)).task))
      const { task } = yield* later("late", 1)
      assert.strictEqual((yield* withTime(namespace.ended(task))).result, 2)
      for (let count = 0; count < 20; count++) yield* later("spin")
      assert.isAtMost((yield* namespace.measure).liveTasks, limits.liveTasksMax)
      yield* namespace.stop
    })
  )
})

const detailOf = (cause: Cause.Cause<unknown>): string => (Cause.squash(cause) as StoreUnavailable).detail

describe("calls that wait for their turn", () => {
  it.effect("are not begun for who does not wait for them any more", () =>
    Effect.gen(function* () {
      const { batches, namespace } = yield* opened
      const calls: Array<Fiber.Fiber<unknown, unknown>> = []
      for (let count = 0; count < 3; count++) calls.push(yield* Effect.forkChild(call(namespace, "greet", `${count}`)))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(calls[1]!)
      yield* untilIdle(namespace)
      const greeted = batches
        .flat()
        .flatMap((write) => (write.type === "put" && write.key === "n1/u/greeted" ? [1] : []))
      assert.strictEqual(yield* namespace.countTasks({ upTo: 10 }), 1 + 2)
      assert.strictEqual(greeted.length, batches.length === 1 ? 1 : 2)
    })
  )

  it.effect("are told that the namespace has stopped", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const told: Array<string> = []
      for (let count = 0; count < 5; count++)
        namespace.begin({ bundle: bundle.hash, name: "add", args: [1, count] }, (called) =>
          told.push(Exit.isSuccess(called) ? called.value.task : detailOf(called.cause))
        )
      assert.deepStrictEqual(told, [])
      yield* namespace.stop
      assert.strictEqual(told.length, 5)
      assert.deepStrictEqual(new Set(told), new Set(["the store is being closed"]))
      const late = yield* Effect.flip(call(namespace, "add", 1, 2))
      assert.instanceOf(late, StoreUnavailable)
      assert.strictEqual(yield* namespace.countTasks({ upTo: 10 }), 1)
    })
  )

  it.effect("fail with the store, each once", () =>
    Effect.gen(function* () {
      const { memory, namespace } = yield* opened
      memory.failNextCommit(new StoreUnavailable({ operation: "commit", reason: "full", detail: "no space" }))
      const calls = Array.from({ length: 5 }, () => Effect.flip(call(namespace, "add", 1, 2)))
      const failures = yield* Effect.all(calls, { concurrency: "unbounded" })
      for (const failure of failures) assert.strictEqual((failure as StoreUnavailable).detail, "no space")
      const later = yield* Effect.flip(call(namespace, "add", 1, 2))
      assert.strictEqual((later as StoreUnavailable).detail, "no space")
    })
  )

  it.effect("are told at once what cannot be, and what was called before", () =>
    Effect.gen(function* () {
      const { namespace } = yield* opened
      const told: Array<string> = []
      const begin = (name: string, id?: string) =>
        namespace.begin({ bundle: bundle.hash, name, args: [1, 2], ...(id !== undefined && { id }) }, (called) =>
          told.push(Exit.isSuccess(called) ? called.value.kind : "refused")
        )
      begin("add", "7")
      begin("add", "7")
      assert.deepStrictEqual(told, [])
      yield* untilIdle(namespace)
      begin("add", "7")
      begin("greet")
      assert.deepStrictEqual(told, ["started", "joined", "joined", "refused"])
    })
  )

  it.effect("of which one meets a record that makes no sense leave the others alone", () =>
    Effect.gen(function* () {
      const { memory } = yield* opened
      const key = "n1/t/first.add@7"
      const { namespace } = yield* open(makeMemory({ entries: [...memory.entries(), [key, seal(key, "nonsense")]] }))
      assert.strictEqual(yield* resultOf(namespace, "add", 1, 2), 3)
      const refused = yield* Effect.exit(namespace.call({ bundle: bundle.hash, name: "add", args: [1, 2], id: "7" }))
      assert.isTrue(Exit.isFailure(refused))
      assert.strictEqual(yield* resultOf(namespace, "add", 1, 2), 3)
    })
  )

  it.effect("do not wait for output that cannot be shown", () =>
    Effect.gen(function* () {
      const memory = (yield* opened).memory
      const { namespace } = yield* open(makeMemory({ entries: memory.entries() }), {
        output: () => new Promise<void>(() => {})
      })
      const told: Array<string> = []
      const begin = (name: string, ...args: ReadonlyArray<Value>) =>
        namespace.begin({ bundle: bundle.hash, name, args }, (called) =>
          told.push(Exit.isSuccess(called) ? (called.value.record?.state ?? "joined") : "refused")
        )
      yield* call(namespace, "waits")
      const text = "x".repeat(1000)
      const calls = 200
      for (let count = 0; count < calls; count++) begin("shout", text)
      for (let turn = 0; told.length < calls; turn++) {
        assert.isBelow(turn, 10_000, "calls wait")
        yield* Effect.yieldNow
      }
      assert.deepStrictEqual(new Set(told), new Set(["done", "initialized"]))
      begin("shout", text)
      assert.strictEqual(told.length, calls + 1)
      // More than the writer takes at once.
      const many = limits.writerCommitsMax + 200
      for (let count = 0; count < many; count++) begin("add", 1, count)
      assert.isBelow(told.length, calls + many)
      for (let turn = 0; told.length < calls + 1 + many; turn++) {
        assert.isBelow(turn, 10_000, "calls wait for the writer")
        yield* Effect.yieldNow
      }
    })
  )

  it.effect("never end before they start, whatever the clock says when", () =>
    Effect.gen(function* () {
      const { memory } = yield* opened
      const clock = yield* Clock.Clock
      let readings = 0
      const hasty: Clock.Clock = {
        ...clock,
        currentTimeMillisUnsafe: () => readings++,
        sleep: (span) => clock.sleep(span)
      }
      const entries = memory.entries()
      const { namespace } = yield* Effect.provideService(open(makeMemory({ entries })), Clock.Clock, hasty)
      for (let count = 0; count < 5; count++) {
        const { task } = yield* withTime(namespace.ended((yield* call(namespace, "add", 1, count)).task))
        assert.isAtLeast(task.since, task.startedAt)
      }
    })
  )

  it.effect("have their turn among tasks that never end, and leave them theirs", () =>
    Effect.gen(function* () {
      const busy = compiled(
        `#(export spin add)
         (defn spin (key :str) :none (while true [(core/kv/incr $key) (core/task/checkpoint)]))
         (defn add (a :int b :int) :int (+ a b))`,
        "busy.sxs"
      )
      const { namespace } = yield* open(makeMemory(), { segmentsPerTurn: 1 })
      yield* namespace.install(busy)
      const begin = (name: string, ...args: ReadonlyArray<Value>) => namespace.call({ bundle: busy.hash, name, args })
      for (const key of ["one", ...Array.from({ length: 50 }, (_, index) => `other-${index}`)])
        yield* begin("spin", key)
      const { segments } = yield* namespace.measure
      const { task } = yield* begin("add", 1, 1)
      assert.isBelow((yield* namespace.measure).segments - segments, 10, "not behind all 51 of them")
      assert.strictEqual((yield* withTime(namespace.ended(task))).result, 2)
      const before = (yield* namespace.measure).segments
      let told = 0
      const calls = 20
      for (let count = 0; count < calls; count++)
        namespace.begin({ bundle: busy.hash, name: "add", args: [1, count] }, () => told++)
      for (let turn = 0; told < calls; turn++) {
        assert.isBelow(turn, 10_000)
        yield* Effect.yieldNow
      }
      assert.isAtLeast((yield* namespace.measure).segments - before, 2 * calls - 1, "others run in between")
      yield* namespace.stop
    })
  )
})
