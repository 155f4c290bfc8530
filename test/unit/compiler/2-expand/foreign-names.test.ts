import { describe, expect, test } from "vitest"
import { foreignNames, foreignTypes, foreignWays } from "../../../../compiler/2-expand/foreign-names.ts"
import { specialForms } from "../../../../compiler/2-expand/forms/table.ts"
import { isTypeName } from "../../../../compiler/2-expand/types.ts"
import { compile } from "../../../../compiler/compile.ts"
import { signatureOf } from "../../../../stdlib/signatures/index.ts"

const isName = (name: string): boolean =>
  signatureOf(name) !== undefined || specialForms.has(name) || ["none", "true", "false"].includes(name)

describe("foreign names", () => {
  test("each leads to a name of the language, or a directive", () => {
    const lost = [...foreignNames].filter(([, meant]) => !isName(meant) && !meant.startsWith("#("))
    expect(lost).toEqual([])
  })

  test("none is a name of the language itself", () => {
    expect([...foreignNames.keys(), ...foreignWays.keys()].filter(isName)).toEqual([])
  })

  test("none has both another name and another way", () => {
    expect([...foreignWays.keys()].filter((name) => foreignNames.has(name))).toEqual([])
  })

  test("each way names what is part of the language", () => {
    const calls = [...foreignWays.values()].flatMap((way) =>
      [...way.matchAll(/`\(?([^\s`()]+)[^`]*`/g)].map(([, word]) => word!)
    )
    expect(calls.filter((word) => !isName(word) && ![";", "last", "continue", "in"].includes(word))).toEqual([])
  })

  test("each foreign type leads to a type, and is none itself", () => {
    expect([...foreignTypes].filter(([from, to]) => isTypeName(from) || !isTypeName(to))).toEqual([])
  })
})

const hintOf = (text: string): string | undefined => compile({ name: "example.sxs", text }).diagnostics[0]?.hint

describe("a name that is not known", () => {
  test("is a local rather than a function where it is not called", () => {
    expect(hintOf("(defn f (valuez) (list values valuez))")).toBe("did you mean `valuez`?")
    expect(hintOf("(defn f (valuez) (list (values valuez)))")).toBe("did you mean `map/values`?")
  })

  test("with a point is taken for a field, and with a quote for a text", () => {
    expect(hintOf("(defn f (u) u.name)")).toContain('`(map/get … "name")`')
    for (const name of ["\u201chello\u201d", "\u201chello", "world'"])
      expect(hintOf(`(log ${name})`), name).toBe('a text stands in `"`, such as `"hello"`')
  })

  test("of a comment or a text in foreign quotes is reported once", () => {
    const count = (text: string): number => compile({ name: "example.sxs", text }).diagnostics.length
    expect(count("// what it does\n(log 1)")).toBe(1)
    expect(count("(log \u201ca b c\u201d)")).toBe(1)
    expect(count("(log \u201ca b\u201d c)")).toBe(2)
  })
})
