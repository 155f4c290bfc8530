import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { limits } from "../../../../runtime/limits.ts"
import { type Commit, decodeHead } from "../../../../runtime/store/batch.ts"
import { Entry, Written } from "../../../../runtime/store/entry.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { type MemoryStore, makeMemory } from "../../../../runtime/store/memory.ts"
import { seal, unseal } from "../../../../runtime/store/record.ts"
import { StoreUnavailable, type Write } from "../../../../runtime/store/store.ts"
import { type Durability, makeWriter, type StoreWriter } from "../../../../runtime/store/writer.ts"

const headKey = new Keys("1").head
const full = new StoreUnavailable({ operation: "commit", reason: "full", detail: "no space left" })

type Put = readonly [key: string, payload: string]

const put = (key: string, payload: string): Put => [key, payload]

/** The next commit; of one writer, the same key has the same entry. */
const commitOf = (writer: StoreWriter, ...puts: ReadonlyArray<Put>): Commit => {
  const entries = entriesOf.get(writer) ?? new Map<string, Entry>()
  entriesOf.set(writer, entries)
  const writes = puts.map(([key, payload]) => {
    const entry = entries.get(key) ?? new Entry(key)
    entries.set(key, entry)
    return Written.payload(entry, payload, payload)
  })
  return { number: writer.nextCommit, writes, units: writes.reduce((sum, { units }) => sum + units, 0) }
}

const payloadIn = (memory: MemoryStore, key: string): string | undefined => {
  const record = memory.store.get(key)
  return record === undefined ? undefined : unseal(key, record)
}
const entriesOf = new WeakMap<StoreWriter, Map<string, Entry>>()

/** A writer on a store in memory, with the batches that reach it and what `settle` was told. */
const start = Effect.fnUntraced(function* (
  options: {
    readonly durability?: Durability
    readonly entries?: Iterable<readonly [string, string]>
    readonly settle?: (watermark: number) => void
  } = {}
) {
  const batches: Array<{ readonly writes: ReadonlyArray<Write>; readonly sync: boolean }> = []
  const memory: MemoryStore = makeMemory({
    entries: options.entries ?? [],
    onCommit: (writes, { sync }) => batches.push({ writes, sync })
  })
  const settled: Array<number> = []
  const writer = yield* makeWriter({
    store: memory.store,
    headKey,
    durability: options.durability ?? "strict",
    settle: (watermark) => {
      settled.push(watermark)
      options.settle?.(watermark)
    }
  })
  return { memory, writer, batches, settled }
})

const headOf = (memory: MemoryStore) => decodeHead(unseal(headKey, memory.store.get(headKey)!))

