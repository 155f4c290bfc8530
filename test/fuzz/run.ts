/**
 * Fuzzes for longer than the tests do.
 *
 *     SXS_SEED=1 SXS_RUNS=20000 node test/fuzz/run.ts
 *
 * Prints each way of failing with its seed and the smallest input that was found for it, and ends with 1 if there is any.
 * An input that takes longer than `stallMs` is given up with its seed.
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { campaign, type Found, Inputs } from "./campaign.ts"

interface Job {
  readonly seed: number
  readonly runs: number
  /** The seed that is being tried, and how many inputs were tried so far. */
  readonly current: Int32Array
}

const stallMs = 30_000

if (isMainThread) start()
else {
  const { current, runs, seed } = workerData as Job
  parentPort!.postMessage(
    campaign({ seed, runs }, new Inputs(), (each) => {
      Atomics.store(current, 0, each)
      Atomics.add(current, 1, 1)
    })
  )
}

function start(): void {
  const { SXS_RUNS, SXS_SEED } = process.env
  const seed = Number(SXS_SEED ?? Date.now() % 1_000_000_000)
  const runs = Number(SXS_RUNS ?? 10_000)
  console.log(`SXS_SEED=${seed} SXS_RUNS=${runs}`)
  const current = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(new URL(import.meta.url), { workerData: { seed, runs, current } satisfies Job })
  let last = -1
  const watch = setInterval(() => {
    if (current[1] === last) giveUp(`SXS_SEED=${current[0]} SXS_RUNS=1 takes longer than ${stallMs} ms`)
    last = current[1]!
    console.log(`${current[0]! - seed} of ${runs}`)
  }, stallMs)
  worker.on("message", (found: ReadonlyArray<Found>) => {
    clearInterval(watch)
    for (const each of found) {
      console.log(`\nSXS_SEED=${each.seed} SXS_RUNS=1: ${each.kind}\n${each.input}\n---\n${each.details}`)
    }
    console.log(found.length === 0 ? "nothing found" : `${found.length} ways to fail`)
    process.exitCode = found.length === 0 ? 0 : 1
  })
  worker.on("error", (error) => giveUp(`the fuzzer failed at SXS_SEED=${current[0]}: ${error.stack}`))
}

function giveUp(reason: string): never {
  console.log(reason)
  process.exit(1)
}
