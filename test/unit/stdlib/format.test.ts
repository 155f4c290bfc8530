import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { display } from "../../../runtime/value/print.ts"
import { normalise, Real, SxsMap, type Value } from "../../../runtime/value/value.ts"
import { anyText, anyValue, call, numRuns, paren } from "./support.ts"

const real = (value: number): Real => new Real(value)

describe("core/str/format", () => {
  const shown: ReadonlyArray<readonly [format: string, values: ReadonlyArray<Value>, text: string]> = [
    ["", [], ""],
    ["{{}}", [], "{}"],
    ["{} and {}", [1, "two"], "1 and two"],
    ["{1}{0}{1}", ["a", "b"], "bab"],
    ["{{{}}}", [paren("x")], '{("x")}'],
    ["{:5}|{:5}|", [42, "ab"], "   42|ab   |"],
    ["{:<5}|{:>5}|{:^5}|", [42, "ab", "abc"], "42   |   ab| abc |"],
    ["{:*^6}", ["abc"], "*abc**"],
    ["{:😀>3}", ["é"], "😀😀é"],
    ["{:>>3}", ["a"], ">>a"],
    ["{:+} {:+} {:+}", [1, -1, real(0)], "+1 -1 +0.0"],
    ["{:06}|{:+06}|{:06.1}", [42, 42, real(-1.25)], "000042|+00042|-001.3"],
    ["{:<06}|", [42], "42    |"],
    ["{:,} {:,} {:,}", [123, -1234, 10n ** 15n], "123 -1,234 1,000,000,000,000,000"],
    ["{:+,.2}", [real(1234567.891)], "+1,234,567.89"],
    ["{:.2} {:.0} {:.0}", [3, real(2.5), real(-2.5)], "3.00 3 -3"],
    ["{:.3}", [real(1e22)], "10000000000000000000000.000"],
    ["{:.0}", [real(1e22)], "10000000000000000000000"],
    ["{:.2} {:.2} {:+}", [real(Number.NaN), real(-Infinity), real(Infinity)], "nan -inf +inf"],
    ["{:x} {:X} {:b} {:o}", [255, -255, 5, 8], "ff -FF 101 10"],
    ["{:08b}", [5], "00000101"],
    ["{:x}", [2n ** 64n], "10000000000000000"],
    ["{:.2}|{:5.1}|", ["a😀b", "xyz"], "a😀|x    |"],
    ["{:6}|", [new SxsMap(new Map())], "(map) |"],
    ["{:.1}", [true], "t"]
  ]
  test.for(shown)("case %#: %s is shown", ([format, values, text]) => {
    expect(call("core/str/format", format, ...values)).toBe(text)
  })

  const refused: ReadonlyArray<readonly [format: string, values: ReadonlyArray<Value>, why: string]> = [
    ["{", [1], "a single `{`; as a character it is written `{{`"],
    ["a}", [], "a single `}`; as a character it is written `}}`"],
    ["{} {}", [1], "`{}` asks for value 1, and there are 1"],
    ["{5}", [1], "`{5}` asks for value 5, and there are 1"],
    ["{}", [1, 2], "value 1, the int 2, has no placeholder"],
    ["{name}", [1], "`{name}` is no placeholder"],
    ["{:y}", [1], "`{:y}` is no placeholder"],
    ["{:.101}", [1], "`{:.101}` has more than 100 places"],
    ["{:.2x}", [1], "`{:.2x}` has places or groups together with a radix"],
    ["{:,x}", [1], "`{:,x}` has places or groups together with a radix"],
    ["{:x}", [real(1)], "`{:x}` takes an int, got the real 1.0"],
    ["{:+}", ["a"], '`{:+}` takes a number, got the text "a"'],
    ["{:05}", [null], "`{:05}` takes a number, got none"],
    ["{:99999999}", [1], "at most 16777216 are allowed"],
    ["{:099999999}", [1], "at most 16777216 are allowed"],
    ["{0}{0}{0}", ["x".repeat(2 ** 23)], "at most 16777216 are allowed"]
  ]
  test.for(refused)("case %#: %s is refused", ([format, values, why]) => {
    expect(() => call("core/str/format", format, ...values)).toThrow(why)
  })

  test("a value without a spec is shown as str does, braces in texts stay", () => {
    fc.assert(
      fc.property(anyText, anyValue, (text, value) => {
        const escaped = text.replace(/[{}]/g, (brace) => brace + brace)
        expect(call("core/str/format", `${escaped}{}`, value)).toBe(text + display(value))
      }),
      { numRuns }
    )
  })

  test("groups and zeros leave the amount", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat({ max: 30 }), (amount, width) => {
        const n = normalise(amount)
        expect(BigInt((call("core/str/format", "{:,}", n) as string).replaceAll(",", ""))).toBe(amount)
        const padded = call("core/str/format", `{:0${width}}`, n) as string
        expect(BigInt(padded)).toBe(amount)
        expect(padded.length).toBe(Math.max(width, String(amount).length))
      }),
      { numRuns }
    )
  })
})
