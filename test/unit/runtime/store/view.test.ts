import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as fc from "fast-check"
import { MalformedValue } from "../../../../runtime/errors.ts"
import { limits } from "../../../../runtime/limits.ts"
import type { Commit } from "../../../../runtime/store/batch.ts"
import { Cache } from "../../../../runtime/store/cache.ts"
import { Bookmark, Entry, Written } from "../../../../runtime/store/entry.ts"
import { compareKeys, isInRange, Keys, rangeOf } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { seal } from "../../../../runtime/store/record.ts"
import { type KeyRange, StoreUnavailable, type Write } from "../../../../runtime/store/store.ts"
import { View } from "../../../../runtime/store/view.ts"

const text = (payload: string): string => payload
const sealed = ({ writes }: Commit): ReadonlyArray<Write> => writes.map((written) => written.sealed)
const write = (store: ReturnType<typeof makeMemory>["store"], commit: Commit): void =>
  Effect.runSync(store.commit(sealed(commit), { sync: true }))

/** Keys with unlike order in UTF-16 and UTF-8, and one that begins another one. */
const names = ["a", "a\0", "b", "\uffff", "\u{10000}", "c"]
const ranges: ReadonlyArray<KeyRange> = [
  { from: "", to: "\u{10ffff}" },
  rangeOf("a"),
  { from: "a\0", to: "\uffff" },
  { from: "c", to: "c" }
]

type Step =
  | { readonly type: "put" | "del"; readonly key: string; readonly value: string; readonly isLate: boolean }
  | { readonly type: "putAt"; readonly key: string; readonly value: string }
  | { readonly type: "new"; readonly value: string }
  | { readonly type: "putNew" | "delNew"; readonly which: number; readonly byMark: boolean }
  | { readonly type: "forget" }
  | { readonly type: "take" | "write" | "settle" | "begin" | "rollback" }
  | { readonly type: "scan"; readonly range: KeyRange; readonly limit: number }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom("put" as const, "del" as const),
      key: fc.constantFrom(...names),
      value: fc.string({ maxLength: 3 }),
      isLate: fc.boolean()
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("putAt" as const),
      key: fc.constantFrom(...names),
      value: fc.string({ maxLength: 3 })
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("new" as const), value: fc.string({ maxLength: 3 }) })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom("putNew" as const, "delNew" as const),
      which: fc.nat(),
      byMark: fc.boolean()
    })
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("forget" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom("take" as const, "write" as const, "settle" as const, "begin" as const, "rollback" as const)
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("scan" as const),
      range: fc.constantFrom(...ranges),
      limit: fc.integer({ min: 0, max: 8 })
    })
  }
)

/** The view beside a model that holds one plain map: what a segment must see, whatever is durable by then. */
class Trial {
  readonly memory = makeMemory({ entries: [["b", seal("b", "stored")]] })
  readonly view: View
  model = new Map([["b", "stored"]])
  /** As long-lived as a task: its entry may be gone from the cache, and be there again as another one. */
  readonly #bookmarks = new Map(names.map((key) => [key, new Bookmark(key)] as const))
  /** Keys under which nothing was, until they were written by a bookmark that knows it. */
  readonly #new: Array<Bookmark> = []
  #commit = 0
  #taken: Array<Commit> = []
  #written = 0
  #savepoints: Array<readonly [number, Map<string, string>]> = []

  constructor(cacheEntriesMax: number) {
    this.view = new View(this.memory.store, new Cache(cacheEntriesMax, 1000))
  }

