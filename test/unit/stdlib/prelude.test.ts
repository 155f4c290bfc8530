import { describe, expect, test } from "vitest"
import type { Datum } from "../../../compiler/1-read/datum.ts"
import { read } from "../../../compiler/1-read/reader.ts"
import { preludeSources } from "../../../stdlib/prelude/prelude.ts"
import { library, signatureOf } from "../../../stdlib/signatures/index.ts"

const symbol = (datum: Datum | undefined): string => (datum?.kind === "symbol" ? datum.name : "")

/** `(defn name (a :t b) :ret body)` as a signature states it. */
const heading = (form: Datum) => {
  if (form.kind !== "list") throw new Error("not a form")
  const [defn, name, params, result] = form.items
  if (params?.kind !== "list") throw new Error("no parameters")
  return { defn: symbol(defn), name: symbol(name), params: params.items.map(symbol), result: symbol(result) }
}

const headings = preludeSources.flatMap((source) => {
  const { value, diagnostics } = read(source)
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics))
  return value.forms.map(heading)
})

const calledNames = (datum: Datum): ReadonlyArray<string> => {
  if (datum.kind !== "list") return []
  const head = datum.bracket === "(" ? [symbol(datum.items[0])] : []
  return [...head, ...datum.items.flatMap(calledNames)]
}

describe("prelude", () => {
  test("it defines each function that a signature finds there, with its parameters and types, and no other", () => {
    const stated = library
      .filter((signature) => signature.from === "prelude")
      .map(({ name, params, result }) => ({
        defn: "defn",
        name,
        params: params.flatMap((param) => [param.name, param.type]),
        result
      }))
    const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)
    expect(headings.toSorted(byName)).toEqual(stated.toSorted(byName))
  })

  test("it calls library functions by their full names, so that nothing can stand between", () => {
    for (const source of preludeSources) {
      for (const name of read(source).value.forms.flatMap(calledNames)) {
        const signature = signatureOf(name)
        if (signature !== undefined) expect(signature.name).toBe(name)
      }
    }
  })

  test("its functions may wait, as the functions that they are given may", () => {
    for (const signature of library.filter(({ from }) => from === "prelude")) {
      expect(signature.effect).toBe("suspends")
      expect(signature.params.some((param) => param.type === ":fn")).toBe(true)
    }
  })
})
