import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ended, folderWith, printed, starting, sxs } from "./start.ts"

const reentrant = `#(program "reentrant")
(defn add-slowly (x :int y :int) :int [
  (def sum (+ x y))
  (core/util/log "sum" sum)
  (def answer (core/task/pause))
  (core/util/log x "+" y "=" sum "and" answer)
  sum])
(add-slowly 10 20)
`

describe("sxs run", () => {
  it("parks, is inspected and resumed in other processes, and does nothing twice", () => {
    const folder = folderWith({ "main.sxs": reentrant })
    const parked = sxs(folder, "run", "main.sxs")
    assert.deepStrictEqual(parked, {
      exitCode: 0,
      out: "sum 30\n",
      err: "reentrant-1 is paused at main.sxs:5. Wake it: sxs resume reentrant-1 [VALUE]\n"
    })

    const listed = sxs(folder, "ps")
    assert.match(listed.out, /^TASK .*\nreentrant-1 +paused +main +main\.sxs:5 +resume +\d+ (?:s|min)\n$/)

    const inspected = sxs(folder, "inspect", "reentrant-1").out
    assert.include(inspected, "#1 add-slowly at main.sxs:5:15, in core/task/pause (pc 0)\n")
    assert.include(inspected, "> 5 |   (def answer (core/task/pause))\n  6 |")
    assert.include(inspected, "  x   = 10\n  y   = 20\n  sum = 30\n")
    assert.include(inspected, "#0 main at main.sxs:8:1")

    const raw = sxs(folder, "inspect", "1", "--raw").out
    assert.include(raw, "fn:reentrant-1:stack:1:local:sum = 30\n")

    const resumed = sxs(folder, "resume", "reentrant-1", '"thanks"')
    assert.strictEqual(resumed.out, "10 + 20 = 30 and thanks\n")
    assert.match(resumed.err, /^resuming reentrant-1 at main\.sxs:5 \(paused since \d+ (?:s|min)\)\n$/)
    assert.strictEqual(resumed.exitCode, 0)

    assert.include(sxs(folder, "inspect", "reentrant-1").out, "\nresult 30\n")
    assert.strictEqual(sxs(folder, "resume", "reentrant-1").exitCode, 2)
  })

  it("goes on with the code that it began with when its source is edited", () => {
    const folder = folderWith({ "main.sxs": reentrant })
    sxs(folder, "run", "main.sxs")
    writeFileSync(join(folder, "main.sxs"), reentrant.replaceAll("sum", "total").replace("(+ x y)", "(* x y)"))
    const again = sxs(folder, "run", "main.sxs")
    assert.strictEqual(again.out, "")
    assert.match(
      again.err,
      /^resuming reentrant-1 at main\.sxs:5 .*\nthe source has changed since: this run goes on with/
    )
    assert.strictEqual(sxs(folder, "resume", "reentrant-1", "true").out, "10 + 20 = 30 and true\n")
    assert.strictEqual(sxs(folder, "run", "main.sxs").out, "total 200\n")
  })

  it("starts a new run with --new, and when the last one has ended", () => {
    const folder = folderWith({ "main.sxs": reentrant, "once.sxs": '(core/util/log "once")\n' })
    sxs(folder, "run", "main.sxs")
    assert.include(sxs(folder, "run", "main.sxs", "--new").err, "reentrant-2 is paused")
    assert.strictEqual(sxs(folder, "run", "once.sxs").out, "once\n")
    assert.strictEqual(sxs(folder, "run", "once.sxs").out, "once\n")
  })

  it("prints the value of the last form on request, in the reader's form", () => {
    const folder = folderWith({ "value.sxs": '(core/util/log "said")\n(list 1 "two" 3.0)\n' })
    assert.strictEqual(sxs(folder, "run", "value.sxs").out, "said\n")
    assert.strictEqual(sxs(folder, "run", "value.sxs", "--print").out, 'said\n(1 "two" 3.0)\n')
  })

  it("shows a fault with its source line and its calls, and ends with 1", () => {
    const folder = folderWith({ "fault.sxs": "(defn halve (n :int) :int\n  (div n (- n n)))\n(+ 1 (halve 2))\n" })
    const { err, exitCode, out } = sxs(folder, "run", "fault.sxs")
    assert.strictEqual(exitCode, 1)
    assert.strictEqual(out, "")
    assert.include(err, " --> fault.sxs:2:3\n2 |   (div n (- n n)))\n  |   ^^^^^^^^^^^^^^^\n")
    assert.include(err, "  in halve at fault.sxs:2:3\n  in main at fault.sxs:3:6\n")
  })

  it("shows the fault of a task that another process parked", () => {
    const source = "(defn halve (n :int) :int\n  (core/task/pause)\n  (div n (- n n)))\n(halve 2)\n"
    const folder = folderWith({ "later.sxs": source })
    sxs(folder, "run", "later.sxs")
    const { err, exitCode } = sxs(folder, "resume", "later-1")
    assert.strictEqual(exitCode, 1)
    assert.include(err, "3 |   (div n (- n n)))\n  |   ^^^^^^^^^^^^^^^\n")
    assert.include(err, "  in main at later.sxs:4:1\n")
    assert.include(sxs(folder, "inspect", "later-1").out, " --> later.sxs:3:3\n")
  })

  it("shows the data of a fault, and where it was in the list of tasks", () => {
    const source = '(core/task/pause)\n(core/task/checkpoint)\n(fault "the bank refuses"\n  (map "cents" 500))\n'
    const folder = folderWith({ "bank.sxs": source })
    sxs(folder, "run", "bank.sxs")
    const { err } = sxs(folder, "resume", "bank-1")
    assert.match(err, /^error SXS6301: the bank refuses\n --> bank\.sxs:3:1\n/m)
    assert.include(err, '\ndata: (map "cents" 500)\n  in main at bank.sxs:3:1\n')
    assert.include(sxs(folder, "inspect", "1").out, '\ndata: (map "cents" 500)\n')
    assert.match(sxs(folder, "ps", "--all").out, /^bank-1 +failed +main +bank\.sxs:3 /m)
    const [row] = JSON.parse(sxs(folder, "ps", "--all", "--json").out) as ReadonlyArray<Record<string, unknown>>
    assert.deepInclude(row, { failure: "the bank refuses", place: { source: "bank.sxs", line: 3, column: 1 } })
  })

  it("says which spawned tasks failed or are left", () => {
    const folder = folderWith({
      "spawn.sxs":
        "(defn bad (n :int) :int (div n (- n n)))\n(defn waits () (core/task/pause))\n" +
        "(core/task/spawn bad 1)\n(core/task/join (core/task/spawn waits))\n"
    })
    const { err, exitCode } = sxs(folder, "run", "spawn.sxs")
    assert.strictEqual(exitCode, 0)
    const failed = /^bad-\d failed at spawn\.sxs:1: `div`: the int 1 divided by zero\n {2}See: sxs inspect bad-\d$/m
    assert.match(err, failed)
    // Where the fault was, not where the task had waited last.
    assert.match(sxs(folder, "ps", "--all").out, /^bad-\d +failed +bad +spawn\.sxs:1 /m)
    assert.match(err, /^spawn-1 waits at spawn\.sxs:4 for waits-\d to end$/m)
    assert.match(err, /^waits-\d is paused at spawn\.sxs:2\. Wake it: sxs resume waits-\d \[VALUE\]$/m)
  })

  it("pauses a task from outside, and goes on after resume", () => {
    const folder = folderWith({ "main.sxs": "(def answer (core/task/pause))\n(core/util/log answer)\n" })
    sxs(folder, "run", "main.sxs")
    assert.strictEqual(sxs(folder, "pause", "main-1").exitCode, 0)
    assert.strictEqual(sxs(folder, "resume", "main-1", "(1 2.5 'x)").out, "(1 2.5 (quote x))\n")
    assert.strictEqual(sxs(folder, "pause", "main-1").exitCode, 2)
  })

  it("cancels a task, once what it has deferred has run", () => {
    const source = `(defn book ()
  (defer (core/task/sleep 10) (core/kv/del booked) (log "given back"))
  (core/kv/set booked true)
  (core/task/pause))
(book)
`
    const folder = folderWith({ "trip.sxs": source, "wait.sxs": "(core/task/pause)\n" })
    sxs(folder, "run", "trip.sxs")
    sxs(folder, "run", "wait.sxs")
    assert.deepStrictEqual(sxs(folder, "cancel", "trip"), {
      exitCode: 0,
      out: "given back\n",
      err: "trip-1 is being cancelled at trip.sxs:4: what it has deferred runs first\ntrip-1 is cancelled\n"
    })
    assert.strictEqual(sxs(folder, "kv", "get", "booked").exitCode, 1)
    assert.deepStrictEqual(sxs(folder, "cancel", "wait-2"), { exitCode: 0, out: "", err: "wait-2 is cancelled\n" })
    assert.match(sxs(folder, "ps", "--state", "cancelled").out, /^trip-1 [\s\S]*^wait-2 /m)
    const again = sxs(folder, "cancel", "trip-1")
    assert.strictEqual(again.exitCode, 2)
    assert.include(again.err, "trip-1 has ended (cancelled)")
  })

  it("says what has become of a task that is not cancelled by what it has deferred", () => {
    const source = (deferred: string) => `(defn f ()\n  (defer ${deferred})\n  (core/task/pause))\n(f)\n`
    const folder = folderWith({ "stays.sxs": source("(core/task/pause)"), "fails.sxs": source('(fault "no")') })
    sxs(folder, "run", "stays.sxs")
    const stays = sxs(folder, "cancel", "stays-1")
    assert.strictEqual(stays.exitCode, 0)
    assert.include(stays.err, "stays-1 is not cancelled yet: it is paused at stays.sxs:2. See: sxs inspect stays-1\n")
    sxs(folder, "resume", "stays-1")
    assert.match(sxs(folder, "ps", "--all").out, /^stays-1 +cancelled /m)
    sxs(folder, "run", "fails.sxs")
    const fails = sxs(folder, "cancel", "fails")
    assert.match(fails.err, /what it has deferred runs first\nfails-\d is cancelled\n$/)
  })

  it("refuses a value for a task that was paused from outside, and goes on without one", async () => {
    const folder = folderWith({ "main.sxs": '(core/util/log "on")\n(core/task/sleep 600000)\n' })
    const child = starting({ cwd: folder }, "run", "main.sxs")
    const end = ended(child)
    await printed(child, "on\n")
    child.kill("SIGINT")
    await end
    assert.include(sxs(folder, "pause", "main-1").err, "Wake it: sxs resume main-1\n")
    assert.include(sxs(folder, "run", "main.sxs").err, "main-1 is paused at main.sxs:2. Wake it: sxs resume main-1\n")
    const refused = sxs(folder, "resume", "main-1", "42")
    assert.strictEqual(refused.exitCode, 2)
    assert.include(refused.err, "main-1 was paused from outside")
    assert.include(sxs(folder, "ps").out, "paused")
    const resumed = starting({ cwd: folder }, "resume", "main-1")
    const resumedEnd = ended(resumed)
    await new Promise<void>((resolve) => resumed.stderr!.once("data", () => resolve()))
    resumed.kill("SIGINT")
    assert.match((await resumedEnd).err, /^resuming main-1 /)
    assert.match(sxs(folder, "ps").out, /^main-1 +waiting /m)
  })

  it("resumes what was interrupted, and says when there is nothing", () => {
    const folder = folderWith({ "main.sxs": reentrant })
    sxs(folder, "run", "main.sxs")
    const { err, exitCode } = sxs(folder, "resume")
    assert.strictEqual(exitCode, 0)
    assert.include(err, "nothing was interrupted\n")
  })

  it("compiles again when its cache is damaged", () => {
    const folder = folderWith({ "main.sxs": "(core/util/log 1)\n" })
    sxs(folder, "run", "main.sxs")
    const cache = join(folder, ".sxs/cache")
    const [entry, ...others] = readdirSync(cache)
    assert.deepStrictEqual(others, [])
    const path = join(cache, entry!)
    writeFileSync(path, readFileSync(path, "utf8").replace("core/util/log", "core/util/lag"))
    assert.deepStrictEqual(sxs(folder, "run", "main.sxs"), { exitCode: 0, out: "1\n", err: "" })
  })
})

