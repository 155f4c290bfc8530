import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Datum } from "../../compiler/1-read/datum.ts"
import { decodeSource } from "../../compiler/1-read/decode.ts"
import { print } from "../../compiler/1-read/print.ts"
import { read } from "../../compiler/1-read/reader.ts"
import { nestingDepthMax } from "../../compiler/1-read/tree.ts"
import { hasErrors } from "../../compiler/diagnostic.ts"
import { format } from "../../compiler/format/format.ts"
import { indentMax } from "../../compiler/format/writer.ts"
import { blocksOf, documents, readDocument } from "../examples/markdown.ts"
import { layoutArbitrary } from "../support/layout-arbitrary.ts"

const { SXS_RUNS } = process.env
/** For a machine that is busy with other things (ms). */
const timeout = 120_000

const root = fileURLToPath(new URL("../..", import.meta.url))

const withoutSpans = (datum: Datum): unknown => {
  if (datum.kind === "list") return { kind: datum.kind, bracket: datum.bracket, items: datum.items.map(withoutSpans) }
  if ("item" in datum) return { kind: datum.kind, item: withoutSpans(datum.item) }
  return { ...datum, span: undefined }
}

const formatted = (text: string): string => {
  const { diagnostics, value } = format({ name: "a.sxs", text })
  expect(diagnostics).toEqual([])
  return value!
}

/** What formatting promises for any text that can be read. */
const expectKept = (text: string): void => {
  const result = formatted(text)
  const before = read({ name: "before", text }).value
  const after = read({ name: "after", text: result }).value
  expect(after.forms.map(withoutSpans)).toStrictEqual(before.forms.map(withoutSpans))
  expect(after.comments.map((comment) => comment.text)).toEqual(
    before.comments.map((comment) => comment.text.trimEnd())
  )
  expect(formatted(result)).toBe(result)
  expect(result).toMatch(result === "" ? /^$/ : /[^\n]\n$/)
}

test(
  "formatting keeps the datums and the comments, and formatting again changes nothing",
  () => {
    // fast-check prints the seed and the path of a failure; give both to `fc.assert` to see it again.
    fc.assert(fc.property(layoutArbitrary, expectKept), { numRuns: Number(SXS_RUNS ?? 1000) })
  },
  timeout
)

test("a line begins with no white space but its indentation, and ends with none, outside of texts", () => {
  const check = (text: string): void => {
    const result = formatted(text.replaceAll('"a\nb"', "a"))
    if (result.includes('"')) return
    for (const line of result.split("\n")) expect(line).not.toMatch(/[ \t\r]$|^\t|^ +$/)
  }
  fc.assert(fc.property(layoutArbitrary, check), { numRuns: 300 })
})

describe("every source of this repository", () => {
  const files = globSync(["examples/**/*.sxs", "test/**/*.sxs"], { cwd: root })
  const sources = files.map((file) => decodeSource(file, readFileSync(`${root}/${file}`)))
  const blocks = documents.flatMap((path) => blocksOf(readDocument(path)).filter(({ language }) => language === "sxs"))
  const texts = [
    ...sources.flatMap(({ diagnostics, value }) => (hasErrors(diagnostics) ? [] : [value.text])),
    ...blocks.map((block) => block.text)
  ]

  test("is kept by formatting, or has a mistake and is left as it is", () => {
    let count = 0
    for (const text of texts) {
      if (hasErrors(read({ name: "a.sxs", text }).diagnostics)) {
        expect(format({ name: "a.sxs", text }).value).toBeUndefined()
      } else {
        expectKept(text)
        count++
      }
    }
    expect(count).toBeGreaterThan(50)
  })

  test("that is an example is in the one format", () => {
    for (const file of files.filter((path) => path.startsWith("examples"))) {
      const text = readFileSync(`${root}/${file}`, "utf8")
      expect(formatted(text), `sxs fmt ${file}`).toBe(text)
    }
  })
})

describe("bounds", () => {
  const nested = (open: string, inside: string): string =>
    open.repeat(nestingDepthMax - 1) + inside + ")".repeat(nestingDepthMax - 1)

  test.each(["(", "(a ", "(if (b) ", "(defn f (a) ", "(map k "])("the deepest nesting of %s is formatted", (open) => {
    expectKept(nested(open, "x"))
    expectKept(nested(open, "\n; comment\n"))
  })

  test("what nests deep does not grow with its depth", () => {
    const text = nested("(a ", "b ".repeat(20_000))
    expect(formatted(text).length).toBeLessThan(text.length + 21_000 * (indentMax + 1))
  })

  test("lists that hold nothing but atoms survive any length", () => {
    const numbers = `'(${Array.from({ length: 5000 }, (_, index) => index).join("\n")})`
    expect(formatted(numbers).split("\n").length).toBeLessThan(300)
    expectKept(numbers)
    expect(print(read({ name: "a", text: formatted(numbers) }).value.forms[0]!)).toBe(numbers.replaceAll("\n", " "))
  })
})
