/** Inputs that once made the compiler fail, as the fuzzers found them. */
import { assert, describe, it } from "vitest"
import { compile } from "../../compiler/compile.ts"
import { mistakesInCode } from "../support/emitted-code.ts"

const compiled = (text: string) => compile({ name: "test.sxs", text })
const codesOf = (text: string): ReadonlyArray<string> => compiled(text).diagnostics.map(({ code }) => code)

describe("the compiler", () => {
  it("reports a spawn of nothing", () => {
    assert.deepStrictEqual(codesOf("(core/task/spawn)"), ["SXS2006"])
    assert.deepStrictEqual(codesOf("(core/task/spawn"), ["SXS1011"])
  })

  it("declares what stands behind a loop that always returns", () => {
    const { bundle } = compiled("(defn f () (while (= (do [(return 1) (done)]) 7) (log 1)))\n(f)")
    assert.deepStrictEqual(mistakesInCode(bundle!.code), [])
  })
})
