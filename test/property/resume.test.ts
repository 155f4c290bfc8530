import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { compiled } from "../support/namespace.ts"
import { programArbitrary } from "../support/program-arbitrary.ts"
import { crashesOf, goOnFrom, runToEnd } from "../support/run-to-end.ts"

/** Runs a program straight, suspended wherever it can be, and from what a crash has left: all must end alike. */
const endsAlike = (text: string) =>
  Effect.gen(function* () {
    const bundle = compiled(text, "generated.sxs")
    const straight = yield* runToEnd(bundle, {})
    assert.notStrictEqual(straight.final.state, "waiting")
    const suspended = yield* runToEnd(bundle, { fuelPerSlice: 1 })
    assert.deepStrictEqual(suspended.final, straight.final)
    for (const { at, commit, entries } of yield* crashesOf(bundle, {
      fuelPerSlice: 2,
      commits: suspended.commits,
      crashesMax: 8
    })) {
      assert.deepStrictEqual(
        yield* goOnFrom(entries, bundle, straight.main, at),
        straight.final,
        `after commit ${commit}`
      )
    }
  })

const { SXS_RUNS } = process.env
const numRuns = Number(SXS_RUNS ?? 60)

// fast-check prints the seed and the smallest program when it fails.
it("hot code equals resumed code", { timeout: 120_000 }, () =>
  fc.assert(
    fc.asyncProperty(programArbitrary, (text) => Effect.runPromise(Effect.provide(endsAlike(text), TestClock.layer()))),
    { numRuns }
  )
)

it("generated programs do suspend", () => {
  const programs = fc.sample(programArbitrary, { numRuns: 50, seed: 1 })
  assert.isAbove(programs.filter((text) => text.split("(tick ").length > 3).length, 20)
})
