import { describe, expect, test } from "vitest"
import { read } from "../../../compiler/1-read/reader.ts"
import { pureLibrary } from "../../../stdlib/impl/library.ts"
import { library, signatureOf } from "../../../stdlib/signatures/index.ts"
import { unpaired } from "./support.ts"

describe("signatures", () => {
  test("each pure library function has exactly one implementation, and each implementation a signature", () => {
    const pure = library.filter((signature) => signature.effect === "pure")
    expect(unpaired(pure, pureLibrary)).toEqual({ missing: [], surplus: [], twice: [] })
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

  test("each pure function and each of the prelude says what its example yields", () => {
    for (const { name, effect, from, yields } of library) {
      if (effect === "pure" || from === "prelude") expect(yields, name).toBeDefined()
    }
  })
})
