/** The counter as a compiled file of its own: killed again and again, with its source gone, it counts to the end. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { copyFileSync, renameSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { environment, root } from "./transcript.ts"

const turns = 20
/** The counter is killed after so many lines of a run; the run behind the last kill goes to its end. */
const linesUntilKill = [3, 5, 1]

it.live("counts on after kill -9, from the compiled file alone", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryDirectory
    const env = environment(folder)
    const source = join(folder, "counter.sxs")
    copyFileSync(join(root, "examples/counter/main.sxs"), source)
    sxs(["build", source, "-o", join(folder, "built")], env)
    renameSync(source, join(folder, "away"))
    const counter = join(folder, "built", "counter.js")

    const runs: Array<ReadonlyArray<string>> = []
    for (const lines of linesUntilKill) {
      const killed = yield* Effect.promise(() => run(counter, env, lines))
      assert.strictEqual(killed.signal, "SIGKILL")
      runs.push(killed.lines)
    }
    const last = yield* Effect.promise(() => run(counter, env))
    assert.strictEqual(last.exitCode, 0)
    assert.strictEqual(last.lines.at(-1), `done, the store says ${turns}`)
    checkCounting([...runs, last.lines.slice(0, -1)])
    assert.strictEqual(sxs(["kv", "get", "count"], env), `${turns}\n`)
  }).pipe(Effect.scoped)
)

/** The last line before a kill may be shown again; on a disk that stalls for a turn, the last two. */
const repeatedMax = 2

/** Every number is shown, in order. Some are shown again at the border of a kill, and nowhere else. */
const checkCounting = (runs: ReadonlyArray<ReadonlyArray<string>>): void => {
  let shown = 0
  for (const lines of runs) {
    const numbers = lines.map((line) => Number(/^count (\d+)$/.exec(line)?.[1]))
    const first = numbers[0]!
    const message = `the run begins with ${first} after ${shown}`
    assert.isAtMost(first, shown + 1, message)
    assert.isAtLeast(first, Math.max(1, shown + 1 - repeatedMax), message)
    assert.deepStrictEqual(
      numbers,
      numbers.map((_, index) => first + index)
    )
    shown = numbers.at(-1)!
  }
  assert.strictEqual(shown, turns)
}

const sxs = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): string => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(root, "bin/sxs.cjs"), ...args], {
    env,
    encoding: "utf8"
  })
  assert.strictEqual(status, 0, stderr)
  return stdout
}

interface Ended {
  /** All that it has printed. */
  readonly lines: ReadonlyArray<string>
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

/** Runs the compiled file until it ends; kills it once `linesUntilKill` lines have come. */
const run = async (file: string, env: NodeJS.ProcessEnv, linesUntilKill = Number.POSITIVE_INFINITY): Promise<Ended> => {
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "inherit"] })
  const ended = end(child)
  const lines: Array<string> = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.push(line) === linesUntilKill) child.kill("SIGKILL")
  }
  return { lines, ...(await ended) }
}

const end = (child: ChildProcess): Promise<Pick<Ended, "exitCode" | "signal">> =>
  new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal }))
  })
