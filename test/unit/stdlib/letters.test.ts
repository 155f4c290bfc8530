import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ErrorValue, type Value } from "../../../runtime/value/value.ts"
import { anyInt, anyText, call, denseText, itemsOf, numRuns } from "./support.ts"

describe("letters, words and code points", () => {
  const table: ReadonlyArray<readonly [name: string, args: ReadonlyArray<Value>, wanted: Value]> = [
    ["capitalize", ["élan vital"], "Élan vital"],
    ["capitalize", ["ßa"], "SSa"],
    ["capitalize", ["😀a"], "😀a"],
    ["capitalize", [""], ""],
    ["title", ["the SECOND law's 2ND part-time o’clock"], "The Second Law's 2nd Part-Time O’clock"],
    ["title", ["ÉCOLE été"], "École Été"],
    ["count", ["aaaa", "aa"], 2],
    ["count", ["", "a"], 0],
    ["last-index-of", ["😀a😀a", "a"], 3],
    ["last-index-of", ["abc", ""], 3],
    ["last-index-of", ["abc", "x"], new ErrorValue("not found")],
    ["trim-start", ["\u00a0\n a "], "a "],
    ["trim-end", [" a\t\u2028"], " a"],
    ["truncate", ["abcdef", 4], "abc…"],
    ["truncate", ["abcd", 4], "abcd"],
    ["truncate", ["😀😀😀", 2, ""], "😀😀"],
    ["truncate", ["abcdef", 2, "..."], ".."],
    ["truncate", ["abc", 0], ""],
    ["is-empty", [" "], false],
    ["compare", ["b", "a"], 1],
    ["compare", ["\uffff", "😀"], -1],
    ["compare", ["a", "a"], 0],
    ["code", ["a😀b", 1], 0x1f600],
    ["code", ["a😀b", 2], 98],
    ["code", ["", 0], new ErrorValue("index out of range")],
    ["code", ["abc", -1], new ErrorValue("index out of range")],
    ["code", ["abc", 2n ** 60n], new ErrorValue("index out of range")],
    ["from-code", [], ""],
    ["from-code", [0x10ffff, 0], "\u{10ffff}\0"],
    ["normalize", ["e\u0301"], "é"],
    ["normalize", ["ﬁ", "NFKC"], "fi"]
  ]
  test.for(table)("case %#: core/str/%s", ([name, args, wanted]) => {
    expect(call(`core/str/${name}`, ...args)).toEqual(wanted)
  })

  test("words are what lies between white space", () => {
    expect(itemsOf(call("core/str/words", " a\u00a0b\r\n\tc  "))).toEqual(["a", "b", "c"])
    expect(itemsOf(call("core/str/words", " \n"))).toEqual([])
  })

  test("code points survive code and from-code", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const codes = [...text].map((_, index) => call("core/str/code", text, index))
        expect(call("core/str/from-code", ...codes)).toBe(text)
      }),
      { numRuns }
    )
  })

  test("a truncated text has at most so many code points, and count counts what split parts", () => {
    fc.assert(
      fc.property(denseText, anyInt.map(Math.abs), denseText, (text, width, part) => {
        const cut = [...(call("core/str/truncate", text, width) as string)]
        expect(cut.length).toBe(Math.min(width, [...text].length))
        if (part !== "") expect(call("core/str/count", text, part)).toBe(text.split(part).length - 1)
      }),
      { numRuns }
    )
  })

  const refused: ReadonlyArray<readonly [name: string, args: ReadonlyArray<Value>, why: string]> = [
    ["count", ["a", ""], "expected a text that is not empty"],
    ["truncate", ["a", -1], "expected a count"],
    ["from-code", [97, 0x110000], "expected ints from 0 to 1114111, got the int 1114112"],
    ["from-code", [-1], "expected ints from 0 to 1114111, got the int -1"],
    ["normalize", ["a", "NFX"], 'expected NFC, NFD, NFKC or NFKD, got the text "NFX"'],
    ["normalize", ["ﷺ".repeat(2 ** 20), "NFKC"], "at most 16777216 are allowed"],
    ["words", ["a ".repeat(2 ** 20 + 1)], "at most 1048576 are allowed"],
    ["title", ["ŉ".repeat(2 ** 24)], "at most 16777216 are allowed"]
  ]
  test.for(refused)("case %#: core/str/%s refuses", ([name, args, why]) => {
    expect(() => call(`core/str/${name}`, ...args)).toThrow(why)
  })
})
