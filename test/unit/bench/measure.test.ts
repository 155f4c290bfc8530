import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { compare, figuresOf, median } from "../../../bench/measure.ts"

describe("compare", () => {
  it("runs the variants in turn, so that a slow spell meets all of them", async () => {
    const calls: Array<string> = []
    const variant = (name: string) => ({ name, run: () => calls.push(name) })
    const result = await compare(
      { title: "t", unit: "ms", variants: [variant("a"), variant("b")] },
      { repeats: 2, warmups: 1 }
    )
    assert.deepStrictEqual(calls, ["a", "b", "a", "b", "a", "b"])
    assert.strictEqual(result.repeats, 2)
  })

  it("leaves the warm-ups out", async () => {
    const values = [900, 1, 2, 3]
    const variants = [{ name: "a", run: () => values.shift()! }]
    const { figures } = await compare({ title: "t", unit: "ms", variants }, { repeats: 3, warmups: 1 })
    assert.deepStrictEqual(figures, [{ name: "a", median: 2, least: 1, most: 3, ratio: 1 }])
  })
})

describe("figuresOf", () => {
  it("takes the first row as the control", () => {
    const figures = figuresOf([
      { name: "control", values: [4, 2, 3] },
      { name: "other", values: [9, 6, 12] }
    ])
    assert.deepStrictEqual(
      figures.map(({ name, ratio }) => [name, ratio]),
      [
        ["control", 1],
        ["other", 3]
      ]
    )
  })

  it("refuses a control that takes no time: its ratios would mean nothing", () => {
    assert.throws(() => figuresOf([{ name: "control", values: [0, 0, 1] }]), /too fast/)
  })
})

describe("median", () => {
  it("has as many values at or below as at or above", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (values) => {
        const middle = median(values)
        const half = values.length / 2
        assert.isAtLeast(values.filter((value) => value <= middle).length, half)
        assert.isAtLeast(values.filter((value) => value >= middle).length, half)
        assert.isAtMost(values.filter((value) => value < middle).length, half)
      }),
      { numRuns: 500 }
    )
  })

  it("does not sort the values of its caller", () => {
    const values = [3, 1, 2]
    assert.strictEqual(median(values), 2)
    assert.deepStrictEqual(values, [3, 1, 2])
  })
})
