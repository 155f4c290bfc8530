/**
 * Programs from a grammar and changed sources of this repository, through reader, formatter and compiler. `npm run fuzz`
 * tries more of them; what it finds is cured, and its smallest input becomes a case in `test/regression`.
 */
import { describe, expect, test } from "vitest"
import { compile } from "../../compiler/compile.ts"
import { format } from "../../compiler/format/format.ts"
import { mistakesInCode } from "../support/emitted-code.ts"
import { stepsOf } from "../support/steps.ts"
import { campaign, Inputs, shrink } from "./campaign.ts"
import { failureOf } from "./properties.ts"

const inputs = new Inputs()
/** For a machine that is busy with other things (ms). */
const timeout = 120_000

test(
  "no input makes reading, formatting or compiling fail, or compiles to code that is not ours",
  () => {
    expect(campaign({ seed: 1, runs: 400 }, inputs)).toEqual([])
  },
  timeout
)

test("the inputs are of use: some compile, some have mistakes, and no two seeds give the same", () => {
  const texts = Array.from({ length: 100 }, (_, seed) => new TextDecoder().decode(inputs.of(seed)))
  expect(new Set(texts).size).toBeGreaterThan(95)
  expect(new TextDecoder().decode(inputs.of(7))).toBe(texts[7])
  const compiled = texts.filter((text) => compile({ name: "fuzz.sxs", text }).bundle !== undefined)
  expect(compiled.length).toBeGreaterThan(10)
  expect(compiled.length).toBeLessThan(90)
})

test(
  "four times the text takes about four times the steps, whatever it is",
  () => {
    for (const seed of [5000, 5001, 5002, 5003]) {
      const text = `${new TextDecoder().decode(inputs.of(seed))}\n`
      const times = Math.ceil(1500 / text.length)
      const steps = (count: number): number => {
        const source = { name: "fuzz.sxs", text: text.repeat(count) }
        return stepsOf(() => void [compile(source), format(source)])
      }
      steps(times) // Tables that are made once.
      const ratio = steps(4 * times) / steps(times)
      expect(ratio, `seed ${seed}, ${times} and ${4 * times} times:\n${text}`).toBeLessThan(6)
    }
  },
  timeout
)

describe("the fuzzer itself", () => {
  test("shrinks an input to what makes it fail", () => {
    const input = new TextEncoder().encode("(def a 1) (boom) (def b 2)")
    const fails = (bytes: Uint8Array) => new TextDecoder().decode(bytes).includes("boom")
    expect(new TextDecoder().decode(shrink(input, fails))).toBe("boom")
    expect(failureOf(input)).toBeUndefined()
  })

  test.each([
    ["export const a = b", "b is not declared"],
    ["function f(x) { return y => x + y + z }", "z is not declared"],
    ["const a = { b: c }; const c = 1; a.d; for (const e of [1]) e", undefined],
    ["let a = 1 +", "it cannot be parsed"],
    ["// Compiled by sxs 1\nlet a = 1 // user", "there is a comment"],
    ['let a = "// no comment é"', undefined],
    ["let é = 1", "there is a character outside of literals that is not ASCII"],
    ['let a = { "__proto__": 1 }', "a literal sets its prototype"],
    ['let a = { ["__proto__"]: 1 }', undefined],
    ["let a = `x`", "there is a TemplateLiteral"],
    ['export const a = import("x")', "there is a ImportExpression"],
    ["try { f() } catch (error) { error }\nfunction f() {}", undefined],
    ["(function g() { g() }); g()", "g is not declared"],
    ["let a = /x/", "there is a regular expression"]
  ])("sees what is wrong with %s", (code, mistake) => {
    const [first] = mistakesInCode(code)
    if (mistake === undefined) expect(first).toBeUndefined()
    else expect(first).toContain(mistake)
  })
})