  run(step: Step): void {
    switch (step.type) {
      case "put":
        if (step.isLate) this.view.putLater(step.key, step.value, String, step.value.length)
        else this.view.put(step.key, step.value)
        this.model.set(step.key, step.value)
        return
      case "putAt":
        this.view.putLaterAt(this.#bookmarks.get(step.key)!, step.value, String, step.value.length)
        this.model.set(step.key, step.value)
        return
      case "new": {
        const mark = new Bookmark(`x${this.#new.length}`, true)
        this.#new.push(mark)
        this.view.putAt(mark, step.value)
        this.model.set(mark.key, step.value)
        return
      }
      case "putNew":
      case "delNew": {
        const mark = this.#new[step.which % Math.max(1, this.#new.length)]
        if (mark === undefined) return
        if (step.type === "putNew") {
          if (step.byMark) this.view.putAt(mark, "again")
          else this.view.put(mark.key, "again")
          this.model.set(mark.key, "again")
        } else {
          if (step.byMark) this.view.deleteAt(mark)
          else this.view.delete(mark.key)
          this.model.delete(mark.key)
        }
        return
      }
      case "forget":
        this.view.forget()
        return
      case "del":
        this.view.delete(step.key)
        this.model.delete(step.key)
        return
      case "begin":
        this.#savepoints.push([this.view.begin(), new Map(this.model)])
        return
      case "rollback": {
        const savepoint = this.#savepoints.pop()
        if (savepoint === undefined) return
        this.view.rollback(savepoint[0])
        this.model = savepoint[1]
        return
      }
      case "take":
        this.#savepoints = []
        this.#taken.push(this.view.take(++this.#commit))
        return
      case "write": {
        const next = this.#taken.shift()
        if (next === undefined) return
        write(this.memory.store, next)
        this.#written = next.number
        return
      }
      case "settle":
        this.view.settle(this.#written)
        return
      case "scan":
        assert.deepStrictEqual(
          Effect.runSync(this.view.scan(step.range, step.limit)),
          this.expected(step.range, step.limit)
        )
    }
  }

  expected(range: KeyRange, limit: number): ReadonlyArray<readonly [string, string]> {
    return [...this.model]
      .filter(([key]) => isInRange(key, range))
      .sort(([a], [b]) => compareKeys(a, b))
      .slice(0, limit)
  }

  get #names(): ReadonlyArray<string> {
    return [...names, ...this.#new.map(({ key }) => key)]
  }

  /** With bookmarks only sometimes: an entry that is read by its bookmark each time never leaves the cache. */
  checkReads(withBookmarks: boolean): void {
    for (const [key, mark] of withBookmarks ? this.#bookmarks : [])
      assert.strictEqual(this.view.readAt(mark, text), this.model.get(key))
    for (const key of this.#names) {
      assert.strictEqual(this.view.read(key, text), this.model.get(key))
      assert.strictEqual(this.view.has(key), this.model.has(key))
    }
  }
}

describe("view", () => {
  it("shows a segment the newest of every key, whatever is durable", () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 60, size: "max" }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (steps, cacheEntriesMax, every) => {
          const trial = new Trial(cacheEntriesMax)
          for (const [index, step] of steps.entries()) {
            trial.run(step)
            trial.checkReads(index % every === 0)
          }
          assert.deepStrictEqual(Effect.runSync(trial.view.scan(ranges[0]!, 100)), trial.expected(ranges[0]!, 100))
        }
      ),
      { numRuns: 1000 }
    )
  })

  it("counts the units of all that was written, also of what was overwritten, but not of what was rolled back", () => {
    const view = new View(makeMemory().store)
    view.put("ab", "123")
    view.put("ab", "4567")
    const savepoint = view.begin()
    view.delete("abc")
    assert.strictEqual(view.writtenUnits, 14)
    view.rollback(savepoint)
    assert.strictEqual(view.writtenUnits, 11)
    view.take(1)
    assert.strictEqual(view.writtenUnits, 0)
  })

