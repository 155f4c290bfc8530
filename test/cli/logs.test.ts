import { assert, describe, it } from "vitest"
import { ended, folderWith, printed, starting, sxs } from "./start.ts"

/** Logs 1, 2, 3 … and so on with each `resume`, until it is told `stop`. */
const counts = `(def n 0)
(def told none)
(while (!= told "stop") [
  (set n (+ n 1))
  (core/util/log "line" n)
  (if (= (% n 10) 0) (set told (core/task/pause)))])
`

/** Logs for ever. */
const ticks = `(def n 0)
(core/util/log "on")
(while (< n 100000) [(set n (+ n 1)) (core/util/log "line" n) (core/task/sleep 2)])
`

const lines = (out: string) => out.trimEnd().split("\n")

describe("sxs logs", () => {
  it("prints the log with times, the last lines of it, those since a time, or JSON", () => {
    const folder = folderWith({ "main.sxs": `(core/util/log "one\\ntwo")\n(core/util/log "\\u{1b}[31m" 2)\n` })
    assert.strictEqual(sxs(folder, "run", "main.sxs").exitCode, 0)
    const { err, exitCode, out } = sxs(folder, "logs", "main")
    assert.deepStrictEqual([exitCode, err], [0, ""])
    assert.match(out, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}one\n {26}two\n\d{4}-\S{19} {2}\\u\{1b\}\[31m 2\n$/)
    assert.strictEqual(lines(sxs(folder, "logs", "1", "-n", "1").out).length, 1)
    assert.strictEqual(sxs(folder, "logs", "1", "-n", "0").out, "")
    assert.strictEqual(sxs(folder, "logs", "1", "--since", "1h").out, out)
    assert.strictEqual(sxs(folder, "logs", "1", "--since", "0s").out, "")
    assert.strictEqual(sxs(folder, "logs", "1", "-f").out, out, "the task has ended, and so has this")
    const [first] = lines(sxs(folder, "logs", "1", "--json").out).map((line) => JSON.parse(line))
    assert.deepInclude(first, { seq: 0, text: "one\ntwo" })
    assert.isNumber(first.at)
    const wrong = sxs(folder, "logs", "1", "--since", "yesterday")
    assert.deepStrictEqual([wrong.exitCode, /30s, 90min, 12h/.test(wrong.err)], [2, true])
    assert.strictEqual(sxs(folder, "logs", "nobody").exitCode, 2)
  })

  it("follows from process to process, and ends with the task", async () => {
    const folder = folderWith({ "main.sxs": counts })
    assert.strictEqual(sxs(folder, "run", "main.sxs").exitCode, 0)
    const following = starting({ cwd: folder }, "logs", "main", "-f", "--json")
    const end = ended(following)
    await printed(following, '"line 10"')
    for (const value of ["1", "2", '"stop"']) assert.strictEqual(sxs(folder, "resume", "main", value).exitCode, 0)
    const { err, exitCode, out } = await end
    assert.strictEqual(exitCode, 0)
    assert.deepStrictEqual(
      lines(out).map((line) => JSON.parse(line).text),
      Array.from({ length: 30 }, (_, i) => `line ${i + 1}`)
    )
    assert.include(err, "nothing runs on the store: waiting for the next sxs run or sxs resume")
  })

  it("shows no line twice and leaves none out when the process that runs the task is killed", async () => {
    const folder = folderWith({ "main.sxs": ticks })
    const first = starting({ cwd: folder }, "run", "main.sxs")
    await printed(first, "line 20\n")
    const following = starting({ cwd: folder }, "logs", "main", "-f", "--json")
    let out = ""
    following.stdout!.on("data", (piece) => (out += String(piece)))
    await printed(following, '"line 60"')
    first.kill("SIGKILL")
    await ended(first)
    const last = Number(/line (\d+)/.exec(sxs(folder, "logs", "1", "-n", "1").out)![1])
    const next = starting({ cwd: folder }, "resume")
    const further = last + 50
    await printed(next, `line ${further}\n`)
    if (!out.includes(`"line ${further}"`)) await printed(following, `"line ${further}"`)
    following.kill("SIGTERM")
    const { exitCode } = await ended(following)
    assert.strictEqual(exitCode, 130)
    const seqs = lines(out).map((line) => JSON.parse(line).seq)
    assert.deepStrictEqual(
      seqs,
      seqs.map((_, i) => i)
    )
  })
})
