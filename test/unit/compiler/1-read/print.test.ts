import { expect, test } from "vitest"
import type { Datum } from "../../../../compiler/1-read/datum.ts"
import { print, printReal, printText } from "../../../../compiler/1-read/print.ts"

const span = { start: 0, end: 0 }

test("a real never looks like an int", () => {
  expect([2, -0, 1e21, 1e-7, 0.1, Infinity, -Infinity, NaN].map(printReal)).toEqual([
    "2.0",
    "-0.0",
    "1e+21",
    "1e-7",
    "0.1",
    "+inf",
    "-inf",
    "nan"
  ])
})

test("in a text only what would not show is escaped", () => {
  expect(printText('é 😀 "\\\n\0\u001b\u202e\ud800')).toBe('"é 😀 \\"\\\\\\n\\0\\u{1b}\\u{202e}\\u{d800}"')
})

test("lists keep their brackets and prefixes stand at their item", () => {
  const x: Datum = { kind: "symbol", name: "x", span }
  const list = (bracket: "(" | "[" | "{", items: ReadonlyArray<Datum>): Datum => ({
    kind: "list",
    bracket,
    items,
    span
  })
  const quoted: Datum = { kind: "quote", item: list("[", [x, list("{", [])]), span }
  expect(print(list("(", [x, quoted, { kind: "error", item: x, span }]))).toBe("(x '[x {}] @x)")
})

test("depth is no problem", () => {
  let datum: Datum = { kind: "int", value: 1, span }
  for (let i = 0; i < 100_000; i++) datum = { kind: "list", bracket: "(", items: [datum], span }
  expect(print(datum)).toHaveLength(200_001)
})
