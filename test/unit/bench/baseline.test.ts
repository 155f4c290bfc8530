import { assert, describe, it } from "@effect/vitest"
import { accepted } from "../../../bench/baseline.ts"
import type { Result } from "../../../bench/measure.ts"

const result: Result = {
  title: "steps",
  unit: "steps/s",
  repeats: 5,
  figures: [{ name: "by hand", median: 1, least: 1, most: 1, ratio: 1.23456 }]
}

describe("accepted", () => {
  it("keeps three digits of each ratio, in place of all that the table had", () => {
    const before = { compile: { a: { sxs: 1 } }, step: { steps: { gone: 2 }, other: { sxs: 3 } } }
    assert.deepStrictEqual(accepted(before, "step", [result]), {
      compile: { a: { sxs: 1 } },
      step: { steps: { "by hand": 1.23 }, other: { sxs: 3 } }
    })
  })
})
