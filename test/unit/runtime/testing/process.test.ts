import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { SimulatedProcess, type TurnOrder } from "../../../../runtime/testing/process.ts"
import { seeded } from "../../../../runtime/testing/random.ts"

const processOf = (seed = 1, order: TurnOrder = "any") =>
  new SimulatedProcess({ random: seeded(seed), startMs: 1000, order })

/** The order in which ten fibers get their three turns. */
const turnsOf = async (seed: number): Promise<string> => {
  let turns = ""
  const fiber = (name: number) =>
    Effect.gen(function* () {
      for (let turn = 0; turn < 3; turn++) {
        yield* Effect.yieldNow
        turns += name
      }
    })
  const all = Effect.forEach([...Array(10).keys()], fiber, { concurrency: "unbounded", discard: true })
  await processOf(seed).run(all, 1000)
  return turns
}

describe("simulated process", () => {
  it("has time that goes on when all sleep, in the order in which they wake", async () => {
    const woken: Array<string> = []
    const sleeper = (name: string, ms: number) =>
      Effect.gen(function* () {
        yield* Effect.sleep(ms)
        woken.push(`${name} ${yield* Clock.currentTimeMillis}`)
      })
    const all = Effect.all([sleeper("day", 86_400_000), sleeper("blink", 1), sleeper("second", 1000)], {
      concurrency: 3
    })
    const { end } = await processOf().run(all, 1000)
    assert.strictEqual(end, "exit")
    assert.deepStrictEqual(woken, ["blink 1001", "second 2000", "day 86401000"])
  })

  it("gives turns in the same order for the same seed, in another for another", async () => {
    assert.strictEqual(await turnsOf(5), await turnsOf(5))
    assert.notStrictEqual(await turnsOf(5), await turnsOf(6))
  })

  it("ends without finalizers when it is killed", async () => {
    const done: Array<string> = []
    const process = processOf()
    const work = Effect.gen(function* () {
      yield* Effect.sleep(10)
      process.kill()
      done.push("the rest of the turn")
      yield* Effect.yieldNow
      done.push("another turn")
    }).pipe(Effect.ensuring(Effect.sync(() => done.push("finalizer"))))
    assert.deepStrictEqual(await process.run(work, 1000), { end: "killed" })
    assert.isTrue(process.isDead)
    assert.deepStrictEqual(done, ["the rest of the turn"])
  })

  it("is stuck when nothing can happen any more, endless when too much does", async () => {
    assert.deepStrictEqual(await processOf().run(Effect.never, 1000), { end: "stuck" })
    assert.deepStrictEqual(await processOf().run(Effect.forever(Effect.sleep(1)), 1000), { end: "endless" })
  })

  it("waits for what the real process does by promises", async () => {
    const work = Effect.promise(async () => {
      for (let tick = 0; tick < 100; tick++) await undefined
      return "loaded"
    })
    const ended = await processOf().run(Effect.raceFirst(work, Effect.as(Effect.sleep(1), "too late")), 1000)
    assert.deepStrictEqual(ended, { end: "exit", exit: Exit.succeed("loaded") })
  })
})
