/**
 *     node bench/run.ts [--accept] [NAME…]
 *
 * Runs all benchmarks, or those named, one after another in a process each. Prints a table for each comparison beside the
 * ratios of `baseline.json`, and keeps the figures in `results/` as one JSON file a run. With `--accept` the ratios of this
 * run become those of the baseline.
 */
import { fork } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { benchmarks } from "./benchmarks.ts"
import type { Result } from "./measure.ts"
import { keepResults } from "./results.ts"
import { type Baseline, baselineOf, printResult } from "./table.ts"

const folder = import.meta.dirname

const execArgv = ["--expose-gc", "--disable-warning=ExperimentalWarning"]

/** Runs one benchmark in a process of its own, so that none meets code that another has warmed up or spoiled. */
const runApart = (name: string, report: (result: Result) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = fork(join(folder, "child.ts"), [name], { execArgv })
    child.on("message", (result) => report(result as Result))
    child.on("error", reject)
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`benchmark ${name} ended with ${code}`))))
  })

const baselineFile = join(folder, "baseline.json")

const readBaseline = (): Baseline => JSON.parse(readFileSync(baselineFile, "utf8")) as Baseline

const accept = (before: Baseline, results: ReadonlyArray<Result>): void =>
  writeFileSync(baselineFile, `${JSON.stringify({ ...before, ...baselineOf(results) }, undefined, 2)}\n`)

const main = async (args: ReadonlyArray<string>): Promise<void> => {
  const names = args.filter((arg) => arg !== "--accept")
  const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name))
  if (unknown.length > 0) {
    console.error(`no benchmark ${unknown.join(", ")}; there are ${benchmarks.map(({ name }) => name).join(", ")}`)
    process.exitCode = 2
    return
  }
  const startedAt = new Date()
  const baseline = readBaseline()
  const results: Array<Result> = []
  for (const { name } of benchmarks) {
    if (names.length > 0 && !names.includes(name)) continue
    await runApart(name, (result) => {
      results.push(result)
      console.log(printResult(result, baseline[result.title]))
    })
  }
  keepResults(startedAt, results)
  if (args.includes("--accept")) accept(baseline, results)
}

await main(process.argv.slice(2))
