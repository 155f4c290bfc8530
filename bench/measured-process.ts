import { spawn } from "node:child_process"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { pathToFileURL } from "node:url"

export interface Measured {
  /** From the start to the first output, or to the end when `until` is that. */
  readonly wallMs: number
  readonly peakMiB: number
}

const sxs = join(import.meta.dirname, "../bin/sxs.cjs")
const preload = pathToFileURL(join(import.meta.dirname, "peak-memory.mjs")).href

/** A process that takes longer than this has got stuck. */
const wallMsMax = 30_000

/** Runs the built command line as a process of its own; at its first output it is interrupted when that is asked for. */
export const measureSxs = (args: ReadonlyArray<string>, until: "first output" | "end"): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const stdio = ["ignore", "pipe", "pipe", "pipe"] as const
    const child = spawn(process.execPath, ["--import", preload, sxs, ...args], {
      stdio: [...stdio],
      timeout: wallMsMax,
      killSignal: "SIGKILL"
    })
    let wallMs: number | undefined
    let stderr = ""
    let peakKiB = ""
    child.stdout?.on("data", () => {
      if (until !== "first output" || wallMs !== undefined) return
      wallMs = performance.now() - startedAt
      child.kill("SIGINT")
    })
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk
    })
    const memory = child.stdio[3] as Readable
    memory.setEncoding("utf8").on("data", (chunk: string) => {
      peakKiB += chunk
    })
    child.on("error", reject)
    child.on("exit", () => {
      if (until === "end") wallMs = performance.now() - startedAt
    })
    child.on("close", (exitCode) => {
      if (exitCode !== (until === "end" ? 0 : 130) || wallMs === undefined) {
        reject(new Error(`sxs ${args.join(" ")} ended with ${exitCode}\n${stderr}`))
      } else resolve({ wallMs, peakMiB: Number(peakKiB) / 1024 })
    })
  })
