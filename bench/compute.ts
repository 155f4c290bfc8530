import assert from "node:assert/strict"
import * as Effect from "effect/Effect"
import { layerMemory } from "../runtime/index.ts"
import { computeCases } from "./compute-cases.ts"
import { fastPath } from "./fast-path.ts"
import { compare, cpuOf, type Result } from "./measure.ts"
import { bundleOf, withNamespace } from "./namespace.ts"
import { cpuOfTask } from "./segment.ts"
import type { Case } from "./segment-cases.ts"

/** Fuel between two suspensions. */
const fuel = 10_000

/**
 * CPU time of compiled code against JavaScript written by hand that gives the same results: in one go; with all frames saved
 * and taken up again each time when 10,000 units of fuel are spent; and the same as a whole task, with its commits into a
 * store in memory.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const only = process.env["SXS_BENCH_CASE"]
  for (const each of computeCases) if (only === undefined || each.name.startsWith(only)) report(await measure(each))
}

const measure = async (each: Case): Promise<Result> => {
  const bundle = bundleOf(`${each.sxs}\n(work)`)
  // Not the same bundle: linked twice, V8 compiles its functions for both, and they are slower than in a program that runs once.
  const work = await fastPath(bundleOf(`${each.sxs}\n(core/util/type-of (work))`), "work")
  const expected = each.plain()
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
            { name: "sxs, task, suspended every 10,000", run: () => cpuOfTask(namespace, bundle, expected) }
          ]
        },
        { repeats: 7, warmups: 2 }
      )
    )
  )
}
