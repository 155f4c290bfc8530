import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { formsArbitrary, programArbitrary } from "../support/program-arbitrary.ts"
import { agrees } from "../support/three-ways.ts"

// fast-check prints the seed and the smallest program that it finds in time. SXS_SEED=… runs other programs, SXS_RUNS=… more.
const { SXS_RUNS, SXS_SEED } = process.env
const seed = Number(SXS_SEED ?? 20_261_121)

/** Restarts of one program; what takes more goes on undisturbed behind the last of them. */
const livesMax = 50

const agreesAlways = async (programs: fc.Arbitrary<string>, runs: number) => {
  const numRuns = Number(SXS_RUNS ?? runs)
  const lives: Array<number> = []
  const property = fc.asyncProperty(programs, async (text) => {
    const agreed = agrees(text, "generated.sxs", livesMax)
    lives.push(await Effect.runPromise(Effect.provide(agreed, TestClock.layer())))
  })
  await fc.assert(property, { seed, numRuns, interruptAfterTimeLimit: numRuns * 1000 })
  assert.lengthOf(lives, numRuns, "it took too long")
  assert.isAbove(lives.filter((each) => each > 5).length, numRuns / 2, "they do suspend")
  assert.isAbove(lives.filter((each) => each <= livesMax).length, numRuns / 3, "many of them are small enough")
}

it("generated programs of numbers and loops", { timeout: 600_000 }, () => agreesAlways(programArbitrary, 40))

it("generated programs of all forms", { timeout: 600_000 }, () => agreesAlways(formsArbitrary, 100))
