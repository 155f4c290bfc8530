import { spawn } from "node:child_process"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { compare, figuresOf, type Result } from "./measure.ts"

/** How many tasks the killed process leaves. */
const { SXS_BENCH_TASKS = "10000" } = process.env
const taskCount = Number(SXS_BENCH_TASKS)

/** One way to be killed and to go on: the arguments of its two processes. */
interface Side {
  readonly name: string
  readonly leave: (folder: string) => ReadonlyArray<string>
  readonly recover: (folder: string) => ReadonlyArray<string>
}

const script = (name: string): string => join(import.meta.dirname, "recovery", name)

const leave = (folder: string) => [script("leave.ts"), folder, String(taskCount)]

const byHand = (host: "fibers" | "plain"): Omit<Side, "name"> => ({
  leave: (folder) => [script("by-hand.mjs"), "leave", host, folder, String(taskCount)],
  recover: (folder) => [script("by-hand.mjs"), "recover", host, folder, String(taskCount)]
})

const sides: ReadonlyArray<Side> = [
  { name: "LevelDB and Effect fibers by hand", ...byHand("fibers") },
  { name: "LevelDB by hand, no fibers", ...byHand("plain") },
  {
    name: "sxs, until each result is there",
    leave,
    recover: (folder) => [script("recover.mjs"), "results", folder, String(taskCount)]
  },
  {
    name: "sxs, until nothing is left to do",
    leave,
    recover: (folder) => [script("recover.mjs"), "idle", folder, String(taskCount)]
  }
]

interface Recovered {
  /** From the opening of the store to the durable end of all tasks. */
  readonly ms: number
  /** To the same from the start of the process. */
  readonly sinceStartMs: number
}

/**
 * Tasks that were interrupted after five of ten durable steps by SIGKILL, in a new process until all have ended durably. Each
 * repeat goes on from a copy of the folder that the killed process left.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    const left = sides.map((_, index) => join(folder, `left-${index}`))
    for (const [index, side] of sides.entries()) await killed(side.leave(left[index]!))
    const title = `recovery of ${taskCount.toLocaleString("en")} interrupted tasks`
    const sinceStart = sides.map(({ name }) => ({ name, values: [] as Array<number> }))
    const variants = sides.map(({ name, recover }, index) => ({
      name,
      run: async () => {
        const copy = join(folder, "copy")
        cpSync(left[index]!, copy, { recursive: true })
        const { ms, sinceStartMs } = await recovered(recover(copy))
        rmSync(copy, { recursive: true })
        sinceStart[index]!.values.push(sinceStartMs)
        return ms
      }
    }))
    const opened = await compare({ title: `${title}, from opening`, unit: "ms", variants }, { repeats: 5, warmups: 1 })
    report(opened)
    const rows = sinceStart.map(({ name, values }) => ({ name, values: values.slice(1) }))
    report({ ...opened, title: `${title}, from the start of the process`, figures: figuresOf(rows) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs the process until it has killed itself. */
const killed = async (args: ReadonlyArray<string>): Promise<void> => {
  const { signal, stderr } = await finished(args)
  if (signal !== "SIGKILL") throw new Error(`${args.join(" ")} was to be killed\n${stderr}`)
}

const recovered = async (args: ReadonlyArray<string>): Promise<Recovered> => {
  const { code, stderr, stdout } = await finished(args)
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}\n${stderr}`)
  return JSON.parse(stdout) as Recovered
}

/** A process that takes longer than this has got stuck. */
const processMsMax = 120_000

const finished = (args: ReadonlyArray<string>) =>
  new Promise<{
    readonly code: number | null
    readonly signal: string | null
    readonly stdout: string
    readonly stderr: string
  }>((resolve, reject) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: processMsMax
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk
    })
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk
    })
    child.on("error", reject)
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
