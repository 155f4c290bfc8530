import { describe, expect, test } from "vitest"
import { compile } from "../../../compiler/compile.ts"
import type { Diagnostic } from "../../../compiler/diagnostic.ts"
import { toJson, toSarif } from "../../../compiler/report.ts"
import { expectSarif } from "../../support/sarif.ts"

const at = (start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "SXS1009",
  severity: "error",
  span: { start, end },
  message: "it is wrong",
  ...more
})

const source = { name: "a.sxs", text: "(a\nbc" }
const other = { name: "lib/b.sxs", text: "\n\nxy" }
const opened = { span: { start: 0, end: 1 }, message: "opened here" }
const elsewhere = { span: { start: 2, end: 4 }, message: "and there", source: other }

const page = { title: "a bracket", text: "# SXS1009: a bracket\n", uri: "file:///docs/SXS1009.md" }
const options = { version: "1.2.3", pageOf: (code: string) => (code === "SXS1009" ? page : undefined) }

describe("as JSON", () => {
  test("each has its file, its lines and columns, and its offsets", () => {
    expect(toJson([at(3, 5, { related: [opened, elsewhere] })], source)).toEqual([
      {
        file: "a.sxs",
        code: "SXS1009",
        severity: "error",
        message: "it is wrong",
        hint: null,
        span: { line: 2, column: 1, endLine: 2, endColumn: 3, start: 3, end: 5 },
        related: [
          {
            message: "opened here",
            file: "a.sxs",
            span: { line: 1, column: 1, endLine: 1, endColumn: 2, start: 0, end: 1 }
          },
          {
            message: "and there",
            file: "lib/b.sxs",
            span: { line: 3, column: 1, endLine: 3, endColumn: 3, start: 2, end: 4 }
          }
        ]
      }
    ])
  })

  test("one of an imported file has that file's name and lines, and so have its related places", () => {
    const [found] = toJson([at(2, 3, { source: other, hint: "do that", related: [{ ...opened }] })], source)
    expect(found).toMatchObject({ file: "lib/b.sxs", hint: "do that", span: { line: 3, column: 1 } })
    expect(found!.related[0]).toMatchObject({ file: "lib/b.sxs", span: { line: 1, endLine: 2, endColumn: 1 } })
  })
})

describe("as SARIF", () => {
  const log = (diagnostics: ReadonlyArray<Diagnostic>, name = "a.sxs") => {
    const result = toSarif([{ source: { ...source, name }, diagnostics }], options)
    expectSarif(JSON.parse(JSON.stringify(result)))
    return result.runs[0]
  }

  test("a log has the shape of the format, also when nothing was found", () => {
    expect(log([]).results).toEqual([])
    const texts = ["(a ]", '(def a 1) (def a 2) (core/kv/get a) "open', "(frob) #(frob) 1x", "(defn f (x) (set y 1))"]
    for (const text of texts) {
      const named = { name: "b c.sxs", text }
      const { diagnostics } = compile(named)
      expect(diagnostics).not.toEqual([])
      expectSarif(JSON.parse(JSON.stringify(toSarif([{ source: named, diagnostics }], options))))
    }
  })

  test("each code is one rule with its page, and results point to theirs", () => {
    const { results, tool } = log([at(0, 1), at(3, 4, { code: "SXS3002", severity: "warning" }), at(4, 5)])
    expect(tool.driver.rules).toEqual([
      {
        id: "SXS1009",
        defaultConfiguration: { level: "error" },
        shortDescription: { text: page.title },
        helpUri: page.uri,
        help: { text: page.text, markdown: page.text }
      },
      { id: "SXS3002", defaultConfiguration: { level: "warning" } }
    ])
    expect(results.map((each) => [each.ruleId, each.ruleIndex, each.level])).toEqual([
      ["SXS1009", 0, "error"],
      ["SXS3002", 1, "warning"],
      ["SXS1009", 0, "error"]
    ])
  })

  test("a result has its place, its hint, and its related places, each in its file", () => {
    const [result] = log([at(3, 5, { hint: "do that", related: [opened, elsewhere] })]).results
    expect(result!.message.text).toBe("it is wrong\nhelp: do that")
    expect(result!.locations[0]!.physicalLocation).toEqual({
      artifactLocation: { uri: "a.sxs" },
      region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 3, charOffset: 3, charLength: 2 }
    })
    expect(result!.relatedLocations!.map((each) => each.physicalLocation.artifactLocation.uri)).toEqual([
      "a.sxs",
      "lib/b.sxs"
    ])
  })

  test.each([
    ["./a b/ü#?.sxs", "a%20b/%C3%BC%23%3F.sxs"],
    ["/srv/a.sxs", "file:///srv/a.sxs"],
    ["..\\lib\\a.sxs", "../lib/a.sxs"],
    ["C:\\lib\\a.sxs", "file:///C%3A/lib/a.sxs"],
    ["a:b.sxs", "a%3Ab.sxs"],
    ["\ud800.sxs", "%EF%BF%BD.sxs"]
  ])("the file %s is named by the URI %s", (name, uri) => {
    expect(log([at(0, 1)], name).results[0]!.locations[0]!.physicalLocation.artifactLocation.uri).toBe(uri)
  })
})
