import { assert, describe, it } from "@effect/vitest"
import type { Result } from "../../../bench/measure.ts"
import { printFigure, printResult } from "../../../bench/table.ts"

const result: Result = {
  title: "steps",
  unit: "steps/s",
  repeats: 5,
  figures: [
    { name: "by hand", median: 250_000, least: 9000, most: 1_500_000, ratio: 1 },
    { name: "sxs", median: 50_000, least: 40_000, most: 60_000, ratio: 0.2 }
  ]
}

describe("printResult", () => {
  it("shows each variant with its ratio beside that of the baseline", () => {
    assert.strictEqual(
      printResult(result, { sxs: 0.25 }),
      [
        "steps (steps/s, median of 5)",
        "----------------------------",
        "variant   median     least..most  ratio  baseline",
        "by hand  250.0 k    9000..1.50 M   1.00         -",
        "sxs       50.0 k  40.0 k..60.0 k   0.20      0.25",
        ""
      ].join("\n")
    )
  })
})

describe("printFigure", () => {
  it("has three digits or so at any size", () => {
    assert.deepStrictEqual([0.1234, 12.34, 123.4, 9999, 12_345, 1_234_567, 12_345_678].map(printFigure), [
      "0.12",
      "12.3",
      "123",
      "9999",
      "12.3 k",
      "1.23 M",
      "12.3 M"
    ])
  })
})
