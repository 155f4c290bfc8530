import assert from "node:assert/strict"
import * as Effect from "effect/Effect"
import { layerMemory, type Namespace } from "../runtime/index.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { fastPath } from "./fast-path.ts"
import { compare, cpuMs, cpuOf, type Result } from "./measure.ts"
import { bundleOf, runToRest, withNamespace } from "./namespace.ts"
import { type Case, cases } from "./segment-cases.ts"

/** CPU time of compiled code against plain JavaScript: run in one go, and by the real driver, which saves and resumes the
 * frames each time when 10,000 units of fuel are spent. The store is in memory. */
export const run = async (report: (result: Result) => void): Promise<void> => {
  for (const each of cases) report(await measure(each))
}

const measure = async (each: Case): Promise<Result> => {
  const bundle = bundleOf(`${each.sxs}\n(work)`)
  const { straight: work } = await fastPath(bundle, "work")
  assert.deepStrictEqual(work(), each.plain(), each.name)
  return withNamespace({ layer: layerMemory, durability: "strict" }, (namespace) =>
    Effect.promise(() =>
      compare(
        {
          title: `segment, ${each.name}`,
          unit: "ms",
          variants: [
            { name: "plain JavaScript", run: () => cpuOf(each.plain) },
            { name: "sxs, in one go", run: () => cpuOf(work) },
            { name: "sxs, driver, suspended every 10,000", run: () => cpuOfTask(namespace, bundle, each.plain()) }
          ]
        },
        { repeats: 7, warmups: 2 }
      )
    )
  )
}

/** CPU time of this thread from the start of the task to its end, its commits included. */
export const cpuOfTask = (namespace: Namespace, bundle: Bundle, expected: unknown): Promise<number> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const start = cpuMs()
      const result = yield* runToRest(namespace, bundle)
      const spent = cpuMs() - start
      assert.deepStrictEqual(result, expected)
      return spent
    })
  )
