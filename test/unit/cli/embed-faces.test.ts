/** The two faces of an open store, effects and promises: one implementation, so what one shows the other has too. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import {
  Sxs,
  SxsArgumentError,
  SxsCompileError,
  SxsError,
  SxsFault,
  SxsStopped,
  SxsStoreError,
  SxsTaskError
} from "../../../cli/embed/index.ts"

const text = `#(export add fails waits nap)
(defn add (a :int b :int) :int (+ a b))
(defn fails (n :int) :int (div 1 n))
(defn waits (name :str) [(def before name) (def given (core/task/pause)) (list before given)])
(defn nap () (core/task/sleep 3600000))
(core/kv/set "ran" true)
"main"
`

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sxs-faces-"))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const inMemory = { store: "memory:", onLog: () => undefined }

/** Runs an effect that needs an open store. */
const withSxs = <A, E>(effect: Effect.Effect<A, E, Sxs>, store = "memory:"): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, Sxs.layer({ ...inMemory, store })))

describe("the Effect service", () => {
  it("compiles, starts, awaits, inspects and controls tasks", async () => {
    const program = Effect.gen(function* () {
      const sxs = yield* Sxs
      const compiled = yield* sxs.compile({ text, name: "shop.sxs" })
      assert.strictEqual(yield* sxs.call(compiled.function("add"), 1, 2), 3)
      const task = yield* sxs.start(compiled.function("waits"), { id: "w", args: ["pen"] })
      assert.deepStrictEqual([task.id, task.kind], ["shop.waits@w", "started"])
      const result = yield* Effect.forkChild(task.result)
      yield* untilState(task.id, "paused")
      const { frames, task: view, timeline } = yield* sxs.inspect(task.id)
      assert.deepStrictEqual([view.function, view.waitsFor, frames[0]?.line], ["waits", "resume", 4])
      assert.deepStrictEqual({ ...frames[0]?.slots }, { before: "pen" })
      assert.deepStrictEqual(
        timeline.map(({ event }) => event),
        ["started", "paused"]
      )
      yield* sxs.resume(task.id, { yes: 1 })
      assert.strictEqual(JSON.stringify(yield* Fiber.join(result)), '["pen",{"yes":1}]')
      assert.deepStrictEqual(yield* sxs.result(task.id), yield* task.result)
    })
    await withSxs(program)
  })

  it("names a text without a name as such in what it says of it", async () => {
    const failed = await withSxs(
      Effect.flatMap(Sxs, (sxs) => Effect.flip(sxs.compile({ text: "(defn" }) as Effect.Effect<never, SxsCompileError>))
    )
    assert.include(failed.message, "(text)")
    assert.notInclude(failed.message, "main.sxs")
    const compiled = await withSxs(Effect.flatMap(Sxs, (sxs) => sxs.compile({ text })))
    assert.strictEqual(compiled.program.manifest.program, "text")
    assert.deepStrictEqual([...new Set(failed.diagnostics.map(({ file }) => file))], ["(text)"])
  })

  it("fails with errors that are told apart by their tags", async () => {
    const tags = await withSxs(
      Effect.gen(function* () {
        const sxs = yield* Sxs
        const { function: of } = yield* sxs.compile({ text })
        const nap = yield* sxs.start(of("nap"), { args: [] })
        yield* sxs.cancel(nap.id)
        const failures = [
          sxs.call(of("fails"), 0),
          sxs.call(of("add"), 1, "2"),
          sxs.compile({ text: "(defn" }),
          sxs.compile({ file: join(folder, "missing.sxs") }),
          sxs.inspect("nobody-7"),
          sxs.cancel(nap.id),
          nap.result,
          sxs.kv.set("", 1),
          sxs.kv.set("fn:x", 1),
          sxs.kv.delete("fn:x"),
          sxs.kv.set("k", undefined as never)
        ]
        return yield* Effect.forEach(failures, (failing) =>
          Effect.map(Effect.flip(failing as Effect.Effect<unknown, { readonly _tag: string }>), ({ _tag }) => _tag)
        )
      })
    )
    assert.deepStrictEqual(tags, [
      "SxsFault",
      "SxsArgumentError",
      "SxsCompileError",
      "SxsCompileError",
      "SxsTaskError",
      "SxsTaskError",
      "SxsStopped",
      "SxsFault",
      "SxsFault",
      "SxsFault",
      "SxsArgumentError"
    ])
    const caught = await withSxs(
      Effect.gen(function* () {
        const sxs = yield* Sxs
        const { function: of } = yield* sxs.compile({ text })
        return yield* Effect.catchTag(sxs.call(of("fails"), 0), "SxsFault", ({ code }) => Effect.succeed(code))
      })
    )
    assert.strictEqual(caught, "SXS6003")
  })

  it("fails to open as a layer when the store is held", async () => {
    const store = join(folder, "store")
    const first = await Sxs.open({ ...inMemory, store })
    const failed = await Effect.runPromise(Effect.flip(Effect.provide(Sxs, Sxs.layer({ ...inMemory, store }))))
    assert.instanceOf(failed, SxsStoreError)
    await first.close()
    await withSxs(Sxs, store)
  })

  it("lets a task go on in the next layer that was interrupted with this one", async () => {
    const store = join(folder, "store")
    const started = Effect.gen(function* () {
      const sxs = yield* Sxs
      const { function: of } = yield* sxs.compile({ text, name: "shop.sxs" })
      return yield* sxs.start(of("waits"), { id: "w", args: ["ink"] })
    })
    const { result } = await withSxs(started, store)
    const closed = await Effect.runPromise(Effect.flip(result))
    assert.instanceOf(closed, SxsStoreError)
    const resumed = Effect.gen(function* () {
      const sxs = yield* Sxs
      const { id, kind, result } = yield* started
      assert.strictEqual(kind, "joined")
      yield* untilState(id, "paused")
      yield* sxs.resume(id)
      return yield* result
    })
    assert.deepStrictEqual(await withSxs(resumed, store), ["ink", null])
  })
})

