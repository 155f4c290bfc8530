import { readFileSync } from "node:fs"
import { stripTypeScriptTypes } from "node:module"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  Counters,
  runStraight,
  runWithCrash,
  runWithFaults,
  type SimulatedProgram
} from "../../runtime/testing/index.ts"
import { campaign, rerunLine } from "./campaign.ts"
import { readCases } from "./cases.ts"
import { loseBatches } from "./lost-batches.ts"
import { frequentOccurrences, neverHappened } from "./occurrences.ts"

const seed = Number(process.env["SXS_SEED"] ?? 1)
const cases = readCases()

const livesMax = 150

const named = (name: string): SimulatedProgram => cases.find(({ program }) => program.name === name)!.program

describe("simulated runs", () => {
  it(`lose nothing and double nothing, SXS_SEED=${seed}`, async () => {
    const { counters, failures, runs } = await campaign({ cases, seed, edgesMax: 4, faultyRuns: 6 })
    const told = failures.map((failed) => `${failed.message}\n  ${rerunLine(failed)}`)
    assert.deepStrictEqual(told, [])
    assert.isAtLeast(runs, 16 * cases.length)
    assert.deepStrictEqual(neverHappened(counters, frequentOccurrences), [], "what never happened was not tested")
  })

  it.effect("come to their end, however short each life", () =>
    Effect.gen(function* () {
      // A client writes anew in each life.
      for (const { program } of cases.filter(({ program }) => program.client === undefined)) {
        for (const index of [2, 5]) {
          const crashes = Array.from(
            { length: livesMax },
            () => ({ point: "after an acknowledgement", index }) as const
          )
          const { lives } = yield* runWithCrash(program, { seed: index, crashes })
          assert.isBelow(lives, livesMax, `${program.name} makes no progress in lives of ${index + 1} commits`)
        }
      }
    })
  )

  it("notice a disk that has lost what it was to keep, and only that", async () => {
    assert.deepStrictEqual(
      await loseBatches(
        Array(200)
          .keys()
          .map((index) => seed + index)
      ),
      []
    )
  })

  it.effect("are the same for the same seed", () =>
    Effect.gen(function* () {
      for (const name of ["transfers", "cancelled", "evaluated", "first-of"]) {
        const [first, second] = [new Counters(), new Counters()]
        const one = yield* runWithFaults(named(name), { seed, counters: first })
        const other = yield* runWithFaults(named(name), { seed, counters: second })
        assert.deepStrictEqual(one, other, name)
        assert.deepStrictEqual(first.all, second.all, name)
      }
    })
  )

  it("are told in docs/simulation.md by an example that runs", async () => {
    const text = readFileSync(join(import.meta.dirname, "../../docs/simulation.md"), "utf8")
    const addresses = new Map([["sxs/testing", new URL("../../cli/testing/index.ts", import.meta.url).href]])
    const example = /```ts\n(.*?)```/s.exec(text)![1]!.replaceAll(/from "(.*?)"/g, (_, name: string) => {
      return `from "${addresses.get(name) ?? import.meta.resolve(name)}"`
    })
    assert.include(example, "runWithFaults")
    const run = (text: string): Promise<unknown> =>
      import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(text))}`)
    await run(example)
    const torn = example.replace(/\(atomic (.*\)) (.*)\)\)/, "$1 (core/task/checkpoint) $2)")
    assert.include(torn, "(defn move () (core/kv/incr from -1) (core/task/checkpoint) (core/kv/incr to))")
    const failed: unknown = await run(torn).catch((reason: unknown) => reason)
    assert.match(String(failed), /something is lost/)
  })

  it.effect("tell of what does not go on where its tasks stand", () =>
    Effect.gen(function* () {
      const stuck = { ...named("pauses"), whenIdle: () => Effect.never }
      const failed = yield* Effect.flip(runStraight(stuck, { seed }))
      assert.include(failed.message, "nothing runs, and it has not ended")
      assert.match(failed.message, /ask-2 is paused at pauses\.sxs:3:\d+, waits for resume/)
    })
  )

  it.effect("tell of what never ends", () =>
    Effect.gen(function* () {
      const endless = { ...named("pauses"), whenIdle: () => Effect.as(Effect.sleep(1), true) }
      const failed = yield* Effect.flip(runStraight(endless, { seed, turnsMax: 2_000 }))
      assert.include(failed.message, "it does not come to an end")
    })
  )

  it.effect("tell of a broken invariant with what repeats it", () =>
    Effect.gen(function* () {
      const broken: SimulatedProgram = {
        ...named("counters"),
        invariant: ({ kv }) => {
          if (kv.get("all") === 9) throw new Error("nine is too many")
        }
      }
      const failed = yield* Effect.flip(runStraight(broken, { seed: 7 }))
      assert.include(failed.message, "nine is too many")
      assert.deepInclude({ ...failed }, { program: "counters", seed: 7, plan: "straight, strict", life: 1 })
    })
  )
})
