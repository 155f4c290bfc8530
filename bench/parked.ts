import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { figuresOf, type Result } from "./measure.ts"

/** What a process has after a collection of garbage. */
export interface Memory {
  /** JavaScript's heap, and what its values have outside. */
  readonly heapBytes: number
  /** What the system gives the process, with the caches of LevelDB and the garbage that is not given back. */
  readonly residentBytes: number
}

/** So many more wait in one process than in the other: in its store, begun by another, or begun by the process itself. */
const { SXS_BENCH_PARKED = "100000", SXS_BENCH_WAITING = "100000" } = process.env
const parkedCount = Number(SXS_BENCH_PARKED)
const waitingCount = Number(SXS_BENCH_WAITING)

/** What waits: see parked/wait.ts. */
const kinds = [
  { name: "promises of JavaScript with timers", kind: "promises", count: waitingCount },
  { name: "sxs, asleep, begun here", kind: "asleep", count: waitingCount },
  { name: "sxs, joining a task, begun here", kind: "joining", count: waitingCount },
  { name: "sxs, paused, its result awaited here", kind: "awaited", count: waitingCount },
  { name: "sxs, paused or asleep, in the store", kind: "again", count: parkedCount }
] as const

const repeats = 3

/**
 * Memory that one more takes who waits: that of a process with twice so many, less that of one with so many, by their number. What is
 * bounded, such as the cache of the view, is in both.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    const rows = kinds.map(({ name }) => ({ name, heap: [] as Array<number>, resident: [] as Array<number> }))
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const [index, { count, kind }] of kinds.entries()) {
        const few = await measured({ kind, count, folder, repeat })
        const many = await measured({ kind, count: 2 * count, folder, repeat })
        rows[index]!.heap.push((many.heapBytes - few.heapBytes) / count)
        rows[index]!.resident.push((many.residentBytes - few.residentBytes) / count)
      }
    }
    for (const of of ["heap", "resident"] as const) {
      const title = `memory of one who waits, ${of === "heap" ? "heap" : "resident"}`
      const figures = figuresOf(rows.map(({ name, ...row }) => ({ name, values: row[of] })))
      report({ title, unit: "bytes/task", repeats, figures })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Measured {
  readonly kind: (typeof kinds)[number]["kind"]
  readonly count: number
  readonly folder: string
  readonly repeat: number
}

const measured = async ({ count, folder, kind, repeat }: Measured): Promise<Memory> => {
  if (kind === "again") {
    const store = join(folder, `left-${count}`)
    if (repeat === 0) await output("fill", store, count)
    return JSON.parse(await output(kind, store, count)) as Memory
  }
  const store = join(folder, "store")
  try {
    return JSON.parse(await output(kind, store, count)) as Memory
  } finally {
    rmSync(store, { recursive: true, force: true })
  }
}

/** What the process writes. */
const output = (kind: string, store: string, count: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, "parked/wait.ts")
    const args = ["--expose-gc", "--disable-warning=ExperimentalWarning", script, kind, store, String(count)]
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
    let text = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk
    })
    child.on("error", reject)
    child.on("close", (code) => (code === 0 ? resolve(text) : reject(new Error(`${kind} ended with ${code}`))))
  })