/** Tasks run on while a test asks. */
const untilState = (task: string, state: string): Effect.Effect<void, SxsTaskError | SxsStoreError, Sxs> =>
  Effect.gen(function* () {
    const sxs = yield* Sxs
    while ((yield* sxs.inspect(task)).task.state !== state) yield* Effect.yieldNow
  })

describe("promises", () => {
  it("run a program as `sxs run` does: one that has not ended goes on", async () => {
    await using sxs = await Sxs.open(inMemory)
    writeFileSync(join(folder, "main.sxs"), text)
    const compiled = await sxs.compile({ file: join(folder, "main.sxs") })
    const first = await sxs.run(compiled)
    assert.deepStrictEqual([first.kind, await first.result()], ["started", "main"])
    assert.strictEqual(await sxs.kv.get("ran"), true)
    const paused = await sxs.compile({ text: "(core/task/pause)" })
    const waiting = await sxs.run(paused)
    assert.deepStrictEqual([(await sxs.run(paused)).id, (await sxs.run(paused)).kind], [waiting.id, "joined"])
    assert.notStrictEqual((await sxs.run(paused, { fresh: true })).id, waiting.id)
  })

  it("say what is wrong in a source, with its line", async () => {
    await using sxs = await Sxs.open(inMemory)
    const error = await problem(sxs.compile({ text: "(def a 1)\n(plus a 1)\n", name: "sum.sxs" }))
    assert.instanceOf(error, SxsCompileError)
    const [first] = (error as SxsCompileError).diagnostics
    assert.deepStrictEqual([first?.file, first?.line, first?.severity], ["sum.sxs", 2, "error"])
    assert.include(error.message, "2 | (plus a 1)")
    const { function: of } = await sxs.compile({ text })
    assert.throws(() => of("nothing"), SxsArgumentError, "exports no function `nothing`")
  })

  it("read and write keys", async () => {
    await using sxs = await Sxs.open(inMemory)
    assert.strictEqual(await sxs.kv.get("a:1"), undefined)
    await sxs.kv.set("a:1", [1, "x"])
    await sxs.kv.set("a:2", new SxsError("stored"))
    assert.deepStrictEqual(await sxs.kv.get("a:1"), [1, "x"])
    assert.deepEqual(await sxs.kv.get("a:2"), new SxsError("stored"))
    assert.deepStrictEqual(
      (await sxs.kv.list("a:", { after: "a:1" })).map(([key]) => key),
      ["a:2"]
    )
    await sxs.kv.delete("a:1")
    assert.strictEqual(await sxs.kv.get("a:1"), undefined)
    assert.instanceOf(await problem(sxs.kv.set("", 1)), SxsFault)
  })

  it("list, pause and cancel tasks", async () => {
    await using sxs = await Sxs.open(inMemory)
    const { function: of } = await sxs.compile({ text })
    const tasks = [await sxs.start(of("nap"), { args: [] }), await sxs.start(of("nap"), { args: [] })]
    await sxs.pause(tasks[0]!.id)
    await sxs.cancel(tasks[1]!.id)
    assert.deepStrictEqual(
      (await sxs.tasks()).map(({ id, state }) => [id, state]),
      [
        ["nap-1", "paused"],
        ["nap-2", "cancelled"]
      ]
    )
    assert.deepStrictEqual(
      (await sxs.tasks({ state: "paused", limit: 1 })).map(({ id }) => id),
      ["nap-1"]
    )
    const cancelled = await problem(tasks[1]!.result())
    assert.strictEqual(cancelled instanceof SxsStopped && cancelled.reason, "cancelled")
    const again = await problem(sxs.cancel("nap-2"))
    assert.strictEqual(again instanceof SxsTaskError && again.reason, "ended")
    const other = await problem(sxs.pause("nap-3"))
    assert.strictEqual(other instanceof SxsTaskError && other.reason, "missing")
  })

  it("refuse a wrong traceparent", async () => {
    await using sxs = await Sxs.open(inMemory)
    const { function: of } = await sxs.compile({ text })
    const error = await problem(sxs.start(of("add"), { args: [1, 2], traceparent: "00-1-2-01" }))
    assert.instanceOf(error, SxsArgumentError)
    assert.include(error.message, "`traceparent` is of the form")
  })
})

