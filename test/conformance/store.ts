import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { compareKeys } from "../../runtime/store/keys.ts"
import { Store, type StoreUnavailable, type Write } from "../../runtime/store/store.ts"

/** What the suite needs of an adapter. */
export interface StoreAdapter {
  readonly name: string
  /** A new, empty store; its resources end with the layer. */
  readonly make: () => Layer.Layer<Store, StoreUnavailable>
}

const put = (key: string, value: string): Write => ({ type: "put", key, value })
const del = (key: string): Write => ({ type: "del", key })

type Entries = ReadonlyArray<readonly [key: string, value: string]>

/** Below and above all keys that the suite writes. */
const everything = { from: "k", to: "l" }

const unusualKeys = [
  "k",
  "k\0",
  "k\0\0",
  "k\x01",
  "k a",
  "k!",
  "k/",
  "k/../k",
  "k\n",
  "kZ",
  "ka",
  "k\x7f",
  "kß",
  "k\u07ff",
  "k\u0800",
  "k\ud7ff",
  "k\ue000",
  "k\uffff",
  "k\u{10000}",
  "k\u{1f600}",
  "k\u{10ffff}",
  `k${"x".repeat(1024)}`
]

/** The promises of the port `Store`, checked on an adapter. */
export const storeConformance = ({ name, make }: StoreAdapter): void => {
  const check = (promise: string, run: (store: Store["Service"]) => Effect.Effect<void, StoreUnavailable>): void => {
    it.live(promise, () => Effect.flatMap(Store, run).pipe(Effect.provide(make())))
  }

  const scan = (store: Store["Service"], limit = Number.MAX_SAFE_INTEGER, range = everything) =>
    Effect.acquireUseRelease(
      Effect.sync(() => store.snapshot()),
      (snapshot) => snapshot.scan(range, limit),
      (snapshot) => Effect.sync(() => snapshot.close())
    )

  describe(`${name} store`, () => {
    check("a missing key has no value", (store) => Effect.sync(() => assert.isUndefined(store.get("k1"))))

    for (const sync of [true, false]) {
      check(`all writes of a batch can be read at once after it (sync: ${sync})`, (store) =>
        Effect.gen(function* () {
          yield* store.commit([put("k1", "a"), put("k2", "b")], { sync })
          yield* store.commit([put("k3", "c"), del("k1")], { sync })
          assert.deepStrictEqual([store.get("k1"), store.get("k2"), store.get("k3")], [undefined, "b", "c"])
        })
      )
    }

    check("the last write of a key in a batch wins", (store) =>
      Effect.gen(function* () {
        yield* store.commit([put("k1", "a"), del("k1"), put("k1", "b")], { sync: false })
        yield* store.commit([put("k2", "a"), put("k2", "b"), del("k2")], { sync: false })
        assert.strictEqual(store.get("k1"), "b")
        assert.isUndefined(store.get("k2"))
      })
    )

    check("an empty batch changes nothing", (store) =>
      Effect.gen(function* () {
        yield* store.commit([], { sync: true })
        assert.deepStrictEqual(yield* scan(store), [])
      })
    )

    check("deleting a missing key is fine", (store) =>
      Effect.gen(function* () {
        yield* store.commit([del("k1"), put("k2", "a")], { sync: false })
        assert.deepStrictEqual(yield* scan(store), [["k2", "a"]])
      })
    )

    check("a batch is never seen in part while it is written", (store) =>
      Effect.gen(function* () {
        const names = Array.from({ length: 500 }, (_, index) => `k${index}`)
        for (const round of ["1", "2", "3"]) {
          const [, seen] = yield* Effect.all(
            [
              store.commit(
                names.map((key) => put(key, round)),
                { sync: false }
              ),
              Effect.forEach(Array.from({ length: 5 }), () => scan(store))
            ],
            { concurrency: 2 }
          )
          for (const entries of seen) {
            assert.isAtMost(new Set(entries.map(([, value]) => value)).size, 1)
            assert.include([0, names.length], entries.length)
          }
        }
      })
    )

    check("values may be empty, of 1 MiB, and of any characters", (store) =>
      Effect.gen(function* () {
        const values = ["", "x".repeat(1024 * 1024), "\0", "ß\u{1f600}\uffff", "é".repeat(100_000)]
        yield* store.commit(
          values.map((value, index) => put(`k${index}`, value)),
          { sync: true }
        )
        for (const [index, value] of values.entries()) assert.isTrue(store.get(`k${index}`) === value, `value ${index}`)
        const entries = yield* scan(store)
        for (const [index, value] of values.entries()) assert.isTrue(entries[index]?.[1] === value, `value ${index}`)
      })
    )

    check("keys order by their UTF-8 bytes, whatever is in them", (store) =>
      Effect.gen(function* () {
        const shuffled = unusualKeys.toSorted()
        yield* store.commit(
          shuffled.map((key) => put(key, `of ${key}`)),
          { sync: false }
        )
        const byBytes = unusualKeys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        assert.deepStrictEqual(
          yield* scan(store),
          byBytes.map((key) => [key, `of ${key}`])
        )
        assert.deepStrictEqual(unusualKeys.toSorted(compareKeys), byBytes)
        for (const key of unusualKeys) assert.strictEqual(store.get(key), `of ${key}`)
      })
    )

    check("a scan keeps to its range and limit", (store) =>
      Effect.gen(function* () {
        yield* store.commit(
          ["k1", "k2", "k3", "k4", "j", "l"].map((key) => put(key, "")),
          { sync: false }
        )
        const keysOf = (limit: number, from: string, to: string) =>
          Effect.map(scan(store, limit, { from, to }), (entries) => entries.map(([key]) => key))
        assert.deepStrictEqual(yield* keysOf(10, "k2", "k4"), ["k2", "k3"])
        assert.deepStrictEqual(yield* keysOf(2, "k", "l"), ["k1", "k2"])
        assert.deepStrictEqual(yield* keysOf(10, "k2\0", "l"), ["k3", "k4"])
        assert.deepStrictEqual(yield* keysOf(0, "k", "l"), [])
        assert.deepStrictEqual(yield* keysOf(10, "k3", "k3"), [])
        assert.deepStrictEqual(yield* keysOf(10, "k4", "k2"), [])
      })
    )

    check("a scan of many entries is complete", (store) =>
      Effect.gen(function* () {
        const entries: Entries = Array.from({ length: 5000 }, (_, index) => [
          `k${String(index).padStart(5, "0")}`,
          `${index}`.repeat(30)
        ])
        yield* store.commit(
          entries.map(([key, value]) => put(key, value)),
          { sync: false }
        )
        assert.deepStrictEqual(yield* scan(store), entries)
      })
    )

    check("a snapshot does not see later commits", (store) =>
      Effect.gen(function* () {
        yield* store.commit([put("k1", "a"), put("k2", "b"), put("k4", "d")], { sync: false })
        const snapshot = store.snapshot()
        yield* store.commit([put("k1", "changed"), del("k2"), put("k3", "new")], { sync: false })
        yield* store.commit([del("k1"), put("k2", "again"), del("k4")], { sync: false })
        const before: Entries = [
          ["k1", "a"],
          ["k2", "b"],
          ["k4", "d"]
        ]
        assert.deepStrictEqual(yield* snapshot.scan(everything, 10), before)
        assert.deepStrictEqual(yield* snapshot.scan(everything, 2), before.slice(0, 2))
        assert.deepStrictEqual(yield* snapshot.scan({ from: "k2", to: "k4" }, 10), before.slice(1, 2))
        snapshot.close()
        assert.deepStrictEqual(yield* scan(store), [
          ["k2", "again"],
          ["k3", "new"]
        ])
      })
    )

    check("snapshots of different moments do not mix", (store) =>
      Effect.gen(function* () {
        yield* store.commit([put("k1", "1")], { sync: false })
        const first = store.snapshot()
        yield* store.commit([put("k1", "2")], { sync: false })
        const second = store.snapshot()
        yield* store.commit([del("k1")], { sync: false })
        assert.deepStrictEqual(yield* first.scan(everything, 10), [["k1", "1"]])
        first.close()
        assert.deepStrictEqual(yield* second.scan(everything, 10), [["k1", "2"]])
        second.close()
        assert.deepStrictEqual(yield* scan(store), [])
      })
    )
  })
}
