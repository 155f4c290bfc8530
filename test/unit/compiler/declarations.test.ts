import { describe, expect, test } from "vitest"
import { read } from "../../../compiler/1-read/reader.ts"
import { expand } from "../../../compiler/2-expand/expand.ts"
import { compile, preludeForms } from "../../../compiler/compile.ts"

const manifestOf = (text: string) => {
  const { bundle, diagnostics } = compile({ name: "test.sxs", text })
  if (bundle === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"))
  return bundle.manifest
}

const coreOf = (text: string) => {
  const source = { name: "test.sxs", text }
  return expand({ source, forms: read(source).value.forms, prelude: preludeForms(), defaultName: "test" }).value
}

describe("records", () => {
  test("the manifest has each type with its fields in order, also those that name each other", () => {
    const { records } = manifestOf("#(form line {from :point label}) #(form point {y :int x :real next :line})")
    expect(records).toEqual([
      {
        name: "line",
        fields: [
          { name: "from", type: ":point" },
          { name: "label", type: ":any" }
        ]
      },
      {
        name: "point",
        fields: [
          { name: "y", type: ":int" },
          { name: "x", type: ":real" },
          { name: "next", type: ":line" }
        ]
      }
    ])
  })

  test("only the functions of a record that are used are in the bundle", () => {
    const { functions } = manifestOf("#(form point {x :int y :int}) (log (point/y (point 1 2)))")
    expect(functions.map(({ name, params, result }) => [name, params, result])).toEqual([
      ["main", [], ":any"],
      [
        "point",
        [
          { name: "x", type: ":int" },
          { name: "y", type: ":int" }
        ],
        ":point"
      ],
      ["point/y", [{ name: "point", type: ":point" }], ":int"]
    ])
  })
})

describe("externs", () => {
  test("the manifest has each function with its types and options", () => {
    const { externs, functions } = manifestOf(`
      #(form card {number :str})
      #(extern "./payments.ts"
        (charge (card :card cents :int note) :str {retry 5 backoff 0 timeout 30000 key "charge"})
        (rate () {pure}))
      #(extern "@acme/mail" (send (to :str)))`)
    expect(functions.map(({ name }) => name)).toEqual(["main"])
    expect(externs).toEqual([
      {
        module: "./payments.ts",
        name: "charge",
        params: [
          { name: "card", type: ":card" },
          { name: "cents", type: ":int" },
          { name: "note", type: ":any" }
        ],
        result: ":str",
        options: { retry: 5, backoff: 0, timeout: 30_000, key: "charge" }
      },
      { module: "./payments.ts", name: "rate", params: [], result: ":any", options: { pure: true } },
      { module: "@acme/mail", name: "send", params: [{ name: "to", type: ":str" }], result: ":any", options: {} }
    ])
  })
})

describe("tests", () => {
  const program = `
    (defn total (prices) (list/sum prices))
    (deftest "prices add up"
      (expect-equal (total (list/map (fn (x) (* x 2)) '(1 2))) 6))
    (defn shown () (list/filter (fn (x) (> x 1)) '(1 2)))
    (deftest "time goes on" (advance 1000) (crash) (expect ((fn () true))))
    (log (total '(1)) (shown))`

  test("are named in the core, and what only they use stands behind what goes into the bundle", () => {
    const { bundledCount, functions, tests } = coreOf(program)
    expect(tests.map(({ name }) => name)).toEqual(["prices add up", "time goes on"])
    expect(functions.map(({ index }) => index)).toEqual([...functions.keys()])
    expect(tests.map(({ target }) => target.index >= bundledCount)).toEqual([true, true])
    expect(functions.slice(bundledCount).map(({ name }) => name)).toEqual([
      "prices add up",
      "fn",
      "core/list/map",
      "time goes on",
      "fn"
    ])
  })

  test("are left out of the bundle", () => {
    const { functions, library } = manifestOf(program)
    expect(functions.map(({ name }) => name)).toEqual([
      "main",
      "total",
      "shown",
      "fn",
      "core/list/filter",
      // Once more, for the closure that it is called with.
      "core/list/filter"
    ])
    expect(library.filter((name) => name.startsWith("core/test/"))).toEqual([])
  })

  test("a mistake in one is reported like any other", () => {
    const { diagnostics } = compile({ name: "test.sxs", text: '(deftest "wrong" (expect (at 1)))' })
    expect(diagnostics.map(({ code }) => code)).toEqual(["SXS2006"])
  })
})
