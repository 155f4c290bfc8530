import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { Fault } from "../../../../runtime/errors.ts"
import {
  checkTaskId,
  checkUserKey,
  compareKeys,
  isInRange,
  Keys,
  rangeAfter,
  rangeOf
} from "../../../../runtime/store/keys.ts"

const keys = new Keys("0a")
const anyKey = fc.string({ unit: "binary", minLength: 1, maxLength: 20 })
/** Texts near the ends of the code space, where a successor is hard to build. */
const edgeText = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        "\0",
        "\x7f",
        "\u0080",
        "\u07ff",
        "\u0800",
        "\ud7ff",
        "\ue000",
        "\uffff",
        "\u{10000}",
        "\u{10ffff}",
        "/"
      ),
      {
        maxLength: 5
      }
    )
    .map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 6 })
)
const fault = (run: () => unknown): Fault => {
  try {
    run()
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
  return assert.fail("no fault")
}

describe("keys", () => {
  it("are as drawn", () => {
    assert.deepStrictEqual(
      [
        keys.user("user:1"),
        keys.task("main-1"),
        keys.frame("main-1", 255),
        keys.local("main-1", 0, "rows"),
        keys.timer(1_700_000_000_000, "main-1"),
        keys.runnable("main-1"),
        keys.joiner("main-1", "main-2"),
        keys.log("main-1", 10),
        keys.output(16, 1),
        keys.bundle("ab"),
        keys.map("ab"),
        keys.program("orders"),
        keys.counter("task"),
        keys.head
      ],
      [
        "n0a/u/user:1",
        "n0a/t/main-1",
        "n0a/f/main-1/00ff",
        "n0a/l/main-1/0000/rows",
        "n0a/w/018bcfe56800/main-1",
        "n0a/r/main-1",
        "n0a/j/main-1/main-2",
        "n0a/g/main-1/00000000000a",
        "n0a/o/000000000010/0001",
        "n0a/b/ab",
        "n0a/m/ab",
        "n0a/p/orders",
        "n0a/c/task",
        "n0a/h"
      ]
    )
  })

  it("of locals stay short and apart however long their names are, and short names stay as they are", () => {
    const long = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).map((end) => "é".repeat(1000) + end)
    const name = fc.oneof(long, anyKey)
    fc.assert(
      fc.property(name, name, (a, b) => {
        const key = keys.local("main-1", 1, a)
        assert.strictEqual(key === keys.local("main-1", 1, b), a === b)
        assert.isTrue(key.isWellFormed())
        assert.isBelow(Buffer.byteLength(key), 1100)
        assert.strictEqual(keys.local("main-1", 1, a), key)
      }),
      { numRuns: 300 }
    )
    const limit = "x".repeat(1024)
    assert.isTrue(keys.local("main-1", 1, limit).endsWith(limit))
    assert.isTrue(keys.local("main-1", 1, `${"x".repeat(63)}😀${limit}`).isWellFormed(), "cut inside a character")
  })

  it("of the user's behind a key are those of the prefix that come after it", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", ":", "\0", "😀"), maxLength: 4 })
    const key = text.filter((one) => one !== "")
    fc.assert(
      fc.property(text, text, key, (prefix, after, one) => {
        const isExpected = one.startsWith(prefix) && compareKeys(one, after) > 0
        assert.strictEqual(isInRange(keys.user(one), keys.userRangeAfter(prefix, after)), isExpected)
      }),
      { numRuns: 500 }
    )
  })

  it("parse to what they were built of", () => {
    const id = anyKey.filter((text) => !text.includes("/"))
    const number = fc.integer({ min: 0, max: 2 ** 48 - 1 })
    fc.assert(
      fc.property(anyKey, id, id, number, fc.nat(0xffff), (user, task, other, count, depth) => {
        assert.strictEqual(keys.parseUser(keys.user(user)), user)
        assert.strictEqual(keys.parseTask(keys.task(task)), task)
        assert.deepStrictEqual(keys.parseFrame(keys.frame(task, depth)), { task, depth })
        assert.deepStrictEqual(keys.parseLocal(keys.local(task, depth, user)), { task, depth, slot: user })
        assert.deepStrictEqual(keys.parseTimer(keys.timer(count, task)), { due: count, task })
        assert.strictEqual(keys.parseRunnable(keys.runnable(task)), task)
        assert.deepStrictEqual(keys.parseJoiner(keys.joiner(task, other)), { target: task, task: other })
        assert.deepStrictEqual(keys.parseLog(keys.log(task, count)), { task, line: count })
        assert.deepStrictEqual(keys.parseOutput(keys.output(count, depth)), { commit: count, index: depth })
        assert.strictEqual(keys.parseProgram(keys.program(user)), user)
      }),
      { numRuns: 300 }
    )
  })

  it("a prefix range holds exactly the keys that begin with the prefix", () => {
    fc.assert(
      fc.property(edgeText, edgeText, edgeText, (prefix, rest, other) => {
        const range = keys.userRange(prefix)
        const fits = (text: string): void =>
          assert.strictEqual(isInRange(`n0a/u/${text}`, range), text.startsWith(prefix), JSON.stringify([prefix, text]))
        fits(prefix + rest)
        fits(other)
        fits(prefix.slice(0, -1))
        fits(`${prefix}\u{10ffff}\u{10ffff}`)
      }),
      { numRuns: 3000 }
    )
  })

  it("a user's prefix never leaves its space or its namespace", () => {
    const outside = [
      ...[
        "n0a/t/x",
        "n0a/v/x",
        "n0a/u",
        "n0a/u.",
        "n0a/u0",
        "n0a/",
        "n0a0/u/x",
        "n0/u/x",
        "n0b/u/x",
        "n/u/x",
        "!format"
      ],
      "n0a/w/000000000000/x",
      "\u{10ffff}"
    ]
    fc.assert(
      fc.property(edgeText, (prefix) => {
        for (const key of outside) assert.isFalse(isInRange(key, keys.userRange(prefix)), key)
      }),
      { numRuns: 1000 }
    )
  })

  it("a cursor goes on right behind its key", () => {
    fc.assert(
      fc.property(edgeText, edgeText, (a, b) => {
        const after = rangeAfter(rangeOf("n"), `n${a}`)
        assert.strictEqual(isInRange(`n${b}`, after), compareKeys(b, a) > 0)
      }),
      { numRuns: 2000 }
    )
  })

  it("timers order by their due, are never early, and can be read up to a time", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e3, max: 1e13, noNaN: true }),
        fc.double({ min: -1e3, max: 1e13, noNaN: true }),
        (due, now) => {
          const key = keys.timer(due, "x")
          const parsed = keys.parseTimer(key).due
          assert.isAtLeast(parsed, due)
          if (now >= 0) assert.strictEqual(isInRange(key, keys.timerRange(now)), parsed <= now)
          else assert.isFalse(isInRange(key, keys.timerRange(now)))
          assert.isTrue(isInRange(key, keys.timerRange()))
        }
      ),
      { numRuns: 1000 }
    )
    assert.isBelow(compareKeys(keys.timer(999, "z"), keys.timer(1000, "a")), 0)
  })

  it("a timer of any distant future has a key", () => {
    assert.strictEqual(keys.timer(Number.MAX_VALUE, "x"), "n0a/w/ffffffffffff/x")
  })

  it("the ranges of a task hold no other task's keys", () => {
    assert.isTrue(isInRange(keys.frame("a", 3), keys.frameRange("a")))
    assert.isFalse(isInRange(keys.frame("a-1", 3), keys.frameRange("a")))
    assert.isTrue(isInRange(keys.local("a", 3, "x"), keys.localRange("a", 3)))
    assert.isFalse(isInRange(keys.local("a", 4, "x"), keys.localRange("a", 3)))
    assert.isTrue(isInRange(keys.local("a", 4, "x"), keys.localRange("a")))
    assert.isFalse(isInRange(keys.log("ab", 0), keys.logRange("a")))
    assert.isFalse(isInRange(keys.joiner("ab", "x"), keys.joinerRange("a")))
  })
})

