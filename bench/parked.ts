import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { limits } from "../runtime/limits.ts"
import { figuresOf, type Result, type Unit } from "./measure.ts"

/** What a process has after a collection of garbage. */
export interface Memory {
  /** JavaScript's heap, and what its values have outside. */
  readonly heapBytes: number
  /** What the system gives this process alone, with the caches of LevelDB and what was given up and is not given back. */
  readonly ownBytes: number
  /** That, and pages of files that are mapped: Node's own, and the store's tables, which the system takes back when it needs them. */
  readonly residentBytes: number
}

/**
 * In one process so many wait, and then so many more: one turn of the view's cache, of two or more entries for each, so that at both
 * times the same part of it is in use.
 */
const waitingCount = limits.viewCacheEntriesMax / 2

/** How many wait in the full store. The one beside it has half: LevelDB's caches, which are bounded, are full with both. */
const { SXS_BENCH_PARKED = "100000" } = process.env
const parkedCount = Number(SXS_BENCH_PARKED)
const fewCount = parkedCount / 2
/** Tasks that are looked at, of either. */
const seenCount = 1000

/** What waits: see parked/wait.ts. */
const kinds = [
  { name: "promises of JavaScript with timers", kind: "promises" },
  { name: "sxs, asleep, begun here", kind: "asleep" },
  { name: "sxs, waiting for an event, begun here", kind: "event" },
  { name: "sxs, joining a task, begun here", kind: "joining" },
  { name: "sxs, in the store, its result awaited in TypeScript", kind: "awaited" },
  { name: "sxs, in the store", kind: "stored" }
] as const

type Kind = (typeof kinds)[number]["kind"]

const repeats = 3

/** Memory that one more takes who waits, and what a process with all of them has. */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    for (const count of [fewCount, parkedCount]) await output("fill", storeOf(folder, count), count)
    const rows = kinds.map(({ name }) => ({ name, pairs: [] as Array<Pair> }))
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const [index, { kind }] of kinds.entries()) rows[index]!.pairs.push(await pairOf(kind, folder))
    }
    const table = (title: string, unit: Unit, measure: (pair: Pair) => number): void => {
      const figures = figuresOf(rows.map(({ name, pairs }) => ({ name, values: pairs.map(measure) })))
      report({ title, unit, repeats, figures })
    }
    for (const { part, title } of parts)
      table(title, "bytes/task", ({ from, many, to }) => (to[part] - from[part]) / many)
    table("memory of a process with all who wait, its own", "MiB", ({ to }) => to.ownBytes / 2 ** 20)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const parts = [
  { part: "heapBytes", title: "memory of one who waits, heap" },
  { part: "ownBytes", title: "memory of one who waits, resident, the process's own" },
  { part: "residentBytes", title: "memory of one who waits, resident, with mapped files" }
] as const

const storeOf = (folder: string, count: number): string => join(folder, `left-${count}`)

/** What a process has with some who wait, and with so many more. */
interface Pair {
  readonly from: Memory
  readonly to: Memory
  readonly many: number
}

const pairOf = async (kind: Kind, folder: string): Promise<Pair> => {
  if (kind === "stored") {
    const few = await measured(kind, storeOf(folder, fewCount), seenCount)
    const many = await measured(kind, storeOf(folder, parkedCount), seenCount)
    return pair([...few, ...many], parkedCount - fewCount)
  }
  if (kind === "awaited") return pair(await measured(kind, storeOf(folder, parkedCount), waitingCount), waitingCount)
  const store = join(folder, "store")
  const memories = await measured(kind, store, waitingCount)
  rmSync(store, { recursive: true, force: true })
  return pair(memories, waitingCount)
}

const pair = ([from, to]: ReadonlyArray<Memory>, many: number): Pair => {
  if (from === undefined || to === undefined) throw new Error("the process has told of less than it was asked for")
  return { from, to, many }
}

const measured = async (kind: Kind, store: string, count: number): Promise<ReadonlyArray<Memory>> =>
  JSON.parse(await output(kind, store, count)) as ReadonlyArray<Memory>

/** What the process writes. */
const output = (kind: Kind | "fill", store: string, count: number): Promise<string> =>
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
