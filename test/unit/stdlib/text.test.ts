import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ErrorValue, List, Real, type Value } from "../../../runtime/value/value.ts"
import { anyInt, anyText, call, denseText, itemsOf, numRuns, paren } from "./support.ts"

const check = <A extends [unknown, ...Array<unknown>]>(
  arbitraries: { readonly [I in keyof A]: fc.Arbitrary<A[I]> },
  holds: (...values: A) => void
): void =>
  fc.assert(
    fc.property(fc.tuple(...(arbitraries as Array<fc.Arbitrary<unknown>>)), (values) => holds(...(values as A))),
    { numRuns }
  )

const small = fc.nat({ max: 15 })
const part = denseText.filter((text) => text !== "")

describe("core/str", () => {
  test("len, chars and reverse see code points", () => {
    check([anyText], (text) => {
      expect(call("core/str/len", text)).toBe([...text].length)
      expect(itemsOf(call("core/str/chars", text))).toEqual([...text])
      expect(call("core/str/reverse", text)).toBe([...text].reverse().join(""))
    })
  })

  test("reversing keeps a lone surrogate", () => {
    expect(call("core/str/reverse", "a\ud800b😀")).toBe("😀b\ud800a")
  })

  test("slice takes code points as an array is sliced", () => {
    check([anyText, anyInt, fc.option(anyInt)], (text, start, end) => {
      const model = [...text].slice(start, end ?? undefined).join("")
      expect(end === null ? call("core/str/slice", text, start) : call("core/str/slice", text, start, end)).toBe(model)
    })
    expect(call("core/str/slice", "abc", -(2n ** 70n), 2n ** 70n)).toBe("abc")
  })

  test("join undoes split", () => {
    check([denseText, part], (text, separator) => {
      const parts = call("core/str/split", text, separator)
      expect(itemsOf(parts)).toEqual(text.split(separator))
      expect(call("core/str/join", parts, separator)).toBe(text)
    })
  })

  test("replace puts any text in the place of each occurrence", () => {
    check([denseText, part, fc.constantFrom("", "x", "$&", "$1a", "longer than before")], (text, old, by) => {
      expect(call("core/str/replace", text, old, by)).toBe(text.split(old).join(by))
    })
  })

  test("index-of, contains, starts-with and ends-with agree with a walk over code points", () => {
    check([denseText, denseText, small], (text, wanted, start) => {
      const points = [...text]
      const places = Array.from({ length: points.length + 1 }, (_, i) => i).filter((i) =>
        points.slice(i).join("").startsWith(wanted)
      )
      const found = places.find((i) => i >= start)
      const index = call("core/str/index-of", text, wanted, start)
      if (found === undefined) expect(index).toEqual(new ErrorValue("not found"))
      else expect(index).toBe(found)
      expect(call("core/str/contains", text, wanted)).toBe(places.length > 0)
      expect(call("core/str/starts-with", text, wanted)).toBe(places.includes(0))
      expect(call("core/str/ends-with", text, wanted)).toBe(text.endsWith(wanted))
    })
  })

  test("padding reaches the width with the fill and leaves longer texts alone", () => {
    check([denseText, small, fc.option(part, { nil: undefined })], (text, width, fill) => {
      const missing = Math.max(0, width - [...text].length)
      const padding = Array.from({ length: missing }, (_, i) =>
        [...(fill ?? " ")].at(i % [...(fill ?? " ")].length)
      ).join("")
      const args: Array<Value> = fill === undefined ? [text, width] : [text, width, fill]
      expect(call("core/str/pad-left", ...args)).toBe(padding + text)
      expect(call("core/str/pad-right", ...args)).toBe(text + padding)
    })
  })

  test("repeat is the text so many times", () => {
    check([denseText, small], (text, times) => {
      expect(call("core/str/repeat", text, times)).toBe(Array.from({ length: times }, () => text).join(""))
    })
    expect(call("core/str/repeat", "", Number.MAX_SAFE_INTEGER)).toBe("")
  })

  test("lines end with a line feed, with or without a carriage return before it", () => {
    const lines = (text: string) => itemsOf(call("core/str/lines", text))
    expect(lines("")).toEqual([])
    expect(lines("\n")).toEqual([""])
    expect(lines("a\r\nb\n\nc")).toEqual(["a", "b", "", "c"])
    expect(lines("a\rb\r")).toEqual(["a\rb\r"])
  })

  test("an int survives str and parse-int", () => {
    check([fc.bigInt()], (amount) => {
      const parsed = call("core/str/parse-int", String(amount))
      expect(BigInt(parsed as number | bigint)).toBe(amount)
      expect(typeof parsed).toBe(Number.isSafeInteger(Number(amount)) ? "number" : "bigint")
    })
    expect(call("core/str/parse-int", "+007")).toBe(7)
    expect(Object.is(call("core/str/parse-int", "-0"), 0)).toBe(true)
  })

  test("what is not an int is an error value", () => {
    for (const text of ["", "-", "+", " 1", "1 ", "1.0", "0x10", "1e3", "١", "1\n"]) {
      expect(call("core/str/parse-int", text), text).toEqual(new ErrorValue("not an int"))
    }
    expect(call("core/str/parse-int", "9".repeat(400_000))).toEqual(new ErrorValue("int too long"))
  })

  test("a real survives printing and parse-real", () => {
    check([fc.double()], (amount) => {
      const parsed = call("core/str/parse-real", call("core/str/str", new Real(amount)) as string)
      expect(parsed).toBeInstanceOf(Real)
      expect((parsed as Real).value === amount || (Number.isNaN(amount) && Number.isNaN((parsed as Real).value))).toBe(
        true
      )
    })
    expect(call("core/str/parse-real", "1.")).toEqual(new Real(1))
    expect(call("core/str/parse-real", ".5e+1")).toEqual(new Real(5))
  })

  test("what is not a real is an error value, found in linear time", () => {
    for (const text of ["", ".", "-.", "e5", ".e5", "1e", "1.2.3", "inf", "Infinity", "1 ", "0x1"]) {
      expect(call("core/str/parse-real", text), text).toEqual(new ErrorValue("not a real"))
    }
    expect(call("core/str/parse-real", `${"1".repeat(1_000_000)}x`)).toEqual(new ErrorValue("not a real"))
    expect(call("core/str/parse-real", "1e999")).toEqual(new ErrorValue("real out of range"))
  })

  test("str and join show texts raw and containers as they print", () => {
    expect(call("core/str/str")).toBe("")
    expect(call("core/str/str", "a", 1, new Real(2), null, true, paren("b"))).toBe('a12.0nonetrue("b")')
    expect(call("core/str/join", new List("[", ["a", 1, paren("b")]), "-")).toBe('a-1-("b")')
    expect(call("core/str/join", paren())).toBe("")
  })
})
