import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"

/** When the process is killed: so long after its start, or so long after so many lines of output. */
export type KillMoment =
  | { readonly after: "start"; readonly delayMs: number }
  | { readonly after: "lines"; readonly lineCount: number; readonly delayMs: number }

export interface Life {
  /** All that it has written to stdout before it ended. */
  readonly stdout: string
  readonly stderr: string
  readonly end: { readonly signal: NodeJS.Signals } | { readonly exitCode: number }
  /** From the start to the first output; undefined when there was none. */
  readonly firstOutputMs: number | undefined
}

/** The launcher of the command line. */
export const sxsFile = join(import.meta.dirname, "../../bin/sxs.cjs")

/** Builds the program with the built command line; gives the path of the bundle file. */
export const buildProgram = (folder: string, source: string): string => {
  const file = join(folder, "kill.sxs")
  writeFileSync(file, source)
  const built = spawnSync(process.execPath, [sxsFile, "build", file, "-o", join(folder, "out")], { encoding: "utf8" })
  if (built.status !== 0) throw new Error(`sxs build ended with ${built.status} (is dist/ built?)\n${built.stderr}`)
  return join(folder, "out", "kill.js")
}

/** Runs the command line to its end and gives its stdout. */
export const runSxs = (args: ReadonlyArray<string>): string => {
  const ended = spawnSync(process.execPath, [sxsFile, ...args], { encoding: "utf8" })
  if (ended.status !== 0) throw new Error(`sxs ${args.join(" ")} ended with ${ended.status}\n${ended.stderr}`)
  return ended.stdout
}

/** Starts the bundle file as a process of its own, and kills it at `moment`; without one it runs to its end. */
export const runLife = (bundle: string, args: ReadonlyArray<string>, moment?: KillMoment): Promise<Life> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const child = spawn(process.execPath, [bundle, ...args], { stdio: ["ignore", "pipe", "pipe"] })
    const chunks: Array<string> = []
    let stderr = ""
    let lineCount = 0
    let firstOutputMs: number | undefined
    let isCondemned = false
    const condemn = (delayMs: number): void => {
      if (isCondemned) return
      isCondemned = true
      if (delayMs === 0) kill(child)
      else setTimeout(() => kill(child), delayMs)
    }
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      firstOutputMs ??= performance.now() - startedAt
      chunks.push(chunk)
      lineCount += chunk.split("\n").length - 1
      if (moment?.after === "lines" && lineCount >= moment.lineCount) condemn(moment.delayMs)
    })
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk
    })
    child.on("error", reject)
    // Only now all that was in the pipe has been read.
    child.on("close", (exitCode, signal) => {
      const end = signal === null ? { exitCode: exitCode! } : { signal }
      resolve({ stdout: chunks.join(""), stderr, end, firstOutputMs })
    })
    if (moment?.after === "start") condemn(moment.delayMs)
  })

/** Not a request: the system ends the process in the middle of whatever it does. */
const kill = (child: ChildProcess): void => {
  if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, "SIGKILL")
}
