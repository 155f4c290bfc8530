import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { assert } from "@effect/vitest"
import { root } from "../examples/transcript.ts"

/** What a command of the command line prints; it must succeed. */
export const sxs = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): string => {
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
export const runCompiled = async (
  file: string,
  env: NodeJS.ProcessEnv,
  linesUntilKill = Number.POSITIVE_INFINITY
): Promise<Ended> => {
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "ignore"] })
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
