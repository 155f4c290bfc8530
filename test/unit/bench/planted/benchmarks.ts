// A benchmark whose figures are counted and not timed: its variants do as much work as the environment says.
import { appendFileSync, readFileSync } from "node:fs"
import type { Entry } from "../../../../bench/benchmarks.ts"
import { figuresOf, type Result } from "../../../../bench/measure.ts"

/** How many times slower than its baseline sxs is, run by run; the last holds for all further runs. The other is a file in which runs are counted. */
const { SXS_PLANTED_FACTORS = "", SXS_PLANTED_RUNS = "" } = process.env

const run = async (report: (result: Result) => void): Promise<void> => {
  appendFileSync(SXS_PLANTED_RUNS, "run\n")
  const runs = readFileSync(SXS_PLANTED_RUNS, "utf8").length / "run\n".length
  const factors = SXS_PLANTED_FACTORS.split(",").map(Number)
  const factor = factors[Math.min(runs, factors.length) - 1]!
  const byHand = { name: "by hand", values: [10, 10, 10] }
  const time = [byHand, { name: "sxs", values: [20 * factor] }]
  report({ title: "planted, time", unit: "ms", repeats: 3, figures: figuresOf(time) })
  const rate = [byHand, { name: "sxs", values: [5 / factor] }, { name: "sxs, new", values: [5] }]
  report({ title: "planted, rate", unit: "steps/s", repeats: 3, figures: figuresOf(rate) })
}

export const benchmarks: ReadonlyArray<Entry> = [{ name: "planted", load: async () => ({ run }) }]
