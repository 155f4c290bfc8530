import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import {
  type Answer,
  type Call,
  carryOut,
  changesMax,
  findImpossible,
  type Held,
  isLinearizable,
  type Operation
} from "../../support/linearizability.ts"
import { type Random, seeded } from "../../support/random.ts"

/** `[called, returned]`; without the second it was never answered. */
const operation = (call: Call, times: readonly [number, number?], answer?: Answer): Operation => ({
  client: "c",
  key: "k",
  call,
  calledAt: times[0],
  returned: times[1] === undefined ? undefined : { at: times[1], answer }
})

const set = (value: number): Call => ({ kind: "set", value })
const incr: Call = { kind: "incr", by: 1 }
const get: Call = { kind: "get" }

describe("a history that cannot be", () => {
  const planted: Readonly<Record<string, ReadonlyArray<Operation>>> = {
    "a stale read": [operation(set(1), [0, 1], true), operation(set(2), [2, 3], true), operation(get, [4, 5], 1)],
    "a read that goes back": [
      operation(set(1), [0, 1], true),
      operation(set(2), [2, 9], true),
      operation(get, [3, 4], 2),
      operation(get, [5, 6], 1)
    ],
    "a lost update": [
      operation(incr, [0, 5], 1),
      operation(incr, [0, 5], 2),
      operation({ kind: "cas", old: 2, value: 7 }, [6, 7], true),
      operation(get, [8, 9], 2)
    ],
    "two increments with one sum": [operation(incr, [0, 5], 1), operation(incr, [1, 4], 1)],
    "an increment that counts twice": [operation(incr, [0, 1], 1), operation(get, [2, 3], 2)],
    "an increment without an answer that counts twice": [operation(incr, [0]), operation(get, [2, 3], 2)],
    "something lost that was acknowledged": [operation(set(1), [0, 1], true), operation(get, [2, 3], undefined)],
    "two who have won": [
      operation({ kind: "snx", value: 1 }, [0, 5], true),
      operation({ kind: "snx", value: 2 }, [1, 4], true)
    ],
    "a value out of nothing": [operation(get, [0, 1], 5)],
    "something seen before it was asked for": [operation(get, [0, 1], 1), operation(set(1), [2, 3], true)],
    "something without an answer, seen and then undone": [
      operation(set(1), [0]),
      operation(get, [2, 3], 1),
      operation(get, [4, 5], undefined)
    ]
  }
  for (const [name, history] of Object.entries(planted)) {
    it(`is found: ${name}`, () => assert.deepStrictEqual(findImpossible(history), history))
  }
})

describe("a history that can be", () => {
  it("may have anything in it that overlaps", () => {
    const history = [
      operation(set(1), [0, 9], true),
      operation(set(2), [0, 9], true),
      operation(get, [1, 2], 2),
      operation(get, [3, 4], 1)
    ]
    assert.isUndefined(findImpossible(history))
  })

  it("may have operations without an answer that happened, late, or never", () => {
    assert.isUndefined(findImpossible([operation(set(1), [0]), operation(get, [1, 2], undefined)]))
    assert.isUndefined(
      findImpossible([operation(set(1), [0]), operation(get, [1, 2], undefined), operation(get, [3, 4], 1)])
    )
  })
})

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.constant(get),
  fc.record({ kind: fc.constant("set" as const), value: fc.integer({ min: 0, max: 2 }) }),
  fc.constant<Call>({ kind: "del" }),
  fc.constant(incr),
  fc.record({ kind: fc.constant("snx" as const), value: fc.integer({ min: 0, max: 2 }) }),
  fc.record({
    kind: fc.constant("cas" as const),
    old: fc.integer({ min: 0, max: 2 }),
    value: fc.integer({ min: 0, max: 2 })
  })
)

describe("the checker", () => {
  it("takes what really happened one after the other, seen by clients that overlap", () => {
    const seen = fc.array(fc.record({ call, before: fc.nat(8), after: fc.nat(8), isAnswered: fc.boolean() }), {
      maxLength: 60
    })
    fc.assert(
      fc.property(seen, (steps) => {
        let held: Held
        const history = steps.map((step, moment) => {
          const done = carryOut(held, step.call)
          held = done.held
          const at = moment + step.after + 0.5
          const returned = step.isAnswered || step.call.kind === "get" ? { at, answer: done.answer } : undefined
          return { client: "c", key: "k", call: step.call, calledAt: moment - step.before - 0.5, returned }
        })
        assert.isTrue(isLinearizable(history))
      }),
      { numRuns: 500, verbose: 1 }
    )
  })

  it("says of small histories what trying all orders says", () => {
    const answer = fc.oneof(fc.boolean(), fc.integer({ min: 0, max: 3 }), fc.constant(undefined))
    const any = fc.record({ call, from: fc.nat(6), length: fc.nat(6), answer, isAnswered: fc.boolean() })
    let impossible = 0
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 5 }), (steps) => {
        const history = steps.map((step) =>
          operation(step.call, step.isAnswered ? [step.from, step.from + step.length + 0.5] : [step.from], step.answer)
        )
        const expected = canBe(history, undefined)
        if (!expected) impossible++
        assert.strictEqual(isLinearizable(history), expected)
      }),
      { numRuns: 3000, verbose: 1 }
    )
    assert.isAbove(impossible, 300, "both kinds must come up")
  })
})

/** What really happened, without a hint when. */
const allAtOnce = (random: Random): ReadonlyArray<Operation> => {
  let held: Held
  return Array.from({ length: 5 * changesMax }, (_, index) => {
    const [value, turn] = [1000 * index, Math.floor(index / 5)]
    const kinds: ReadonlyArray<Call> = [
      set(value),
      { kind: "cas", old: held ?? 0, value },
      incr,
      { kind: "del" },
      { kind: "snx", value }
    ]
    const each = index % 5 > 0 ? get : kinds[Math.floor(random.below(kinds.length))]!
    const done = carryOut(held, each)
    held = done.held
    return operation(each, each === get || turn % 3 > 0 ? [0, 1] : [0], done.answer)
  })
}

describe("so many changes at once, and any number of reads", () => {
  for (const random of [1, 2, 3, 4].map(seeded)) {
    const history = allAtOnce(random)
    it("are decided when they can be", () => assert.isTrue(isLinearizable(history)))
    it("are decided when they cannot be", () =>
      assert.isFalse(isLinearizable([...history, operation(get, [0, 1], -7)])))
  }
})

/** Straight from the definition: one of those goes first that nobody else has returned before. */
const canBe = (left: ReadonlyArray<Operation>, held: Held): boolean => {
  if (left.every(({ returned }) => returned === undefined)) return true
  return left.some((first) => {
    const others = left.filter((other) => other !== first)
    if (others.some(({ returned }) => returned !== undefined && returned.at < first.calledAt)) return false
    const next = carryOut(held, first.call)
    if (first.returned !== undefined && first.returned.answer !== next.answer) return false
    return canBe(others, next.held)
  })
}
