import { expect, test } from "vitest"
import type { Diagnostic } from "../../../compiler/diagnostic.ts"
import { renderDiagnostic, renderDiagnostics } from "../../../compiler/render.ts"

const at = (start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "SXS1009",
  severity: "error",
  span: { start, end },
  message: "it is wrong",
  ...more
})

const plain = { colour: false }
const linesOf = (text: string, diagnostic: Diagnostic): ReadonlyArray<string> =>
  renderDiagnostic(diagnostic, { name: "a.sxs", text }, plain).split("\n")

test("message, place, source line, related places and hint come in this order", () => {
  const related = [{ span: { start: 0, end: 1 }, message: "opened here" }]
  expect(linesOf("(a\n  bc]", at(7, 8, { hint: "do that", related }))).toEqual([
    "error SXS1009: it is wrong",
    " --> a.sxs:2:5",
    "2 |   bc]",
    "  |     ^",
    "1 | (a",
    "  | ^ opened here",
    "help: do that",
    ""
  ])
})

test("a span over several lines is marked to the end of its first", () => {
  expect(linesOf("(ab\ncd)", at(1, 6)).slice(2, 4)).toEqual(["1 | (ab", "  |  ^^"])
})

test("a place at the end of the text has its mark too", () => {
  expect(linesOf("ab", at(2, 2)).slice(2, 4)).toEqual(["1 | ab", "  |   ^"])
  expect(linesOf("ab\n", at(3, 3)).slice(1, 4)).toEqual([" --> a.sxs:2:1", "2 |", "  | ^"])
})

test("tabs, wide and combining characters move the mark as they move the text", () => {
  expect(linesOf("a\tx", at(2, 3)).slice(2, 4)).toEqual(["1 | a   x", "  |     ^"])
  expect(linesOf("名前x", at(2, 3)).slice(2, 4)).toEqual(["1 | 名前x", "  |     ^"])
  expect(linesOf("e\u0301x", at(2, 3)).slice(2, 4)).toEqual(["1 | e\u0301x", "  |  ^"])
  expect(linesOf("😀x", at(0, 2)).slice(2, 4)).toEqual(["1 | 😀x", "  | ^^"])
})

test("what could control a terminal is shown as an escape, in source, message, hint and file name", () => {
  const bad = "\u001b[31m\u202e\ud800\r"
  const source = { name: bad, text: `${bad} x\r` }
  const shown = renderDiagnostic(
    at(0, 1, { message: bad, hint: bad, related: [{ span: { start: 1, end: 2 }, message: bad }] }),
    source,
    plain
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|\p{Surrogate}/u)
  expect(shown).toContain("1 | \\u{1b}[31m\\u{202e}\\u{d800}\\u{d} x\n  | ^^^^^^\n")
})

test("a long line is cut to a window around the span, never inside a character", () => {
  const text = `${"😀".repeat(5000)}x${"😀".repeat(5000)}`
  const [, place, code, marks] = linesOf(text, at(10_000, 10_001))
  expect(place).toBe(" --> a.sxs:1:10001")
  expect(code).toMatch(/^1 \| …(😀)+x(😀)+…$/u)
  expect(code!.length).toBeLessThan(120)
  // One column for the ellipsis and two for each of the twenty before it.
  expect(marks).toBe(`  | ${" ".repeat(41)}^`)
})

test("a line that fits is shown from its start", () => {
  const text = `${"a".repeat(98)} b`
  expect(linesOf(text, at(99, 100)).slice(2, 4)).toEqual([`1 | ${text}`, `  | ${" ".repeat(99)}^`])
})

test("colours are added only when asked for, and change nothing else", () => {
  const source = { name: "a.sxs", text: "(a ]" }
  const diagnostics = [at(3, 4, { hint: "do that" }), at(0, 1, { severity: "warning" })]
  const coloured = renderDiagnostics(diagnostics, source, { colour: true })
  expect(coloured).toContain("\u001b[1;31merror SXS1009\u001b[0m")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
  expect(coloured.replace(/\u001b\[[\d;]+m/g, "")).toBe(renderDiagnostics(diagnostics, source, plain))
})

test("diagnostics stand apart by one blank line, and none are nothing", () => {
  const source = { name: "a.sxs", text: "a" }
  expect(renderDiagnostics([at(0, 1), at(0, 1)], source, plain)).toContain("\n\nerror")
  expect(renderDiagnostics([], source, plain)).toBe("")
})
