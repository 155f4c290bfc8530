/**
 * No space left, in a real process: a hundred tasks fill a small file system, or reach the size that files may have. The
 * process stops with one message; with more space the next one goes on, and at the end nothing is lost or doubled.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "@effect/vitest"
import { launcher } from "../cli/start.ts"
import { buildProgram, runSxs } from "../support/kill-process.ts"
import { mountTmpfs, resizeTmpfs, unmountIfMounted, whyNoMounts } from "../support/mounts.ts"

const why = whyNoMounts()
if (why !== undefined) console.info(`a full file system is skipped: ${why}`)

const tasks = 100
const turns = 40

/** Each turn leaves four traces that belong together: a counter, a large value, a log line, and the line shown. */
const program = `#(program "fill")
(defn fill (task :int) :int [
  (for (turn 1 ${turns + 1}) [
    (core/kv/incr (str "count/" task))
    (core/kv/set (str "text/" task "/" turn) (str/repeat "0123456789" 200))
    (core/util/log task turn)
    (core/task/checkpoint)
  ])
  task
])
(def all (list/map (fn (task :int) (core/task/spawn fill task)) (list/range 1 ${tasks + 1})))
(def sum 0)
(for (t all) (set sum (+ sum (insist (core/task/join t)))))
(core/util/log "sum" sum)
`

const folders: Array<string> = []

afterEach(() => {
  for (const folder of folders.splice(0)) {
    unmountIfMounted(join(folder, "small"))
    rmSync(folder, { recursive: true, force: true })
  }
})

interface Place {
  readonly store: string
  readonly bundle: string
  /** What runs the program while there is too little room. */
  readonly cramped: ReadonlyArray<string>
  readonly makeRoom: () => void
  readonly said: RegExp
}

const run = (command: ReadonlyArray<string>) => {
  const [file = "", ...args] = command
  const { status, stderr, stdout } = spawnSync(file, args, { encoding: "utf8", maxBuffer: 2 ** 28 })
  return { status, err: stderr, lines: stdout.split("\n").filter((line) => line !== "") }
}

const check = ({ bundle, cramped, makeRoom, said, store }: Place): void => {
  const command = [process.execPath, bundle, "--store", store]
  const shown = new Set<string>()
  // The second time it is full from the start.
  for (let time = 0; time < 2; time++) {
    const stopped = run([...cramped, ...command])
    assert.strictEqual(stopped.status, 74, stopped.err)
    assert.match(stopped.err, said)
    assert.include(stopped.err, store)
    assert.isAtMost(
      stopped.err
        .trim()
        .split("\n")
        .filter((line) => line.startsWith("sxs:")).length,
      1,
      stopped.err
    )
    for (const line of stopped.lines) shown.add(line)
  }
  assert.isBelow(shown.size, tasks * turns)
  makeRoom()
  const ended = run(command)
  assert.strictEqual(ended.status, 0, ended.err)
  for (const line of ended.lines) shown.add(line)
  assert.strictEqual(ended.lines.at(-1), `sum ${(tasks * (tasks + 1)) / 2}`)
  assert.strictEqual(shown.size, tasks * turns + 1)
  const kept = runSxs(["kv", "ls", "count/", "--limit", "0", "--store", store]).trim().split("\n")
  assert.deepStrictEqual(new Set(kept), new Set(Array.from({ length: tasks }, (_, at) => `count/${at + 1}\t${turns}`)))
  const texts = run([process.execPath, launcher, "kv", "ls", "text/", "--limit", "0", "--store", store])
  assert.strictEqual(texts.lines.length, tasks * turns)
  assert.match(runSxs(["doctor", "--store", store]), /^ok +store: format \d+, whole/m)
}

const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-full-"))
  folders.push(folder)
  return { folder, bundle: buildProgram(folder, program) }
}

describe("no space left", () => {
  it.skipIf(why !== undefined)("on a small file system", () => {
    const { bundle, folder } = makeFolder()
    const small = join(folder, "small")
    mkdirSync(small)
    mountTmpfs(small, "3m")
    check({
      bundle,
      store: join(small, "store"),
      cramped: [],
      makeRoom: () => resizeTmpfs(small, "128m"),
      said: /no space is left for the store .*\n.*nothing that was acknowledged is lost/
    })
  })

  it("in files, which may have 2 MiB each", () => {
    const { bundle, folder } = makeFolder()
    check({
      bundle,
      store: join(folder, "store"),
      cramped: ["/bin/bash", "-c", `trap "" XFSZ; ulimit -f 2048; exec "$0" "$@"`],
      makeRoom: () => {},
      said: /the store .* cannot be used \(commit\): .*File too large/
    })
  })
})
