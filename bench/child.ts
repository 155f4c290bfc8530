// Runs the benchmark named by the second argument, of the folder that is the first, and sends each table to the parent.
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Registry } from "./benchmarks.ts"
import type { Result } from "./measure.ts"

const [folder = "", name = ""] = process.argv.slice(2)
const { benchmarks } = (await import(pathToFileURL(join(folder, "benchmarks.ts")).href)) as Registry
const benchmark = benchmarks.find((each) => each.name === name)
if (benchmark === undefined) throw new Error(`no benchmark ${name}`)
const { run } = await benchmark.load()
await run((result: Result) => process.send?.(result))
process.disconnect?.()
