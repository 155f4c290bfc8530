import { existsSync, globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { read } from "../../../compiler/1-read/reader.ts"
import { nestingDepthMax } from "../../../compiler/1-read/tree.ts"
import * as catalog from "../../../compiler/catalog.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))

/** Everything in the catalog that is a kind of diagnostic, whatever it is called. */
const codes = Object.values(catalog).flatMap((entry) =>
  typeof entry === "object" && "code" in entry ? [entry.code] : []
)

const pageOf = (code: string): string => {
  const path = `${root}/docs/errors/${code}.md`
  expect(existsSync(path), `${code} has no page docs/errors/${code}.md`).toBe(true)
  return readFileSync(path, "utf8")
}

const expectations = globSync("test/golden/*/*.diagnostics.txt", { cwd: root }).map((path) =>
  readFileSync(`${root}/${path}`, "utf8")
)

describe("the catalog", () => {
  test("a code is used once and names a phase", () => {
    expect(new Set(codes).size).toBe(codes.length)
    for (const code of codes) expect(code).toMatch(/^SXS[1-8]\d{3}$/)
  })

  test.each(codes)("%s has a page with cause and cure", (code) => {
    const page = pageOf(code)
    expect(page.startsWith(`# ${code}: `)).toBe(true)
    expect(page).toContain("\n## Cure\n")
    expect(page, "an example in code, or in words").toMatch(/\n## Example\n|An example is/)
  })

  test.each(codes)("%s has a golden case", (code) => {
    const shown = new RegExp(`^(error|warning) ${code}: `, "m")
    expect(
      expectations.some((text) => shown.test(text)),
      `no golden case shows ${code}`
    ).toBe(true)
  })

  test("no page tells of a code that does not exist", () => {
    const pages = globSync("docs/errors/SXS[1-5]*.md", { cwd: root }).map((path) =>
      path.replace(/^.*(SXS\d+)\.md$/, "$1")
    )
    expect(pages.filter((code) => !codes.includes(code))).toEqual([])
  })
})

const blocksOf = (page: string): ReadonlyArray<string> =>
  [...page.matchAll(/```sxs\n([\s\S]*?)```/g)].map((found) => found[1]!)

const codesIn = (text: string): ReadonlyArray<string> =>
  read({ name: "page.sxs", text }).diagnostics.map((diagnostic) => diagnostic.code)

describe("the examples on the pages of the reader", () => {
  const pages = codes.filter((code) => code.startsWith("SXS1")).map((code) => [code, blocksOf(pageOf(code))] as const)

  test.each(pages.filter(([, blocks]) => blocks.length > 0))(
    "%s fails as shown, and its cure reads",
    (code, [failing, cured]) => {
      expect(new Set(codesIn(failing!))).toEqual(new Set([code]))
      expect(codesIn(cured!)).toEqual([])
    }
  )

  test("the numbers on the pages are those of the reader", () => {
    expect(pageOf("SXS1008")).toContain(`may be nested ${nestingDepthMax} levels deep`)
  })
})
