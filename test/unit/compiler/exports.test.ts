import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { declarations } from "../../../compiler/5-emit/declarations.ts"
import { camelCase, exportedFunctions } from "../../../compiler/5-emit/export-names.ts"
import { exportsText } from "../../../compiler/5-emit/exports.ts"
import type { FunctionFacts, Manifest, ParamFacts } from "../../../stdlib/abi/manifest.ts"

const facts = (name: string, params: ReadonlyArray<ParamFacts> = [], result = ":any"): FunctionFacts => ({
  name,
  params,
  captured: 0,
  result,
  suspends: true,
  source: "shop.sxs",
  position: { line: 3, column: 1, endLine: 3, endColumn: 9 },
  points: []
})

const manifestOf = (functions: ReadonlyArray<FunctionFacts>, records: Manifest["records"] = []): Manifest => ({
  abi: 1,
  compiler: "0",
  program: "shop",
  source: "shop.sxs",
  functions,
  library: [],
  records,
  exports: functions.map(({ name }, index) => ({ name, function: index })),
  externs: []
})

const namesOf = (...names: ReadonlyArray<string>) =>
  exportedFunctions(manifestOf(names.map((name) => facts(name)))).map(({ identifier }) => identifier)

interface Exported {
  readonly [name: string]: { readonly name: string; readonly program: { readonly hash: string } } | undefined
}

/** The module of that manifest, as Node loads it. */
const load = async (manifest: Manifest): Promise<Exported & { readonly functions: Exported }> => {
  const code = `export const manifest = ${JSON.stringify(manifest)}\nexport const link = () => []\n`
  const text = code + exportsText("ab".repeat(32), manifest)
  assert.match(text.slice(code.length), /^[\n\x20-\x7e]*$/)
  return await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`)
}

describe("names of exported functions", () => {
  it("are those of the source in camel case", () => {
    assert.deepStrictEqual(namesOf("charge", "add-item", "valid?", "pay/refund-all", "to->json", "$x"), [
      "charge",
      "addItem",
      "valid",
      "payRefundAll",
      "toJson",
      "$x"
    ])
  })

  it("get a number when they are taken or reserved; those that need no change keep theirs", () => {
    assert.deepStrictEqual(namesOf("add-item", "add_item", "addItem", "add/item"), [
      "addItem2",
      "add_item",
      "addItem",
      "addItem3"
    ])
    assert.deepStrictEqual(namesOf("class", "then", "manifest", "link", "functions", "default", "__proto__"), [
      "class2",
      "then2",
      "manifest2",
      "link2",
      "functions2",
      "default2",
      "__proto__2"
    ])
    assert.deepStrictEqual(namesOf("+", "é", "--"), [undefined, undefined, undefined])
  })

  it("are identifiers, each there once, and every function is reachable by its own name", async () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 10 }),
      fc.constantFrom(
        "class",
        "a-b",
        "aB",
        "a_b",
        "then",
        "__proto__",
        "sxsFunction0",
        '"]: 1 }); evil(`${"',
        "*/",
        "\u2028"
      ),
      fc.string({ unit: fc.constantFrom("a", "B", "-", "2", "_", "$", "é"), minLength: 1, maxLength: 5 })
    )
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 12 }), async (names) => {
        const manifest = manifestOf(names.map((each) => facts(each)))
        const module = await load(manifest)
        assert.sameMembers(Object.keys(module.functions), names)
        assert.isNull(Object.getPrototypeOf(module.functions))
        const identifiers = exportedFunctions(manifest).flatMap(({ identifier, name: source }) => {
          assert.strictEqual(module.functions[source]?.name, source)
          if (identifier === undefined) return []
          assert.strictEqual(module[identifier], module.functions[source])
          assert.match(identifier, /^[A-Za-z_$][\w$]*$/)
          return [identifier]
        })
        assert.sameMembers(Object.keys(module), [...identifiers, "functions", "link", "manifest"])
        assert.match(declarations(manifest), /^[\n\x20-\x7e]*$/)
      }),
      { numRuns: 200 }
    )
  })

  it("name their program, and cannot be changed", async () => {
    const { addItem, functions } = await load(manifestOf([facts("add-item")]))
    assert.strictEqual(addItem?.program.hash, "ab".repeat(32))
    for (const each of [functions, addItem, addItem?.program]) assert.isFrozen(each)
  })

  it("in camel case stay what they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) =>
        assert.strictEqual(camelCase(camelCase(name)), camelCase(name))
      )
    )
  })
})

describe("declarations", () => {
  const declared = (type: string, result: string, records?: Manifest["records"]): string | undefined => {
    const text = declarations(manifestOf([facts("f", [{ name: "a-b", type }], result)], records))
    return /^export declare const f: (.*)$/m.exec(text)?.[1]
  }

  it("say what each type is in TypeScript, in and out", () => {
    const any = ["a-b", ":any", ":list", ":list-p", ":map", ":number", ":int", ":fn", ":none", ":bytes", ":unheard-of"]
    assert.deepStrictEqual(
      any.slice(1).map((type) => declared(type, type)),
      [
        "SxsFunction<[aB: SxsInput], SxsValue>",
        "SxsFunction<[aB: ReadonlyArray<SxsInput>], ReadonlyArray<SxsValue>>",
        "SxsFunction<[aB: ReadonlyArray<SxsInput>], ReadonlyArray<SxsValue>>",
        "SxsFunction<[aB: SxsMapInput], { readonly [key: string]: SxsValue }>",
        "SxsFunction<[aB: number | bigint], number | bigint>",
        "SxsFunction<[aB: Int], Int>",
        "SxsFunction<[aB: SxsClosure], SxsClosure>",
        "SxsFunction<[aB: null], null>",
        "SxsFunction<[aB: Uint8Array], Uint8Array>",
        "SxsFunction<[aB: SxsInput], SxsValue>"
      ]
    )
  })

  it("have records, also such that name each other, or have a name of ours", () => {
    const records = [
      { name: "int", fields: [{ name: "to-int", type: ":sxs-value" }] },
      { name: "sxs-value", fields: [{ name: "__proto__", type: ":int" }] }
    ]
    const text = declarations(manifestOf([facts("f", [], ":sxs-value")], records))
    assert.include(text, 'export type Int2 = {\n  readonly "to-int": SxsValue2\n}')
    assert.include(text, "export type SxsValue2 = {\n  readonly __proto__: Int\n}")
    assert.include(text, "f: SxsFunction<[], SxsValue2>")
  })

  it("are the same for two records of one name in TypeScript but for a number", () => {
    const text = declarations(
      manifestOf(
        [],
        [
          { name: "a-b", fields: [] },
          { name: "a/b", fields: [] }
        ]
      )
    )
    assert.include(text, "export type AB = {}")
    assert.include(text, "export type AB2 = {}")
  })

  it("have rest parameters, without what is captured", () => {
    const params = [
      { name: "hidden", type: ":any" },
      { name: "class", type: ":str" },
      { name: "…", type: ":list" }
    ]
    const text = declarations(manifestOf([{ ...facts("f", params), captured: 1, rest: true }]))
    assert.include(text, "SxsFunction<[class: string, ...arg2: ReadonlyArray<SxsInput>], SxsValue>")
  })

  it("say where a function stands, in a comment that nothing ends", () => {
    const text = declarations(manifestOf([{ ...facts("f*/x"), source: "a*/b\n.sxs" }]))
    assert.include(text, "/** `f*\\/x` at a*\\/b\\n.sxs:3:1 */\n")
  })
})