describe("a source with mistakes", () => {
  const mistakes = "(def a (missing 1))\n(def a 2)\n(core/kv/sett x 1)\n"

  it("gives a diagnostic for each, and 65, from check, run and build alike", () => {
    const folder = folderWith({ "bad.sxs": mistakes, "good.sxs": "(log 1)\n" })
    for (const args of [
      ["check", "good.sxs", "bad.sxs"],
      ["run", "bad.sxs"],
      ["build", "bad.sxs", "-o", "out"]
    ]) {
      const { err, exitCode, out } = sxs(folder, ...args)
      assert.strictEqual(exitCode, 65)
      assert.strictEqual(out, "")
      assert.deepStrictEqual(err.match(/^error SXS\d{4}/gm), ["error SXS2001", "error SXS2003", "error SXS2001"])
    }
    assert.deepStrictEqual(readdirSync(folder).toSorted(), ["bad.sxs", "good.sxs"])
  })

  it("of types runs all the same when the check is switched off, and faults where it is wrong", () => {
    const folder = folderWith({ "typed.sxs": '(log "before")\n(log (+ 1 "x"))\n' })
    const refused = sxs(folder, "run", "typed.sxs", "--store", "memory:")
    assert.strictEqual(refused.exitCode, 65)
    assert.strictEqual(refused.out, "")
    const { err, exitCode, out } = sxs(folder, "run", "--no-check", "typed.sxs", "--store", "memory:")
    assert.strictEqual(exitCode, 1)
    assert.strictEqual(out, "before\n")
    assert.include(err, "warning SXS3004")
    assert.include(err, "error SXS6001")
  })

  it("is told to programs as JSON", () => {
    const folder = folderWith({ "bad.sxs": mistakes, "good.sxs": "(log 1)\n" })
    const { exitCode, out } = sxs(folder, "check", "--json", "bad.sxs", "good.sxs")
    assert.strictEqual(exitCode, 65)
    const found = JSON.parse(out) as ReadonlyArray<{ readonly file: string; readonly span: { readonly line: number } }>
    assert.deepStrictEqual(
      found.map(({ file, span }) => [file, span.line]),
      [
        ["bad.sxs", 1],
        ["bad.sxs", 2],
        ["bad.sxs", 3]
      ]
    )
  })

  it("in another encoding is shown at its first wrong byte", () => {
    const folder = folderWith({ "latin.sxs": new Uint8Array([40, 100, 101, 102, 32, 97, 32, 34, 0xe9, 34, 41]) })
    const { err, exitCode } = sxs(folder, "run", "latin.sxs")
    assert.strictEqual(exitCode, 65)
    assert.include(err, "error SXS1012")
    assert.include(err, "latin.sxs:1:9")
  })
})
