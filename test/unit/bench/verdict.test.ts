import { assert, describe, it } from "@effect/vitest"
import type { Result, Unit } from "../../../bench/measure.ts"
import { judge, stillWorse } from "../../../bench/verdict.ts"

const table = (unit: Unit, ratios: Readonly<Record<string, number>>, title = "t"): Result => ({
  title,
  unit,
  repeats: 5,
  figures: Object.entries(ratios).map(([name, ratio]) => ({ name, ratio, median: ratio, least: ratio, most: ratio }))
})

describe("judge", () => {
  it("takes more of a cost and less of a rate for worse, from 1.5 times on", () => {
    const factors = (unit: Unit, ratio: number) =>
      judge([table(unit, { sxs: ratio })], { t: { sxs: 1 } }).worse.map(({ factor }) => factor)
    assert.deepStrictEqual(factors("ms", 1.5), [1.5])
    assert.deepStrictEqual(factors("ms", 1.49), [])
    assert.deepStrictEqual(factors("ms", 0.1), [])
    assert.deepStrictEqual(factors("steps/s", 0.5), [2])
    assert.deepStrictEqual(factors("steps/s", 0.7), [])
    assert.deepStrictEqual(factors("steps/s", 10), [])
  })

  it("takes no memory for worse that is next to nothing", () => {
    for (const baseline of [-0.05, 0.0002])
      for (const [ratio, isWorse] of [
        [0.25, false],
        [0.31, true]
      ] as const)
        assert.strictEqual(
          judge([table("bytes/task", { sxs: ratio })], { t: { sxs: baseline } }).worse.length > 0,
          isWorse
        )
  })

  it("holds sxs only, where others are in the table", () => {
    const { worse } = judge([table("ms", { control: 1, "bare log": 9, "sxs, in one go": 9 })], {
      t: { control: 1, "bare log": 1, "sxs, in one go": 1 }
    })
    assert.deepStrictEqual(
      worse.map(({ figure }) => figure),
      ["sxs, in one go"]
    )
  })

  it("holds all figures of a table that compares sxs with itself", () => {
    const { worse } = judge([table("MiB", { "10 KB": 1, "1 MB": 9 })], { t: { "10 KB": 1, "1 MB": 3 } })
    assert.deepStrictEqual(worse, [{ table: "t", figure: "1 MB", baseline: 3, ratios: [9], factor: 3 }])
  })

  it("tells of what has no baseline and of what has no figure, and fails neither", () => {
    const { notes, worse } = judge([table("ms", { control: 1, sxs: 9 })], { t: { gone: 1 }, other: { sxs: 1 } })
    assert.deepStrictEqual(worse, [])
    assert.deepStrictEqual(notes, [
      "t › sxs: 9.00, without a baseline",
      "t › gone: in the baseline, but there is no such figure",
      "other: in the baseline, but there is no such table"
    ])
  })
})

describe("stillWorse", () => {
  const baseline = { t: { sxs: 1, "sxs b": 1 } }
  const { worse } = judge([table("ms", { sxs: 2, "sxs b": 3 })], baseline)

  it("keeps what is worse again, with all its ratios", () => {
    const left = stillWorse(worse, [table("ms", { sxs: 1.4, "sxs b": 4 })], baseline)
    assert.deepStrictEqual(left, [{ table: "t", figure: "sxs b", baseline: 1, ratios: [3, 4], factor: 4 }])
  })

  it("does not begin to suspect in a later run", () => {
    const suspects = worse.filter(({ figure }) => figure === "sxs")
    const left = stillWorse(suspects, [table("ms", { sxs: 1, "sxs b": 9 })], baseline)
    assert.deepStrictEqual(left, [])
  })
})
