import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { literalOf, literalUnitsMax } from "../../../../cli/repl/literal.ts"
import { equal } from "../../../../runtime/value/equal.ts"
import { Closure, ErrorValue, List, type Value } from "../../../../runtime/value/value.ts"
import { run } from "../../../support/run-task.ts"
import { anyValue } from "../../../support/value-arbitrary.ts"
import { list, map, real } from "../../../support/values.ts"

describe("a value as an expression", () => {
  it.effect("yields the same value where there is one", () =>
    Effect.gen(function* () {
      const values = fc.sample(anyValue, { numRuns: 400, seed: 41 })
      const literals = values.flatMap((value) => {
        const literal = literalOf(value)
        return literal === undefined ? [] : [{ literal, value }]
      })
      assert.isAbove(literals.length, 100)
      const text = `(core/list/list ${literals.map(({ literal }) => literal).join("\n")})`
      const { inspection } = yield* run(text)
      const { result } = inspection
      assert.instanceOf(result, List)
      literals.forEach(({ literal, value }, index) => {
        assert.isTrue(equal((result as List).items[index]!, value), literal)
      })
    }).pipe(Effect.scoped)
  )

  it("has none for functions, for lists with maps in them, and for what is long", () => {
    const without: ReadonlyArray<Value> = [
      new Closure("b", 0, []),
      list(1, map({ a: 1 })),
      new ErrorValue(list(1)),
      "x".repeat(literalUnitsMax)
    ]
    for (const value of without) assert.isUndefined(literalOf(value))
    assert.strictEqual(literalOf(map({ a: list(1, real(2)) })), `(map "a" '(1 2.0))`)
  })
})
