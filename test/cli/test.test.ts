import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folderWith, launcher, root, start, sxs } from "./start.ts"

const right = `(defn twice (n) (* n 2))
(deftest "doubles" (log "doubling") (expect-equal (twice 2) 4))
(log "the program does not run")
`
const wrong = `(deftest "adds up" (log "adding") (expect (= (+ 1 2) 4)))\n(deftest "doubles" (expect true))\n`

/** What differs from run to run. */
const timeless = (text: string): string => text.replace(/\d+ ms/g, "<ms>")

describe("sxs test", () => {
  it("runs the tests of all files below the folder, in their order, and says what failed and how to run it again", () => {
    const folder = folderWith({
      "b/wrong.sxs": wrong,
      "a.sxs": right,
      "none.sxs": `(log "no tests")`,
      "broken-but-without-tests.sxs": "(",
      "node_modules/x.sxs": wrong,
      ".hidden/x.sxs": wrong
    })
    const { err, exitCode, out } = sxs(folder, "test")
    assert.strictEqual(
      timeless(out),
      `a.sxs
  ok    doubles (<ms>)
b/wrong.sxs
  FAIL  adds up (<ms>)
  ok    doubles (<ms>)

FAIL  b/wrong.sxs:1 adds up
error SXS6307: expected it to be true, and it is false
 --> b/wrong.sxs:1:35
1 | (deftest "adds up" (log "adding") (expect (= (+ 1 2) 4)))
  |                                   ^^^^^^^^^^^^^^^^^^^^^^
  in adds up at b/wrong.sxs:1:35
  (+ 1 2)  was 3
logged:
  adding
again with: sxs test b/wrong.sxs --filter 'adds up'

1 of 3 tests failed in <ms>
`
    )
    assert.deepStrictEqual([exitCode, err], [1, ""])
  })

  it("leaves no store behind, and shows what was logged only when asked", () => {
    const folder = folderWith({ "a.sxs": right })
    assert.strictEqual(timeless(sxs(folder, "test").out), "a.sxs\n  ok    doubles (<ms>)\n\n1 test passed in <ms>\n")
    assert.include(sxs(folder, "test", "--verbose", "a.sxs").out, "logged:\n  doubling\n")
    assert.strictEqual(sxs(folder, "ps").exitCode, 74)
  })

  it("runs the tests that the filter names", () => {
    const folder = folderWith({ "wrong.sxs": `${wrong}(deftest "doubles and adds up" (expect false))\n` })
    assert.strictEqual(sxs(folder, "test", "--filter", "doubles").exitCode, 0)
    assert.include(sxs(folder, "test", "--filter", "add").out, "2 of 2 tests failed")
    const nothing = sxs(folder, "test", "--filter", "halves")
    assert.deepStrictEqual(
      [nothing.exitCode, nothing.err],
      [2, 'sxs: no test has "halves" in its text; there is "adds up", and 2 more\n']
    )
  })

  it("crashes at every commit when asked, and again at the one that it names", () => {
    const folder = folderWith({
      "race.sxs": `(defn b () (core/task/checkpoint) (core/task/checkpoint) (core/kv/snx first "b"))
(defn a () (core/task/checkpoint) (core/kv/snx first "a"))
(deftest "a is first"
  (def tasks (list (core/task/spawn b) (core/task/spawn a)))
  (for (each tasks) (core/task/join each))
  (expect (= (core/kv/get first none) "a")))
`
    })
    assert.strictEqual(sxs(folder, "test").exitCode, 0)
    const { exitCode, out } = sxs(folder, "test", "--crash")
    assert.strictEqual(exitCode, 1)
    const again = /^again with: sxs test race.sxs --filter 'a is first' --crash-at (\d+)$/m.exec(out)
    assert.isNotNull(again, out)
    const { crash, rerun } = JSON.parse(sxs(folder, "test", "--crash-at", again![1]!, "--json").out).tests[0].failure
    assert.strictEqual(`again with: ${rerun}`, again![0])
    assert.strictEqual(crash.commit, Number(again![1]))
    assert.sameMembers(
      crash.stood.map(({ place, task }: { task: string; place: { line: number } }) => `${task}:${place.line}`),
      ["a-3:2", "b-2:1", "a-is-first-1:5"]
    )
    const beyond = sxs(folder, "test", "--crash-at", "99")
    assert.deepStrictEqual([beyond.exitCode, beyond.err.slice(0, 34)], [2, "sxs: there is no commit 99 to cras"])
  })

  it("prints one object for programs", () => {
    const folder = folderWith({ "wrong.sxs": wrong })
    const { exitCode, out } = sxs(folder, "test", "--json", "--seed", "7")
    const { diagnostics, tests } = JSON.parse(out)
    assert.deepStrictEqual([exitCode, diagnostics], [1, []])
    const [first, second] = tests
    assert.deepStrictEqual(
      { ...first, ms: 0 },
      {
        file: "wrong.sxs",
        line: 1,
        name: "adds up",
        ok: false,
        ms: 0,
        seed: 7,
        crashes: null,
        failure: {
          kind: "unmet",
          code: "SXS6307",
          message: "expected it to be true, and it is false",
          place: { function: "adds up", source: "wrong.sxs", line: 1, column: 35 },
          parts: [{ text: "(+ 1 2)", value: "3" }],
          differences: [],
          crash: null,
          rerun: "sxs test wrong.sxs --filter 'adds up' --seed 7"
        },
        log: ["adding"]
      }
    )
    assert.deepStrictEqual([second.ok, second.failure], [true, null])
  })

  it("runs nothing when a file does not compile", () => {
    const folder = folderWith({ "a.sxs": right, "b.sxs": `(deftest "t" (expect (nope)))` })
    const { err, exitCode, out } = sxs(folder, "test")
    assert.deepStrictEqual([exitCode, out], [65, ""])
    assert.match(err, /^error SXS2001: `nope` is not defined\n --> b.sxs:1:23/)
    const json = sxs(folder, "test", "--json")
    const { diagnostics, tests } = JSON.parse(json.out)
    assert.deepStrictEqual([json.exitCode, tests, diagnostics.length], [65, [], 1])
  })

  it("says so when there is no test, no file, or a wrong number", () => {
    const folder = folderWith({ "a.sxs": `(log "no test")` })
    const none = sxs(folder, "test", "a.sxs")
    assert.deepStrictEqual(
      [none.exitCode, none.err],
      [2, 'sxs: there is no test in a.sxs: write (deftest "what holds" (expect …)) at the top level of a file\n']
    )
    assert.strictEqual(sxs(folder, "test", "lost.sxs").exitCode, 2)
    assert.strictEqual(sxs(folder, "test", "a.sxs", "--crash-at", "0").exitCode, 2)
    assert.strictEqual(sxs(folder, "test", "a.sxs", "--seed", "x").exitCode, 2)
  })

  it("reads a file from the standard input", () => {
    const folder = folderWith()
    const { exitCode, out } = start(launcher, ["test", "-"], { cwd: folder, input: right })
    assert.strictEqual(exitCode, 0)
    assert.match(out, /^-\n {2}ok {4}doubles/)
  })
})

describe("the examples", () => {
  it("pass their tests, also when they crash", () => {
    const { exitCode, out } = sxs(root, "test", "examples", "--crash")
    assert.strictEqual(exitCode, 0, out)
    const sources = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".sxs") && !file.includes("node_modules")
    )
    const tests = sources.flatMap(
      (file) => readFileSync(join(root, "examples", file), "utf8").match(/^\(deftest/gm) ?? []
    )
    assert.isAtLeast(tests.length, 11)
    assert.match(out, new RegExp(`${tests.length} tests passed`))
  })
})
