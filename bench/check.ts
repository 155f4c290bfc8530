/**
 *     node bench/check.ts [--in FOLDER] [NAME…]
 *
 * Runs all benchmarks, or those named, and ends with 1 when a ratio is 1.5 times worse than in `baseline.json` or more. What looks
 * worse is measured again, up to three runs in all: one good run clears it. Tells also of figures without a baseline, and of entries
 * of the baseline without a figure. `--in` names another folder with its own `benchmarks.ts` and `baseline.json`.
 */
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { readBaseline } from "./baseline.ts"
import { chooseBenchmarks, type Registry } from "./benchmarks.ts"
import { runApart } from "./run-apart.ts"
import { judge, printWorse, runsMax, stillWorse, type Worse } from "./verdict.ts"

const main = async (args: ReadonlyArray<string>): Promise<number> => {
  const { folder, names } = readArguments(args)
  const { benchmarks } = (await import(pathToFileURL(join(folder, "benchmarks.ts")).href)) as Registry
  const chosen = chooseBenchmarks(benchmarks, names)
  if (typeof chosen === "string") {
    console.error(chosen)
    return 2
  }
  const baseline = readBaseline(join(folder, "baseline.json"))
  const findings: Array<string> = []
  for (const { name } of chosen) {
    const found = await checkOne({ folder, name, tables: baseline[name] ?? {} }).catch((error: Error) => [
      error.message
    ])
    for (const finding of found) console.error(finding)
    findings.push(...found)
  }
  console.log(findings.length === 0 ? "no ratio is worse" : `${findings.length} worse`)
  return findings.length === 0 ? 0 : 1
}

const readArguments = (args: ReadonlyArray<string>) => {
  const at = args.indexOf("--in")
  if (at < 0) return { folder: import.meta.dirname, names: args }
  return { folder: resolve(args[at + 1] ?? "."), names: args.toSpliced(at, 2) }
}

interface Checked {
  readonly folder: string
  readonly name: string
  readonly tables: Parameters<typeof stillWorse>[2]
}

/** A message for each ratio that was worse in all runs. */
const checkOne = async ({ folder, name, tables }: Checked): Promise<ReadonlyArray<string>> => {
  const first = judge(await runApart({ folder, name }), tables)
  for (const note of first.notes) console.log(note)
  let suspects = first.worse
  for (let run = 2; run <= runsMax && suspects.length > 0; run++) {
    console.log(`${name}: ${describe(suspects)}; run ${run} of ${runsMax}`)
    suspects = stillWorse(suspects, await runApart({ folder, name }), tables)
  }
  console.log(`${name}: ${suspects.length === 0 ? "as its baseline or better" : "worse than its baseline"}`)
  return suspects.map((each) => printWorse(name, each))
}

const describe = (suspects: ReadonlyArray<Worse>): string =>
  suspects.map(({ factor, figure, table }) => `${table} › ${figure} looks ${factor.toFixed(1)} times worse`).join("; ")

process.exitCode = await main(process.argv.slice(2))
