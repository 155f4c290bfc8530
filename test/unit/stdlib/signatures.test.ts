import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { read } from "../../../compiler/1-read/reader.ts"
import { pureLibrary } from "../../../stdlib/impl/library.ts"
import { families, familyOf } from "../../../stdlib/signatures/families.ts"
import { formLibrary } from "../../../stdlib/signatures/form.ts"
import { library, signatureOf } from "../../../stdlib/signatures/index.ts"
import { unpaired } from "./support.ts"

/** Names that stand behind a paren or between quotes in the tests below the folder: what they call. */
const calledNames = (folder: string): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.test\.ts$|\.sxs$/.test(entry.name)) continue
    const text = readFileSync(join(entry.parentPath, entry.name), "utf8")
    for (const [, name] of text.matchAll(/[("`]([a-z][a-z0-9-]*(?:\/[a-z0-9!-]+)*)(?=[\s)"`,])/g)) names.add(name!)
  }
  return names
}

describe("signatures", () => {
  test("each pure library function has exactly one implementation, and each implementation a signature", () => {
    const pure = [...library.filter((signature) => signature.effect === "pure"), ...Object.values(formLibrary)]
    // Operators that are emitted inline may have code too, for where they are passed on as values.
    const called = new Map([...pureLibrary].filter(([name]) => signatureOf(name)?.from !== "form"))
    expect(unpaired(pure, called)).toEqual({ missing: [], surplus: [], twice: [] })
  })

  test("pairing sees a missing, a surplus and a doubled implementation", () => {
    const table = new Map([
      ["core/str/len", null],
      ["core/str/nothing", null]
    ])
    const signatures = [signatureOf("str/len")!, signatureOf("str/trim")!]
    expect(unpaired(signatures, table, new Map([["core/str/len", null]]))).toEqual({
      missing: ["core/str/trim"],
      surplus: ["core/str/nothing"],
      twice: ["core/str/len"]
    })
  })

  test("no name or alias is used twice", () => {
    const names = library.flatMap((signature) => [signature.name, ...(signature.aliases ?? [])])
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    for (const name of names) expect(signatureOf(name)).toBeDefined()
  })

  test("only trailing parameters are optional, and none stands before further arguments", () => {
    for (const { name, params, rest } of library) {
      const firstOptional = params.findIndex((param) => param.optional === true)
      const afterwards = firstOptional < 0 ? [] : params.slice(firstOptional)
      expect(
        afterwards.every((param) => param.optional === true),
        name
      ).toBe(true)
      expect(rest === undefined || afterwards.length === 0, name).toBe(true)
      expect(rest?.optional, name).toBeUndefined()
      const parameterNames = [...params, ...(rest === undefined ? [] : [rest])].map((param) => param.name)
      expect(new Set(parameterNames).size, name).toBe(parameterNames.length)
    }
  })

  test("only forms take a body", () => {
    const withBody = library.filter(({ params }) => params.some((param) => param.mode === "body"))
    expect(withBody.map(({ name }) => name)).toEqual(["core/kv/iterate", "core/kv/scope"])
    for (const { from } of withBody) expect(from).toBe("form")
  })

  test("a doc is one line that ends, and an example is one form without a mistake", () => {
    for (const { name, doc, example } of library) {
      expect(doc, name).toMatch(/^[^\n]+\.$/)
      const { value, diagnostics } = read({ name, text: example })
      expect(diagnostics, example).toEqual([])
      expect(value.forms.length, example).toBe(1)
    }
  })

  test("each family is on the reference page with its intro, and has functions", () => {
    const used = new Set(library.map(({ name }) => familyOf(name)))
    expect(families.map(({ name }) => name).toSorted()).toEqual([...used].toSorted())
    for (const { name, intro } of families) expect(intro, name).toMatch(/^[^\n]+\.$/)
  })

  test("a function whose example says nothing of its result is called in a test", () => {
    const called = calledNames(fileURLToPath(new URL("../..", import.meta.url)))
    const untested = library.filter(
      ({ name, aliases = [], yields }) => yields === undefined && ![name, ...aliases].some((each) => called.has(each))
    )
    expect(untested.map(({ name }) => name)).toEqual([])
  })

  test("each pure function and each of the prelude says what its example yields", () => {
    for (const { name, effect, from, yields } of library) {
      if (effect === "pure" || from === "prelude") expect(yields, name).toBeDefined()
    }
  })
})
