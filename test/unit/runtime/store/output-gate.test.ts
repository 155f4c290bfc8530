import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as fc from "fast-check"
import { OutputGate } from "../../../../runtime/store/output-gate.ts"
import { StoreUnavailable } from "../../../../runtime/store/store.ts"

const error = new StoreUnavailable({ operation: "commit", reason: "io", detail: "lost" })

const makeGate = (watermark = 0): OutputGate =>
  new OutputGate(watermark, (cause) => {
    throw cause
  })

describe("output gate", () => {
  it("lets actions pass once, in the order of their commits, and never early", () => {
    const anyStep = fc.record({ type: fc.constantFrom("after", "open"), by: fc.integer({ min: 0, max: 4 }) })
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40, size: "max" }), (steps) => {
        const gate = makeGate()
        const entered: Array<readonly [commit: number, index: number]> = []
        const passed: Array<readonly [commit: number, index: number]> = []
        let isRunningAtOnce = false
        for (const [index, { type, by }] of steps.entries()) {
          const commit = gate.watermark + by
          if (type === "open") gate.open(commit)
          else {
            entered.push([commit, index])
            isRunningAtOnce = commit <= gate.watermark
            gate.afterDurable(commit, () => {
              assert.isAtMost(commit, gate.watermark)
              passed.push([commit, index])
            })
            if (isRunningAtOnce) assert.deepStrictEqual(passed.at(-1), [commit, index])
          }
          assert.lengthOf(passed, entered.filter(([commit]) => commit <= gate.watermark).length)
        }
        gate.open(Number.MAX_SAFE_INTEGER)
        assert.sameDeepMembers(passed, entered)
      }),
      { numRuns: 500 }
    )
  })

  it("keeps the order of commits, and that of arrival within one", () => {
    const gate = makeGate()
    const passed: Array<string> = []
    for (const [commit, name] of [
      [3, "c"],
      [1, "a1"],
      [2, "b"],
      [1, "a2"]
    ] as const) {
      gate.afterDurable(commit, () => passed.push(name))
    }
    gate.open(2)
    assert.deepStrictEqual(passed, ["a1", "a2", "b"])
    gate.open(3)
    assert.deepStrictEqual(passed, ["a1", "a2", "b", "c"])
  })

  it("an action that is added by an action waits for its turn", () => {
    const gate = makeGate()
    const passed: Array<string> = []
    gate.afterDurable(1, () => {
      passed.push("first")
      gate.afterDurable(2, () => passed.push("third"))
    })
    gate.afterDurable(2, () => passed.push("second"))
    gate.open(2)
    assert.deepStrictEqual(passed, ["first", "second", "third"])
  })

  it.effect("a fiber that an action wakes waits behind the actions of the commits that it waits for", () =>
    Effect.gen(function* () {
      const gate = makeGate()
      const passed: Array<string> = []
      const wakes = Effect.andThen(gate.whenDurable(1), gate.whenDurable(3))
      const fiber = yield* Effect.forkChild(
        Effect.andThen(
          wakes,
          Effect.sync(() => passed.push("woken"))
        ),
        { startImmediately: true }
      )
      for (const commit of [2, 3]) gate.afterDurable(commit, () => passed.push(`${commit}`))
      gate.open(3)
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(passed, ["2", "3", "woken"])
    })
  )

  it.effect("a fiber that stops waiting leaves nothing behind", () =>
    Effect.gen(function* () {
      const gate = makeGate()
      const fiber = yield* Effect.forkChild(gate.whenDurable(1), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      gate.open(1)
      yield* gate.whenDurable(1)
    })
  )

  it.effect("after a failure it refuses what is not durable, and lets pass what is", () =>
    Effect.gen(function* () {
      const gate = makeGate(5)
      let isPassed = false
      const waiter = yield* Effect.forkChild(Effect.flip(gate.whenDurable(6)), { startImmediately: true })
      gate.afterDurable(6, () => assert.fail("passed a failed commit"))
      gate.close(error)
      assert.strictEqual(yield* Fiber.join(waiter), error)
      gate.afterDurable(7, () => assert.fail("passed a failed commit"))
      gate.afterDurable(5, () => {
        isPassed = true
      })
      yield* gate.whenDurable(5)
      assert.isTrue(isPassed)
      assert.throws(() => gate.open(6), /after a failure/)
    })
  )
})
