/**
 *     node bench/run.ts [--accept] [NAME…]
 *
 * Runs all benchmarks, or those named, one after another in a process each. Prints a table for each comparison beside the
 * ratios of `baseline.json`, and appends the figures to `results/history.jsonl`. With `--accept` the ratios of this run become
 * those of the baseline, for each benchmark that has run to its end.
 */
import { join } from "node:path"
import { accepted, readBaseline, writeBaseline } from "./baseline.ts"
import { benchmarks, chooseBenchmarks } from "./benchmarks.ts"
import { appendHistory } from "./history.ts"
import { runApart } from "./run-apart.ts"
import { printResult } from "./table.ts"

const folder = import.meta.dirname
const baselineFile = join(folder, "baseline.json")

const main = async (args: ReadonlyArray<string>): Promise<void> => {
  const chosen = chooseBenchmarks(
    benchmarks,
    args.filter((arg) => arg !== "--accept")
  )
  if (typeof chosen === "string") {
    console.error(chosen)
    process.exitCode = 2
    return
  }
  const startedAt = new Date()
  const before = readBaseline(baselineFile)
  for (const { name } of chosen) {
    const results = await runApart({ folder, name }, (result) =>
      console.log(printResult(result, before[name]?.[result.title]))
    )
    appendHistory({ startedAt, benchmark: name, results })
    // Read again: it may have been edited meanwhile.
    if (args.includes("--accept")) writeBaseline(baselineFile, accepted(readBaseline(baselineFile), name, results))
  }
}

await main(process.argv.slice(2))
