import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Fault } from "../../../runtime/errors.ts"
import { print } from "../../../runtime/value/print.ts"
import { ErrorValue, type SxsMap, type Value } from "../../../runtime/value/value.ts"
import { anyText, call, denseText, itemsOf, numRuns } from "./support.ts"

const field = (match: Value, name: string): Value => (match as SxsMap).entries.get(name)!

const matchFunctions = ["test", "match", "match-all", "replace-match", "split-match"] as const
const callMatch = (name: (typeof matchFunctions)[number], text: string, pattern: string, flags?: string): Value => {
  const by = name === "replace-match" ? ["<$&>"] : []
  return call(`core/str/${name}`, text, pattern, ...by, ...(flags === undefined ? [] : [flags]))
}

describe("patterns", () => {
  const matched: ReadonlyArray<readonly [text: string, pattern: string, flags: string, printed: string]> = [
    ["xay", "a", "", '(map "text" "a" "start" 1 "end" 2 "groups" () "names" (map))'],
    [
      "😀é!",
      "(?<word>\\p{L})(\\d)?",
      "",
      '(map "text" "é" "start" 1 "end" 2 "groups" ("é" none) "names" (map "word" "é"))'
    ],
    ["A", "a", "i", '(map "text" "A" "start" 0 "end" 1 "groups" () "names" (map))'],
    ["x\ny", "^y$", "m", '(map "text" "y" "start" 2 "end" 3 "groups" () "names" (map))'],
    ["x\ny", "x.y", "s", '(map "text" "x\\ny" "start" 0 "end" 3 "groups" () "names" (map))'],
    [
      "b",
      "(?<__proto__>b)(?<constructor>z)?",
      "",
      '(map "text" "b" "start" 0 "end" 1 "groups" ("b" none) "names" (map "__proto__" "b" "constructor" none))'
    ],
    ["", "", "", '(map "text" "" "start" 0 "end" 0 "groups" () "names" (map))']
  ]
  test.for(matched)("%j has a match of /%s/%s", ([text, pattern, flags, printed]) => {
    expect(print(call("core/str/match", text, pattern, flags))).toBe(printed)
  })

  test("without a match there is an error value, and nothing to replace or split at", () => {
    expect(call("core/str/match", "abc", "\\d")).toEqual(new ErrorValue("no match"))
    expect(call("core/str/test", "abc", "\\d")).toBe(false)
    expect(itemsOf(call("core/str/match-all", "abc", "\\d"))).toEqual([])
    expect(call("core/str/replace-match", "abc", "\\d", "x")).toBe("abc")
    expect(itemsOf(call("core/str/split-match", "abc", "\\d"))).toEqual(["abc"])
  })

  test("a call does not see where the one before has stopped", () => {
    for (let turn = 0; turn < 3; turn++) {
      expect(call("core/str/test", "aa", "a")).toBe(true)
      expect(field(call("core/str/match", "aa", "a"), "start")).toBe(0)
    }
  })

  test("they agree with those of JavaScript", () => {
    const pattern = fc.constantFrom("a", "b+", "(a)(b)?", "", "^a", "é|😀", "[^a]", "(?=b)", "a*?", ".b")
    fc.assert(
      fc.property(denseText, pattern, (text, source) => {
        const model = [...text.matchAll(new RegExp(source, "gu"))]
        const found = itemsOf(call("core/str/match-all", text, source))
        expect(found.map((match) => field(match, "text"))).toEqual(model.map((match) => match[0]))
        expect(found.map((match) => field(match, "start"))).toEqual(
          model.map(({ index }) => [...text.slice(0, index)].length)
        )
        expect(found.map((match) => itemsOf(field(match, "groups")))).toEqual(
          model.map((match) => match.slice(1).map((group) => group ?? null))
        )
        expect(call("core/str/test", text, source)).toBe(model.length > 0)
        expect(call("core/str/replace-match", text, source, "[$&]$$")).toBe(
          text.replace(new RegExp(source, "gu"), "[$&]$$")
        )
        const parts = itemsOf(call("core/str/split-match", text, source))
        const separators = model.map((match) => match[0]).filter((separator) => separator !== "")
        expect(parts.map((part, index) => String(part) + (separators[index] ?? "")).join("")).toBe(text)
      }),
      { numRuns }
    )
  })

  test("a replacement names groups by number and name", () => {
    const date = "(?<year>\\d+)-(?<month>\\d+)(x)?"
    const replaced = (by: string) => call("core/str/replace-match", "on 2026-11.", date, by)
    expect(replaced("$2/$<year>$3")).toBe("on 11/2026.")
    expect(replaced("$0 $& $$1 $")).toBe("on 2026-11 2026-11 $1 $.")
    for (const by of ["$4", "$99", "$<day>", "$<toString>"]) {
      expect(() => replaced(by)).toThrow(`the pattern has no group for \`${by}\``)
    }
  })

  test("whatever the text and the pattern, there is a value or a fault", () => {
    const source = fc.oneof(
      anyText,
      fc.string({ unit: fc.constantFrom(..."ab()[]{}|?*+.^$\\-<>=!:,01dpLu😀"), maxLength: 12 })
    )
    fc.assert(
      fc.property(denseText, source, fc.constantFrom(undefined, "", "ims", "x", "ii"), (text, pattern, flags) => {
        for (const name of matchFunctions) {
          try {
            callMatch(name, text, pattern, flags)
          } catch (cause) {
            expect(cause).toBeInstanceOf(Fault)
          }
        }
      }),
      { numRuns: numRuns * 3 }
    )
  })

  const invalid: ReadonlyArray<readonly [pattern: string, why: string]> = [
    ["(", "this is no regular expression: Unterminated group"],
    ["a{2,1}", "this is no regular expression: numbers out of order in {} quantifier"],
    ["\\", "this is no regular expression: \\ at end of pattern"],
    ["\\-", "this is no regular expression: Invalid escape"],
    ["x".repeat(4097), "the pattern would have 4097 characters, and at most 4096 are allowed"]
  ]
  test.for(invalid)("%s is refused by all of them", ([pattern, why]) => {
    for (const name of matchFunctions) expect(() => callMatch(name, "x", pattern), name).toThrow(why)
  })

  test("flags are i, m and s, each once", () => {
    for (const flags of ["g", "u", "ii", "imsx", " "]) {
      expect(() => call("core/str/test", "x", "x", flags), flags).toThrow("expected flags out of i, m and s")
    }
    expect(call("core/str/test", "X\n", "^x.$", "smi")).toBe(true)
  })

  test("texts and results are bounded", () => {
    const long = "a".repeat(2 ** 20 + 1)
    for (const name of matchFunctions) {
      expect(() => callMatch(name, long, "a"), name).toThrow("at most 1048576 are allowed")
    }
    expect(() => call("core/str/match-all", long.slice(0, 2 ** 16 + 1), "a")).toThrow("at most 65536 are allowed")
    const by = "x".repeat(1000)
    expect(() => call("core/str/replace-match", long.slice(0, 2 ** 15), "a", by)).toThrow(
      "at most 16777216 are allowed"
    )
  })

  test("a search that would take for ever is stopped, and the next one works", () => {
    const text = `${"a".repeat(40)}!`
    expect(() => call("core/str/test", text, "^(a|aa)+$")).toThrow("the search took longer than 500 ms")
    expect(call("core/str/test", "aaa", "^(a|aa)+$")).toBe(true)
    expect(call("core/str/test", text, "^a+!$")).toBe(true)
  })
})
