/**
 * Ten thousand simulated runs, more or less: every edge of every program at both levels, and faults over faults.
 *
 *     SXS_SEED     where to begin; 1 when left out
 *     SXS_EDGES    edges of each program and level; all of them when left out
 *     SXS_FAULTS   runs with faults of each program; 260 when left out
 *     SXS_PROGRAM  these programs alone, with a comma between them
 *     SXS_PLAN     one run alone, as a failure has told it
 *     SXS_PLANT    plants a fault, see plants.ts; then the first failure ends it all
 *
 * Prints each failure with the line that runs it again, and ends with 1 if there is any, or if something never happened.
 */
import { availableParallelism } from "node:os"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import type { SimulationFailed } from "../../runtime/testing/index.ts"
import { type CampaignReport, campaign, rerun, rerunLine } from "./campaign.ts"
import { readCases } from "./cases.ts"
import { neverHappened, occurrences } from "./occurrences.ts"

const { SXS_EDGES, SXS_FAULTS, SXS_PLAN, SXS_PLANT, SXS_PROGRAM, SXS_SEED } = process.env
const seed = Number(SXS_SEED ?? 1)
const names = SXS_PROGRAM?.split(",")

interface Part {
  readonly runs: number
  readonly counts: CampaignReport["counters"]["all"]
  /** Message and the line that runs it again. */
  readonly failures: ReadonlyArray<string>
}

const partOf = ({ counters, failures, runs }: CampaignReport): Part => ({
  runs,
  counts: counters.all,
  failures: failures.map((failed: SimulationFailed) => `${failed.message}\n  ${rerunLine(failed)}`)
})

const runPart = async (programs: ReadonlyArray<string> | undefined): Promise<Part> => {
  const cases = readCases(programs)
  if (SXS_PLAN !== undefined) return partOf(await rerun(cases[0]!, seed, SXS_PLAN))
  const edgesMax = Number(SXS_EDGES ?? Number.POSITIVE_INFINITY)
  const faultyRuns = Number(SXS_FAULTS ?? 260)
  const failuresMax = SXS_PLANT === undefined ? Number.POSITIVE_INFINITY : 1
  return partOf(await campaign({ cases, seed, edgesMax, faultyRuns, failuresMax }))
}

/** Every second program, in a thread of its own: a simulated process needs nothing of the others. */
const runInThreads = async (): Promise<ReadonlyArray<Part>> => {
  const all = readCases(names).map(({ program }) => program.name)
  const threads = Math.min(availableParallelism(), all.length)
  return Promise.all(
    Array.from({ length: threads }, (_, thread) => inThread(all.filter((_, index) => index % threads === thread)))
  )
}

const inThread = (programs: ReadonlyArray<string>): Promise<Part> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: programs })
    worker.once("message", resolve)
    worker.once("error", reject)
  })

const report = (parts: ReadonlyArray<Part>, startedAt: number): boolean => {
  const counts = new Map<string, number>()
  for (const [name, count] of parts.flatMap((part) => part.counts)) counts.set(name, (counts.get(name) ?? 0) + count)
  const failures = parts.flatMap((part) => part.failures)
  const runs = parts.reduce((sum, part) => sum + part.runs, 0)
  const seconds = (performance.now() - startedAt) / 1000
  for (const failure of failures) console.log(failure)
  for (const [name, count] of [...counts].toSorted()) console.log(`${String(count).padStart(8)}  ${name}`)
  console.log(`${runs} runs in ${seconds.toFixed(1)} s, ${failures.length} failures, SXS_SEED=${seed}`)
  const isWhole = SXS_PLAN === undefined && SXS_PLANT === undefined && names === undefined && SXS_EDGES === undefined
  const missing = isWhole ? neverHappened({ of: (name) => counts.get(name) ?? 0 }, occurrences) : []
  for (const name of missing) console.log(`never happened: ${name}`)
  return failures.length === 0 && missing.length === 0
}

if (!isMainThread) parentPort!.postMessage(await runPart(workerData as ReadonlyArray<string>))
else {
  const startedAt = performance.now()
  // A fault is planted in the modules of this thread alone.
  const isSingle = SXS_PLAN !== undefined || SXS_PLANT !== undefined
  process.exitCode = report(isSingle ? [await runPart(names)] : await runInThreads(), startedAt) ? 0 : 1
}
