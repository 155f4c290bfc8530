import assert from "node:assert/strict"
import * as Effect from "effect/Effect"
import { layerMemory } from "../runtime/index.ts"
import { computeCases } from "./compute-cases.ts"
import { fastPath } from "./fast-path.ts"
import { compare, cpuOf, type Result } from "./measure.ts"
import { bundleOf, withNamespace } from "./namespace.ts"
import { cpuOfTask } from "./segment.ts"

/** Fuel between two suspensions. */
const fuel = 10_000

/**
 * CPU time of compiled code against JavaScript written by hand that gives the same results: in one go; with all frames saved
 * and taken up again each time when 10,000 units of fuel are spent; and the same as a whole task, with its commits into a
 * store in memory.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const only = process.env["SXS_BENCH_CASE"]
  const results: Array<Result> = []
  for (const each of computeCases) {
    if (only !== undefined && !each.name.startsWith(only)) continue
    const result = await measure(each)
    results.push(result)
    report(result)
  }
  if (only === undefined) report(geometricMean(results))
}

/** Of the ratios of each variant that all tables have. */
const geometricMean = (results: ReadonlyArray<Result>): Result => ({
  title: "compute, geometric mean",
  unit: "times",
  repeats: results[0]!.repeats,
  figures: results[0]!.figures.map(({ name }) => {
    const ratios = results.map(({ figures }) => figures.find((figure) => figure.name === name)!.ratio)
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
    return { name, median: mean, least: Math.min(...ratios), most: Math.max(...ratios), ratio: mean }
  })
})

const measure = async (each: (typeof computeCases)[number]): Promise<Result> => {
  const bundle = bundleOf(`${each.sxs}\n(work)`)
  // Not the same bundle: linked twice, V8 compiles its functions for both, and they are slower than in a program that runs once.
  const work = await fastPath(bundleOf(`${each.sxs}\n(core/util/type-of (work))`), "work")
  const { rounded } = each
  const expected = each.plain()
  if (rounded !== undefined) assert.deepStrictEqual(rounded(), expected, each.name)
  assert.deepStrictEqual(work.straight(), expected, each.name)
  assert.deepStrictEqual(work.suspending(fuel), expected, each.name)
  return withNamespace({ layer: layerMemory, durability: "strict" }, (namespace) =>
    Effect.promise(() =>
      compare(
        {
          title: `compute, ${each.name}`,
          unit: "ms",
          variants: [
            { name: "JavaScript by hand", run: () => cpuOf(each.plain) },
            { name: "sxs, in one go", run: () => cpuOf(work.straight) },
            { name: "sxs, suspended every 10,000", run: () => cpuOf(() => work.suspending(fuel)) },
            { name: "sxs, task, suspended every 10,000", run: () => cpuOfTask(namespace, bundle, expected) },
            ...(rounded === undefined
              ? []
              : [{ name: "JavaScript by hand, its own numbers", run: () => cpuOf(rounded) }])
          ]
        },
        { repeats: 7, warmups: 2 }
      )
    )
  )
}