  it("what was taken and written is what a new view of the store shows", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40, size: "max" }), (steps) => {
        const trial = new Trial(4)
        for (const step of steps) trial.run(step)
        trial.run({ type: "take" })
        for (let left = 0; left <= steps.length; left++) trial.run({ type: "write" })
        const fresh = new View(trial.memory.store)
        assert.deepStrictEqual(Effect.runSync(fresh.scan(ranges[0]!, 100)), trial.expected(ranges[0]!, 100))
      }),
      { numRuns: 300 }
    )
  })

  it.effect("a scan shows the moment it began, while commits land and settle", () =>
    Effect.gen(function* () {
      const count = limits.scanPageItems * 2 + 10
      const keys = Array.from({ length: count }, (_, index) => `k${String(index).padStart(6, "0")}`)
      const memory = makeMemory({ entries: keys.map((key) => [key, seal(key, "before")]) })
      const view = new View(memory.store)
      view.put(keys[5]!, "pending")
      view.delete(keys[count - 5]!)
      view.put("k999999", "last")
      const commit = view.take(1)
      const seen: Array<readonly [string, string]> = []
      yield* view.walk(rangeOf("k"), (key, payload) => {
        // In the middle of the first page: all changes, those pending and newer ones, reach the store.
        if (seen.length === 10) {
          write(memory.store, commit)
          view.settle(1)
          for (const later of keys) view.put(later, "after")
          write(memory.store, view.take(2))
          view.settle(2)
        }
        seen.push([key, payload])
        return true
      })
      assert.deepStrictEqual(seen, [
        ...keys
          .filter((_, index) => index !== count - 5)
          .map((key, index) => [key, index === 5 ? "pending" : "before"] as const),
        ["k999999", "last"]
      ])
      assert.strictEqual(view.read(keys[0]!, text), "after")
    })
  )

  it("a walk stops when it is told to, also in what is pending", () => {
    const memory = makeMemory({ entries: [["b", seal("b", "1")]] })
    const view = new View(memory.store)
    for (const key of ["a", "c", "d"]) view.put(key, key)
    for (const stopAt of [1, 2, 3, 4]) {
      const seen: Array<string> = []
      Effect.runSync(view.walk({ from: "", to: "z" }, (key) => seen.push(key) < stopAt))
      assert.deepStrictEqual(seen, ["a", "b", "c", "d"].slice(0, stopAt))
    }
  })

  it("a value is decoded once, also when it moves to the overlay and the cache", () => {
    const memory = makeMemory({ entries: [["k", seal("k", "stored")]] })
    const view = new View(memory.store)
    let decodes = 0
    const decode = (payload: string): { readonly payload: string } => {
      decodes++
      return { payload }
    }
    assert.strictEqual(view.read("k", decode), view.read("k", decode))
    view.put("k", "new")
    const own = view.read("k", decode)
    write(memory.store, view.take(1))
    assert.strictEqual(view.read("k", decode), own)
    view.settle(1)
    assert.strictEqual(view.read("k", decode), own)
    assert.strictEqual(decodes, 2)
  })

  it("a value given with its payload is not decoded", () => {
    const view = new View(makeMemory().store)
    view.put("k", "payload", null)
    assert.isNull(view.read("k", () => assert.fail("decoded")))
  })

  it("a settled commit does not hide a newer one", () => {
    const memory = makeMemory()
    const view = new View(memory.store)
    view.put("k", "1")
    write(memory.store, view.take(1))
    view.delete("k")
    view.take(2)
    view.settle(1)
    assert.isUndefined(view.read("k", text))
    assert.deepStrictEqual(Effect.runSync(view.scan(rangeOf("k"), 10)), [])
  })

  it("refuses a damaged record in a read and in a scan", () => {
    const view = new View(makeMemory({ entries: [["k", seal("other", "value")]] }).store)
    const isDamaged = (error: unknown): void => {
      assert.instanceOf(error, StoreUnavailable)
      assert.strictEqual(error.reason, "damaged")
      assert.include(error.detail, '"k"')
    }
    try {
      view.read("k", text)
      assert.fail("read")
    } catch (cause) {
      isDamaged(cause)
    }
    isDamaged(Effect.runSync(Effect.flip(view.scan(rangeOf("k"), 10))))
  })

  it("a payload that is no value counts as damage of its record", () => {
    const view = new View(makeMemory({ entries: [["k", seal("k", "x")]] }).store)
    const decode = (): never => {
      throw new MalformedValue("no value")
    }
    assert.throws(() => view.read("k", decode), StoreUnavailable)
  })

  it.effect("a scan that is interrupted gives its snapshot back", () =>
    Effect.gen(function* () {
      const memory = makeMemory({ entries: [["k", seal("k", "1")]] })
      let open = 0
      const view = new View({
        ...memory.store,
        snapshot: () => {
          open++
          return { scan: () => Effect.never, close: () => open-- }
        }
      })
      const fiber = yield* Effect.forkChild(view.scan(rangeOf("k"), 10), { startImmediately: true })
      assert.strictEqual(open, 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(open, 0)
    })
  )

  it("writes of a segment are sealed and each key comes once", () => {
    const view = new View(makeMemory().store)
    view.put("a", "1")
    view.put("b", "2")
    view.put("a", "3")
    view.delete("b")
    assert.isTrue(view.isDirty)
    assert.deepStrictEqual(sealed(view.take(1)), [
      { type: "put", key: "a", value: seal("a", "3") },
      { type: "del", key: "b" }
    ])
    assert.isFalse(view.isDirty)
    assert.deepStrictEqual(sealed(view.take(2)), [])
  })

  it("user keys of two namespaces do not meet", () => {
    const view = new View(makeMemory().store)
    const [one, two] = [new Keys("1"), new Keys("10")]
    view.put(one.user("k"), "one")
    view.put(two.user("k"), "two")
    assert.deepStrictEqual(Effect.runSync(view.scan(one.userRange(""), 10)), [[one.user("k"), "one"]])
    assert.deepStrictEqual(Effect.runSync(view.scan(two.userRange(""), 10)), [[two.user("k"), "two"]])
  })
})

