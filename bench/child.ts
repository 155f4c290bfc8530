// Runs the benchmark named by the first argument and sends each table to the parent.
import { benchmarks } from "./benchmarks.ts"
import type { Result } from "./measure.ts"

const benchmark = benchmarks.find(({ name }) => name === process.argv[2])
if (benchmark === undefined) throw new Error(`no benchmark ${process.argv[2]}`)
const { run } = await benchmark.load()
await run((result: Result) => process.send?.(result))
process.disconnect?.()
