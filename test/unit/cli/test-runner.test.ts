import { assert, describe, it } from "@effect/vitest"
import { runWithCrashes } from "../../../cli/test/crashes.ts"
import { printFailure } from "../../../cli/test/failure-text.ts"
import { type RunOptions, runTest, type TestProgram } from "../../../cli/test/run-test.ts"
import { compiled } from "../../support/namespace.ts"

const options: RunOptions = { seed: undefined, turnsMax: 20_000 }

const testOf = (text: string): TestProgram => {
  const bundle = compiled(text, "test.sxs", { withTests: true })
  return { bundle, name: bundle.manifest.exports[0]!.name, file: "test.sxs", folder: process.cwd(), line: 1 }
}

/** What the only test of the source says when it fails; empty when it passes. */
const said = async (text: string, given: Partial<RunOptions> = {}): Promise<string> => {
  const test = testOf(text)
  const { failure } = await runTest(test, { ...options, ...given })
  return failure === undefined ? "" : printFailure(failure, test.bundle, false)
}

const passes = async (text: string) => assert.strictEqual(await said(text), "")

describe("a test", () => {
  it("sees functions and constants, and starts with an empty store, at the same time always", () =>
    passes(`(def rate 3) (defn times (n) (* n rate)) (core/kv/set left 1)
      (deftest "t"
        (expect (= (times 2) 6))
        (expect-equal (core/kv/get left none) none)
        (expect-equal (core/time/now) 1767225600000))`))

  it("runs the program when it starts it", () =>
    passes(`(core/kv/set state "ran") (core/task/sleep 1000) (core/kv/set state "slept")
      (deftest "t"
        (def main (run-program))
        (advance 999)
        (expect-equal (core/kv/get state) "ran")
        (core/task/join main)
        (expect-equal (core/kv/get state) "slept"))`))

  it("runs at its end what it has deferred itself", async () => {
    await passes(
      `(deftest "t" (defer (core/kv/incr n)) (defer (core/task/sleep 5) (expect-equal (core/kv/get n none) none)) (crash))`
    )
    assert.include(await said(`(deftest "t" (defer (expect false)) (expect true))`), "SXS6307")
  })

  it("goes on behind a crash with what was durable", () =>
    passes(`(deftest "t"
      (def worker (core/task/spawn (fn () (core/task/sleep 100) (core/kv/incr done))))
      (core/kv/set before 1)
      (crash)
      (expect-equal (core/kv/get before) 1)
      (crash)
      (core/task/join worker)
      (expect-equal (core/kv/get done) 1))`))

  it("passes while another task has no end", () =>
    passes(
      `(defn busy () (while true none)) (deftest "t" (core/task/spawn busy) (core/task/checkpoint) (expect true))`
    ))
})

describe("advance", () => {
  it("lets all happen that is due by then, and nothing else", () =>
    passes(`(deftest "t"
      (core/task/spawn (fn () (for (i 1 4) (core/task/sleep 1000) (core/kv/set at i))))
      (core/task/spawn (fn () (core/task/sleep 1000) (core/task/checkpoint) (core/task/checkpoint) (core/kv/set other 1)))
      (def start (core/time/now))
      (advance 999)
      (expect-equal (core/kv/get at 0) 0)
      (advance 1)
      (expect-equal (core/kv/get at 0) 1)
      (expect-equal (core/kv/get other 0) 1)
      (advance 2000)
      (expect-equal (core/kv/get at 0) 3)
      (expect-equal (core/time/now) (+ start 3000)))`))

  it("moves on by years at once, in any task of the test, and by nothing at all", () =>
    passes(`(deftest "t"
      (def start (core/time/now))
      (def other (core/task/spawn (fn () (advance 100000000000) (core/time/now))))
      (expect-equal (core/task/join other) (+ start 100000000000))
      (core/task/spawn (fn () (core/kv/set settled 1)))
      (advance 0)
      (expect-equal (core/kv/get settled 0) 1))`))

  it("takes only a time that can come", async () => {
    assert.match(await said(`(deftest "t" (advance -1))`), /an int of milliseconds, 0 or more/)
  })
})

describe("an expectation that does not hold", () => {
  it("shows the values of the parts that were evaluated, outer ones first", async () => {
    const text = await said(`(defn total (n) (* n 3))
(deftest "t"
  (def cart 2)
  (expect (or (= (total cart) 7) (and (> cart 5) (total 9)))))`)
    assert.strictEqual(
      text,
      `error SXS6307: expected it to be true, and it is false
 --> test.sxs:4:3
4 |   (expect (or (= (total cart) 7) (and (> cart 5) (total 9)))))
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  in t at test.sxs:4:3
  (= (total cart) 7)  was false
  (total cart)        was 6
  cart                was 2
  (> cart 5)          was false
`
    )
  })

  it("keeps the values of its parts while one of them waits", async () => {
    const text = await said(`(defn slow (n) (core/task/sleep n) n)
(deftest "t" (expect (= (slow 3) (slow 4) (slow 5))))`)
    assert.match(text, /\(slow 3\) {2}was 3\n {2}\(slow 4\) {2}was 4\n {2}\(slow 5\) {2}was 5\n/)
  })

  it("says where two large values differ", async () => {
    const text = await said(`(deftest "t"
      (expect-equal (map "a" 1 "lines" (list (map "n" 1) (map "n" 2))) (map "lines" (list (map "n" 1) (map "n" 3) 4) "b" 0)))`)
    assert.match(
      text,
      /they differ at\n {2}"lines" 1 "n": 2, expected 3\n {2}"lines" 2: missing, expected 4\n {2}"b": missing, expected 0\n {2}"a": 1, expected nothing\n$/
    )
  })

  it("is a fault that fails the test also where a recover catches it, and in other tasks", async () => {
    assert.match(await said(`(deftest "t" (recover (expect (= 1 2)) none))`), /SXS6307/)
    assert.match(await said(`(deftest "t" (core/task/spawn (fn () (expect (= 1 2)))) (advance 1))`), /SXS6307/)
  })

  it("takes an error value for what it is", async () => {
    const text = await said(`(defn f (n) (if (> n 1) (error "too big") n)) (deftest "t" (expect (f 2)))`)
    assert.match(text, /it is @"too big"/)
  })
})