const entryOf = (key: string, payload: string, commit = 0): Entry => {
  const entry = new Entry(key)
  entry.written = Written.payload(entry, payload, undefined)
  entry.commit = commit
  return entry
}

describe("cache of the view", () => {
  it("keeps what is used and never more than its bounds", () => {
    const cache = new Cache(10, 1000)
    const hot = entryOf("hot", "x")
    cache.add(hot, 0)
    for (let i = 0; i < 100; i++) {
      cache.add(entryOf(`k${i}`, ""), 0)
      assert.strictEqual(cache.get("hot", 0), hot)
      assert.isAtMost(cache.size, 10)
    }
    assert.isUndefined(cache.get("k0", 0))
  })

  it("is bounded in size, also when entries grow where they are", () => {
    const cache = new Cache(1000, 100)
    for (let i = 0; i < 20; i++) cache.add(entryOf(`k${i}`, "x".repeat(18)), 0)
    assert.isAtMost(cache.size, 5)
    const grown = cache.get("k19", 0)!
    cache.resize(grown, 60, 0)
    for (let i = 20; i < 23; i++) cache.add(entryOf(`k${i}`, "x".repeat(18)), 0)
    assert.isUndefined(cache.get("k19", 0))
  })

  it("keeps what is not durable, however much that is, and lets it go later", () => {
    const cache = new Cache(10, 1000)
    const pinned = Array.from({ length: 100 }, (_, index) => entryOf(`p${index}`, "x", 1 + index))
    for (const entry of pinned) cache.add(entry, 0)
    for (let i = 0; i < 500; i++) cache.add(entryOf(`k${i}`, ""), 0)
    for (const entry of pinned) assert.strictEqual(cache.get(entry.key, 0), entry)
    for (let i = 0; i < 2000; i++) cache.add(entryOf(`l${i}`, ""), 99)
    assert.isUndefined(cache.get("p98", 99))
    assert.strictEqual(cache.get("p99", 99), pinned[99])
    assert.isAtMost(cache.size, 11)
  })
})

describe("a bookmark of a new key", () => {
  it("is written as others are, also where somebody has looked for it before, and after a rollback", () => {
    const { store } = makeMemory()
    const view = new View(store)
    assert.isFalse(view.has("n1/t/a-1"))
    const at = new Bookmark("n1/t/a-1", true)
    view.putAt(at, "one")
    assert.strictEqual(view.read("n1/t/a-1", text), "one")
    view.rollback()
    assert.isFalse(view.has("n1/t/a-1"))
    view.putAt(at, "two")
    view.put("n1/t/a-1", "three")
    const again = new Bookmark("n1/t/b-2", true)
    view.putAt(again, "four")
    const commit = view.take(1)
    assert.deepStrictEqual(sealed(commit), [
      { type: "put", key: "n1/t/a-1", value: seal("n1/t/a-1", "three") },
      { type: "put", key: "n1/t/b-2", value: seal("n1/t/b-2", "four") }
    ])
    write(store, commit)
    view.settle(1)
    view.forget()
    assert.deepStrictEqual([view.readAt(at, text), view.readAt(again, text)], ["three", "four"])
    view.deleteAt(again)
    assert.isFalse(view.has("n1/t/b-2"))
  })

  it("leaves nothing in a commit that puts and deletes it, but in a later one", () => {
    const { store } = makeMemory()
    const view = new View(store)
    const at = new Bookmark("n1/r/a-1", true)
    view.putAt(at, "")
    view.deleteAt(at)
    const savepoint = view.begin()
    view.put("n1/r/a-1", "again")
    view.rollback(savepoint)
    assert.deepStrictEqual(view.take(1).writes, [])
    view.put("n1/r/a-1", "late")
    view.take(2)
    view.deleteAt(at)
    assert.deepStrictEqual(sealed(view.take(3)), [{ type: "del", key: "n1/r/a-1" }])
    assert.isFalse(view.has("n1/r/a-1"))
  })
})