describe("the rules of user keys", () => {
  it("take 1 byte to 1 KiB of UTF-8", () => {
    for (const key of ["x", "\0", "/", "é".repeat(512), "x".repeat(1024), "\u{1f600}".repeat(256)]) {
      assert.strictEqual(checkUserKey(key), key)
    }
  })

  it("refuse others with a fault that says why", () => {
    assert.match(fault(() => keys.user("")).message, /at least 1 byte/)
    for (const key of ["x".repeat(1025), "é".repeat(513), "\u{1f600}".repeat(257)]) {
      assert.match(fault(() => keys.user(key)).message, /at most 1024 bytes/)
    }
    for (const key of ["\ud800", "a\udc00", "\udc00\ud800", "\ud800x"]) {
      assert.match(fault(() => keys.user(key)).message, /surrogate/)
      assert.match(fault(() => keys.userRange(key)).message, /surrogate/)
    }
    assert.strictEqual(fault(() => keys.user("")).code, "SXS6006")
  })

  it("task ids hold no slash", () => {
    assert.strictEqual(checkTaskId("worker-3"), "worker-3")
    for (const id of ["", "a/b", "/", "\ud800", "x".repeat(1025)]) assert.throws(() => keys.task(id), Fault)
  })

  it("a task with too many saved calls is a fault", () => {
    assert.strictEqual(keys.frame("a", 0xffff), "n0a/f/a/ffff")
    assert.match(fault(() => keys.frame("a", 0x10000)).message, /more than 65,536 deep/)
  })
})