describe("a test that cannot pass", () => {
  it("shows its fault", async () => {
    assert.match(
      await said(`(deftest "t" (assert (= 1 2) "one is two"))`),
      /^error SXS6302: one is two\n --> test.sxs:1:14/
    )
  })

  it("is told where it stands when it waits for ever", async () => {
    assert.strictEqual(
      await said(`(defn wait () (core/task/pause))\n(deftest "t"\n  (wait)\n  (expect true))`),
      `it waits for ever: nothing can happen any more
t-1 is paused for resume at test.sxs:1
    1 | (defn wait () (core/task/pause))
    3 |   (wait)
`
    )
  })

  it("is told where it stands when it does not end", async () => {
    const text = await said(
      `(defn busy () (while true none))\n(deftest "t" (core/task/spawn busy) (while true none))`,
      { turnsMax: 500 }
    )
    assert.match(text, /^it does not end: .*\nt-1 is running at test.sxs:2\n.*\nbusy-2 is running at test.sxs:1\n$/)
  })

  it("is told when each of its processes crashes again", async () => {
    assert.match(await said(`(deftest "t" (while true (crash)))`), /each process comes to a \(crash\) again/)
  })
})

/** Passes in order; the next process takes up tasks in the order of their ids. */
const race = `
  (defn walk-in () (core/task/checkpoint) (core/task/checkpoint) (core/kv/snx ticket "walk-in"))
  (defn caller () (core/task/checkpoint) (core/kv/snx ticket "caller"))
  (deftest "who comes first gets the ticket"
    (def first (core/task/spawn walk-in))
    (def second (core/task/spawn caller))
    (core/task/join first)
    (core/task/join second)
    (expect-equal (core/kv/get ticket) "caller"))`

describe("crashes at every commit", () => {
  it("leave a right test right, behind each commit of each of its processes", async () => {
    const test = testOf(`(deftest "t"
      (def worker (core/task/spawn (fn () (for (i 0 5) (core/task/sleep 10) (core/kv/incr n)))))
      (advance 20)
      (expect-equal (core/kv/get n) 2)
      (crash)
      (core/task/join worker)
      (expect-equal (core/kv/get n) 5))`)
    const report = await runWithCrashes(test, { ...options, edgesMax: 500 })
    assert.isUndefined(report.straight.failure)
    assert.isUndefined(report.failed, JSON.stringify(report.failed?.run.failure))
    assert.isAbove(report.commits, 8)
    assert.strictEqual(report.tried, report.commits)
  })

  it("find what holds only as long as nothing crashes, and say where all stood", async () => {
    const report = await runWithCrashes(testOf(race), { ...options, edgesMax: 500 })
    assert.isUndefined(report.straight.failure)
    assert.strictEqual(report.failed?.run.failure?.kind, "unmet")
    assert.deepStrictEqual(
      report.failed?.stood.map(({ function: name, place }) => `${name}:${place?.line}`),
      ["caller:3", "walk-in:2", "who comes first gets the ticket:7"]
    )
    const { commit } = report.failed!
    const again = await runWithCrashes(testOf(race), { ...options, edgesMax: 500, only: commit })
    assert.deepStrictEqual([again.tried, again.failed?.commit], [1, commit])
  })

  it("are spread over a run that has too many commits for them", async () => {
    const test = testOf(
      `(deftest "t" (for (i 0 40) (core/kv/incr n) (core/task/checkpoint)) (expect-equal (core/kv/get n) 40))`
    )
    const { commits, failed, tried } = await runWithCrashes(test, { ...options, edgesMax: 10 })
    assert.isUndefined(failed)
    assert.isAbove(commits, 40)
    assert.isAtMost(tried, 10)
    assert.isAtLeast(tried, 5)
  })
})

describe("a seed", () => {
  const outcomes = (seeds: ReadonlyArray<number>) =>
    Promise.all(
      seeds.map(async (seed) => (await runTest(testOf(race), { ...options, seed })).failure?.kind ?? "passed")
    )

  it("chooses the order of turns, and the same one each time", async () => {
    const seeds = Array.from({ length: 12 }, (_, seed) => seed)
    const first = await outcomes(seeds)
    assert.sameMembers([...new Set(first)], ["passed", "unmet"])
    assert.deepStrictEqual(await outcomes(seeds), first)
  })
})