describe("store writer", () => {
  for (const waiters of [3, 1])
    it.effect(
      `${waiters > 1 ? "lets those go first" : "does not wait for those"} who have waited for a batch, when they are ${waiters > 1 ? "more" : "no more"} than what waits for the next`,
      () =>
        Effect.gen(function* () {
          const { memory, writer, batches } = yield* start()
          const release = memory.holdCommits()
          writer.submit(commitOf(writer, put("first", "v")))
          // Each writes again a turn after it was let pass, as the scheduler does.
          for (let index = 0; index < waiters; index++)
            writer.gate.afterDurable(1, () =>
              setImmediate(() => writer.submit(commitOf(writer, put(`again-${index}`, "v"))))
            )
          yield* Effect.repeat(Effect.yieldNow, { times: 10 })
          writer.submit(commitOf(writer, put("other", "v")))
          yield* release
          while (!writer.isFlushed || writer.nextCommit < 3 + waiters) yield* Effect.yieldNow
          const sizes = batches.map(({ writes }) => writes.length - 1)
          assert.deepStrictEqual(sizes, waiters > 1 ? [1, 1 + waiters] : [1, 1, waiters])
        }).pipe(Effect.scoped)
    )

  it.effect("writes all that waits as one batch, with the head", () =>
    Effect.gen(function* () {
      const { memory, writer, batches, settled } = yield* start()
      for (const index of [1, 2, 3]) writer.submit(commitOf(writer, put(`k${index}`, "v"), put("shared", `${index}`)))
      yield* writer.flushed
      assert.lengthOf(batches, 1)
      assert.sameMembers(
        batches[0]!.writes.map((write) => write.key),
        ["k1", "k2", "k3", "shared", headKey]
      )
      assert.strictEqual(payloadIn(memory, "shared"), "3")
      assert.deepStrictEqual(headOf(memory), { commit: 3, previous: 0, tasks: 0 })
      assert.deepStrictEqual(settled, [3])
    })
  )

  it.effect("a commit is never split: what comes meanwhile goes whole into the next batch", () =>
    Effect.gen(function* () {
      const { memory, writer, batches } = yield* start()
      const letGo = memory.holdCommits()
      writer.submit(commitOf(writer, put("a", "1"), put("b", "1")))
      yield* Effect.yieldNow
      for (const round of ["2", "3"]) writer.submit(commitOf(writer, put("a", round), put("b", round)))
      yield* letGo
      yield* writer.flushed
      const rounds = batches.map(({ writes }) =>
        writes.flatMap((write) =>
          write.type === "put" && write.key !== headKey ? [write.key + unseal(write.key, write.value)] : []
        )
      )
      assert.deepStrictEqual(rounds, [
        ["a1", "b1"],
        ["a3", "b3"]
      ])
      assert.deepStrictEqual(headOf(memory), { commit: 3, previous: 1, tasks: 0 })
    })
  )

  it.effect("flushes each batch when strict, and leaves it to the system when relaxed", () =>
    Effect.gen(function* () {
      for (const durability of ["strict", "relaxed"] as const) {
        const { writer, batches } = yield* start({ durability })
        writer.submit(commitOf(writer, put("k", "v")))
        yield* writer.flushed
        assert.deepStrictEqual(
          batches.map(({ sync }) => sync),
          [durability === "strict"]
        )
      }
    })
  )

  it.effect("goes on behind the last commit of the store", () =>
    Effect.gen(function* () {
      const { memory, writer } = yield* start({ entries: [[headKey, seal(headKey, "41 39")]] })
      assert.strictEqual(writer.gate.watermark, 41)
      assert.strictEqual(writer.nextCommit, 42)
      yield* writer.gate.whenDurable(41)
      writer.submit(commitOf(writer, put("k", "v")))
      yield* writer.flushed
      assert.deepStrictEqual(headOf(memory), { commit: 42, previous: 41, tasks: undefined })
    })
  )

  it.effect("does not start on a damaged head", () =>
    Effect.gen(function* () {
      for (const record of [seal(headKey, "41"), seal("other", "41 39"), seal(headKey, "x y")]) {
        const error = yield* Effect.flip(start({ entries: [[headKey, record]] }))
        assert.strictEqual(error.reason, "damaged")
      }
    })
  )

  it.effect("nothing passes the gate before its commit is in the store, and settling comes first", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const { memory, writer } = yield* start({ settle: (watermark) => events.push(`settled ${watermark}`) })
      const letGo = memory.holdCommits()
      const commit = commitOf(writer, put("k", "v"))
      writer.submit(commit)
      writer.gate.afterDurable(commit.number, () => events.push(`shown, stored: ${payloadIn(memory, "k")}`))
      const waiter = yield* Effect.forkChild(writer.gate.whenDurable(commit.number), { startImmediately: true })
      for (let turn = 0; turn < 5; turn++) yield* Effect.yieldNow
      assert.deepStrictEqual(events, [])
      assert.isUndefined(waiter.pollUnsafe())
      assert.strictEqual(writer.gate.watermark, 0)
      yield* letGo
      yield* Fiber.join(waiter)
      assert.deepStrictEqual(events, ["settled 1", "shown, stored: v"])
    })
  )

  it.effect("a failed batch is not acknowledged, and stops everything", () =>
    Effect.gen(function* () {
      const { memory, writer, settled } = yield* start()
      writer.submit(commitOf(writer, put("first", "v")))
      yield* writer.flushed
      memory.failNextCommit(full)
      const lost = commitOf(writer, put("lost", "v"))
      let isShown = false
      writer.submit(lost)
      writer.gate.afterDurable(lost.number, () => {
        isShown = true
      })
      const stopped = yield* Effect.forkChild(Effect.flip(writer.failure), { startImmediately: true })
      assert.strictEqual(yield* Effect.flip(writer.gate.whenDurable(lost.number)), full)
      assert.strictEqual(yield* Fiber.join(stopped), full)
      assert.strictEqual(yield* Effect.flip(writer.failure), full)
      assert.strictEqual(yield* Effect.flip(writer.vacancy), full)
      assert.strictEqual(yield* Effect.flip(writer.flushed), full)
      assert.strictEqual(yield* Effect.flip(writer.gate.whenDurable(lost.number + 1)), full)
      assert.throws(() => writer.submit(commitOf(writer, put("later", "v"))), StoreUnavailable)
      yield* writer.gate.whenDurable(1)
      assert.isFalse(isShown)
      assert.deepStrictEqual(settled, [1])
      assert.isUndefined(memory.store.get("lost"))
      assert.deepStrictEqual(headOf(memory), { commit: 1, previous: 0, tasks: 0 })
    })
  )

  it.effect("has room for so many commits, then makes its callers wait", () =>
    Effect.gen(function* () {
      const { memory, writer } = yield* start()
      const letGo = memory.holdCommits()
      writer.submit(commitOf(writer, put("k", "v")))
      yield* Effect.yieldNow
      for (let index = 0; index < limits.writerCommitsMax; index++) {
        yield* writer.vacancy
        writer.submit(commitOf(writer, put("k", `${index}`)))
      }
      const waiter = yield* Effect.forkChild(writer.vacancy, { startImmediately: true })
      yield* Effect.yieldNow
      assert.isUndefined(waiter.pollUnsafe())
      assert.throws(() => writer.submit(commitOf(writer, put("k", "v"))), /vacancy/)
      yield* letGo
      yield* Fiber.join(waiter)
      yield* writer.flushed
      assert.strictEqual(payloadIn(memory, "k"), `${limits.writerCommitsMax - 1}`)
    })
  )

  it.effect("is full when large commits wait, however few they are", () =>
    Effect.gen(function* () {
      const { memory, writer } = yield* start()
      const letGo = memory.holdCommits()
      writer.submit(commitOf(writer))
      yield* Effect.yieldNow
      const value = "x".repeat(limits.writerUnitsMax / 4)
      for (let index = 0; index < 4; index++) {
        yield* writer.vacancy
        writer.submit(commitOf(writer, put("k", value)))
      }
      const waiter = yield* Effect.forkChild(writer.vacancy, { startImmediately: true })
      assert.isUndefined(waiter.pollUnsafe())
      yield* letGo
      yield* Fiber.join(waiter)
    })
  )

  it.effect("who waits for room when the writer fails is told so", () =>
    Effect.gen(function* () {
      const { memory, writer } = yield* start()
      const letGo = memory.holdCommits()
      writer.submit(commitOf(writer, put("k", "v")))
      yield* Effect.yieldNow
      for (let index = 0; index < limits.writerCommitsMax; index++) writer.submit(commitOf(writer, put("k", "v")))
      const waiter = yield* Effect.forkChild(Effect.flip(writer.vacancy), { startImmediately: true })
      memory.failNextCommit(full)
      yield* letGo
      assert.strictEqual(yield* Fiber.join(waiter), full)
    })
  )

  it.effect("closing its scope writes first what was submitted, and then refuses", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { memory, writer } = yield* Scope.provide(start(), scope)
      const letGo = memory.holdCommits()
      writer.submit(commitOf(writer, put("a", "1")))
      yield* Effect.yieldNow
      writer.submit(commitOf(writer, put("b", "2")))
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      for (let turn = 0; turn < 5; turn++) yield* Effect.yieldNow
      assert.isUndefined(closing.pollUnsafe())
      yield* letGo
      yield* Fiber.join(closing)
      assert.deepStrictEqual([payloadIn(memory, "a"), payloadIn(memory, "b")], ["1", "2"])
      assert.throws(() => writer.submit(commitOf(writer, put("c", "3"))), StoreUnavailable)
      assert.strictEqual((yield* Effect.flip(writer.vacancy)).operation, "commit")
    })
  )

  it.effect("an action that throws stops neither the others nor the writer", () =>
    Effect.gen(function* () {
      const { writer } = yield* start()
      const shown: Array<number> = []
      writer.submit(commitOf(writer, put("k", "1")))
      writer.gate.afterDurable(1, () => {
        throw new Error("broken pipe")
      })
      writer.gate.afterDurable(1, () => shown.push(1))
      yield* writer.flushed
      writer.submit(commitOf(writer, put("k", "2")))
      writer.gate.afterDurable(2, () => shown.push(2))
      yield* writer.flushed
      assert.deepStrictEqual(shown, [1, 2])
    })
  )

  it.effect("takes commits only in their order", () =>
    Effect.gen(function* () {
      const { writer } = yield* start()
      assert.throws(() => writer.submit({ number: 2, writes: [], units: 0 }), /order/)
    })
  )
})
