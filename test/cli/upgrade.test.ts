import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ended, folderWith, launcher, printed, start, starting, sxs } from "./start.ts"

const orders = (before: string, after: string) => `(defn charge (n) (core/task/pause) n)
(defn work (n)
${before}
  (def paid (charge n))
  (core/util/log "${after}" paid))
(work 3)
`

describe("sxs upgrade", () => {
  it("says what would become of waiting tasks, moves them, and they run the new code", () => {
    const folder = folderWith({ "orders.sxs": orders("", "old") })
    assert.strictEqual(sxs(folder, "run", "orders.sxs").exitCode, 0)
    writeFileSync(join(folder, "orders.sxs"), orders('  (core/util/log "begins")', "new"))

    const verdict = sxs(folder, "upgrade", "orders.sxs")
    assert.strictEqual(verdict.exitCode, 0)
    assert.match(verdict.out, /^VERDICT +FUNCTION +STANDS AT +NEW PLACE +TASKS\b/)
    assert.match(verdict.out, /\nsame +charge +orders\.sxs:1:18 \(core\/task\/pause\) +orders\.sxs:1:18 +1\n/)
    assert.match(verdict.out, /\ncompatible +work +orders\.sxs:4:13 \(charge\) +orders\.sxs:4:13 +1\n/)
    assert.include(verdict.err, "1 task can move to the new code\nMove them with: sxs upgrade orders.sxs --apply\n")

    const applied = sxs(folder, "upgrade", "orders.sxs", "--apply", "--json")
    assert.deepInclude(JSON.parse(applied.out), {
      program: "orders",
      tasks: { current: 0, movable: 1, pinned: 0 },
      isApplied: true
    })
    assert.include(sxs(folder, "run", "orders.sxs").err, "resuming orders-1")
    assert.strictEqual(sxs(folder, "resume", "orders-1", "5").out, "new 3\n")
    assert.include(sxs(folder, "upgrade", "orders.sxs").err, "no task of orders is left")
  })

  it("ends with 1 when it is strict and a task cannot move, and moves none", () => {
    const folder = folderWith({ "orders.sxs": orders("", "old") })
    sxs(folder, "run", "orders.sxs")
    writeFileSync(join(folder, "orders.sxs"), orders("  (charge 0)\n  (def total 1)", 'new " total "'))
    const strict = sxs(folder, "upgrade", "orders.sxs", "--apply", "--strict")
    assert.strictEqual(strict.exitCode, 1)
    assert.include(strict.out, "`total` is live there in the new code and was not saved")
    assert.include(strict.err, "1 task stays on the code that it has")
    assert.notInclude(strict.err, "--strict", "nothing could move in any case")
    assert.strictEqual(sxs(folder, "resume", "orders-1").out, "old 3\n")
  })

  it("says that it moves none because of --strict, and what stays old code; a timeline has the move", () => {
    const text = (extra: string, word: string) => `(defn stuck () (core/task/pause)${extra})
(defn book () (defer (log "clean-up ${word}")) (core/task/pause) (log "end ${word}"))
(core/task/spawn stuck)
(core/task/spawn book)
`
    const folder = folderWith({ "orders.sxs": text(' (def x 1) (log "old")', "old") })
    sxs(folder, "run", "orders.sxs")
    writeFileSync(join(folder, "orders.sxs"), `\n${text(" (core/task/pause)", "new")}`)
    const strict = sxs(folder, "upgrade", "orders.sxs", "--apply", "--strict")
    assert.strictEqual(strict.exitCode, 1)
    assert.match(strict.out, /\ncompatible +book .* what it has deferred stays the old code\n/)
    assert.include(strict.err, "1 task can move to the new code, 1 task stays on the code that it has\n")
    assert.include(strict.err, "nothing was moved, as --strict moves")
    const notMoved = JSON.parse(sxs(folder, "inspect", "book-3", "--json").out)
    assert.deepStrictEqual(notMoved.limits, [])
    assert.deepStrictEqual(
      notMoved.timeline.map(({ event, place }: { event: string; place?: { line: number } }) => [event, place?.line]),
      [
        ["started", undefined],
        ["paused", 2]
      ]
    )
    sxs(folder, "upgrade", "orders.sxs", "--apply")
    const { out } = sxs(folder, "inspect", "book-3")
    assert.match(out, / {2}paused, book at orders\.sxs:2\n/)
    assert.match(out, / {2}moved to new code [0-9a-f]{12}, book at orders\.sxs:3\n$/)
    assert.strictEqual(sxs(folder, "resume", "book-3").out, "end new\nclean-up old\n")
  })

  it("moves nothing of another program of that name", () => {
    const folder = folderWith({ "a/orders.sxs": orders("", "old"), "b/orders.sxs": orders("", "new") })
    sxs(folder, "run", "a/orders.sxs")
    const other = sxs(folder, "upgrade", "b/orders.sxs", "--apply")
    assert.strictEqual(other.exitCode, 2)
    assert.include(other.err, "another program called orders")
  })

  it("says who has the store, and changes nothing", async () => {
    const folder = folderWith({
      "orders.sxs": orders("", "old"),
      "long.sxs": '(core/util/log "ready")\n(core/task/sleep 600000)\n'
    })
    sxs(folder, "run", "orders.sxs")
    const child = starting({ cwd: folder }, "run", "long.sxs")
    await printed(child, "ready\n")
    const refused = sxs(folder, "upgrade", "orders.sxs", "--apply")
    assert.strictEqual(refused.exitCode, 74)
    assert.include(refused.err, `process ${child.pid}`)
    assert.include(refused.err, "End that process")
    child.kill("SIGTERM")
    await ended(child)
  })
})

describe("sxs clean", () => {
  it("removes ended tasks and code that nothing needs, and a removed task is told of as such", () => {
    const folder = folderWith({ "hello.sxs": '(core/util/log "hello")\n', "waits.sxs": "(core/task/pause)\n" })
    sxs(folder, "run", "hello.sxs")
    sxs(folder, "run", "waits.sxs")
    const clean = (keep: string) => start(launcher, ["clean"], { cwd: folder, env: { SXS_KEEP: keep } })
    assert.strictEqual(clean("1d").err, "removed 0 ended tasks and 0 unused programs\n")
    assert.strictEqual(
      clean("0").err,
      "removed 0 ended tasks and 0 unused programs\n1 ended task more than are kept; the oldest go 1 h after their end\n"
    )
    assert.strictEqual(clean("0s").err, "removed 1 ended task and 1 unused program\n")
    assert.include(sxs(folder, "inspect", "hello-1").err, "hello-1 has ended and was removed")
    assert.include(clean("soon").err, "SXS_KEEP is a time")
    assert.strictEqual(sxs(folder, "resume", "waits-2").exitCode, 0)
  })
})
