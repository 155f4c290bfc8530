import { GenMapping, maybeAddSegment, toEncodedMap } from "@jridgewell/gen-mapping"
import { type EncodedSourceMap, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping"
import { assert, describe, it } from "vitest"
import { inParentheses } from "../../../scripts/eager.ts"

const code = `const a = "…", one = (x) => x, two = function* () { yield () => one }
class C { m() { return () => 1 } get g() { return 2 } }
const o = { m() {}, f: function () {}, get g() { return 3 } }
`

/** A map on which each word stands where it is. */
const mapOf = () => {
  const map = new GenMapping({ file: "code.js" })
  for (const [line, text] of code.split("\n").entries())
    for (const { index } of text.matchAll(/\w+/g)) maybeAddSegment(map, line, index, "code.ts", line, index)
  return JSON.parse(JSON.stringify(toEncodedMap(map))) as EncodedSourceMap
}

const rangeOf = (text: string): string => `${code.indexOf(text)}:${code.indexOf(text) + text.length}`

describe("functions that are compiled with their file", () => {
  const called = ["(x) => x", "function* () { yield () => one }", "() => 1", "function () {}", "m() {}", "() {}"].map(
    rangeOf
  )
  const packed = inParentheses({ code, map: mapOf() }, new Set(called))

  it("stand in parentheses, when they are expressions that were called", () => {
    assert.strictEqual(
      packed.code,
      `const a = "…", one = ((x) => x), two = (function* () { yield () => one })
class C { m() { return (() => 1) } get g() { return 2 } }
const o = { m() {}, f: (function () {}), get g() { return 3 } }
`
    )
  })

  it("leave each word where the map says", () => {
    const map = new TraceMap(packed.map)
    const before = code.split("\n")
    for (const [index, text] of packed.code.split("\n").entries()) {
      for (const found of text.matchAll(/\w+/g)) {
        const { column, line } = originalPositionFor(map, { line: index + 1, column: found.index })
        assert.strictEqual(before[line! - 1]!.slice(column!, column! + found[0].length), found[0])
      }
    }
  })
})
