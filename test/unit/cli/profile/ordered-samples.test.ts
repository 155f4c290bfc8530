import { assert, describe, it } from "@effect/vitest"
import { withOrderedSamples } from "../../../../cli/profile/ordered-samples.ts"

const frame = { functionName: "(root)", scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 }
const profile = (samples: Array<number>, timeDeltas: Array<number>) => ({
  nodes: [{ id: 1, callFrame: frame }],
  startTime: 100,
  endTime: 200,
  samples,
  timeDeltas
})

describe("samples of a profile", () => {
  it("that V8 gives out of turn are put in the order of their times", () => {
    const { samples, timeDeltas } = withOrderedSamples(profile([1, 2, 3, 4], [10, 20, -3, 13]))
    assert.deepStrictEqual(
      [samples, timeDeltas],
      [
        [1, 3, 2, 4],
        [10, 17, 3, 10]
      ]
    )
  })

  it("stay as they are when they are in order, also those of one time", () => {
    const ordered = profile([1, 2, 3], [10, 0, 5])
    assert.strictEqual(withOrderedSamples(ordered), ordered)
  })
})