describe("the bus", () => {
  const listening = `#(export listen)
(core/event/sub A 7 { (core/kv/incr heard) })
(defn listen () (core/event/pub A 9 (map "from" "a task")))
`

  it("gives promises what is published, by tasks and from outside", async () => {
    await using sxs = await Sxs.open(inMemory)
    const compiled = await sxs.compile({ text: listening })
    await (await sxs.run(compiled)).result()
    const all = await sxs.subscribe({ channel: "A" })
    const nine = await sxs.subscribe({ channel: "A", topic: 9 })
    await sxs.publish("A", 7, [1, "x"])
    await sxs.call(compiled.function("listen"))
    await sxs.publish("A", 9, null)
    const seen: Array<unknown> = []
    for await (const { data, missed, topic } of all) {
      seen.push([topic, JSON.stringify(data), missed])
      if (seen.length === 3) break
    }
    assert.deepStrictEqual(seen, [
      [7, '[1,"x"]', 0],
      [9, '{"from":"a task"}', 0],
      [9, "null", 0]
    ])
    const first = await nine[Symbol.asyncIterator]().next()
    assert.strictEqual(JSON.stringify(first.value?.data), '{"from":"a task"}')
    await nine.close()
    assert.isTrue((await all[Symbol.asyncIterator]().next()).done)
  })

  it("ends subscriptions when the store is closed or they are", async () => {
    const sxs = await Sxs.open(inMemory)
    const [one, two] = [await sxs.subscribe({ channel: "B" }), await sxs.subscribe({ channel: "B" })]
    const ends = [one, two].map((each) => each[Symbol.asyncIterator]().next())
    await one.close()
    assert.isTrue((await ends[0]!).done)
    await sxs.close()
    assert.isTrue((await ends[1]!).done)
    assert.instanceOf(await problem(sxs.subscribe({ channel: "B" })), SxsStoreError)
  })

  it("refuses channels and topics that there are not, and data without a form in sxs", async () => {
    await using sxs = await Sxs.open(inMemory)
    const wrong = [
      sxs.publish("G", 1, null),
      sxs.publish("A", 65_536, null),
      sxs.publish("A", 1, undefined as never),
      sxs.subscribe({ channel: "a" })
    ]
    for (const each of wrong) assert.instanceOf(await problem(each), SxsArgumentError)
  })

  it("gives effects a stream that subscribes when it runs and ends with the store", async () => {
    const program = Effect.gen(function* () {
      const sxs = yield* Sxs
      const taken = yield* Effect.forkChild(
        sxs.subscribe({ channel: "C", topic: 1 }).pipe(
          Stream.map(({ data }) => data),
          Stream.take(2),
          Stream.runCollect
        ),
        { startImmediately: true }
      )
      // The stream takes from now on: it runs up to where it waits.
      for (const data of [1, 2, 3]) yield* sxs.publish("C", 1, data)
      assert.deepStrictEqual(yield* Fiber.join(taken), [1, 2])
      return yield* Effect.forkDetach(Stream.runCollect(sxs.subscribe({ channel: "C" })), { startImmediately: true })
    })
    const rest = await withSxs(program)
    assert.deepStrictEqual(await Effect.runPromise(Fiber.join(rest)), [])
  })
})

const problem = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    (value) => assert.fail(`it succeeded with ${String(value)}`),
    (error: Error) => error
  )
