import { describe, expect, test } from "vitest"
import { compile } from "../../../compiler/index.ts"
import type { Load } from "../../../compiler/modules.ts"
import { loadFrom } from "../../support/files.ts"

const bundleOf = (text: string, options: { readonly withTests?: boolean; readonly load?: Load } = {}) => {
  const { bundle, diagnostics } = compile({ name: "test.sxs", text }, options)
  expect(diagnostics).toEqual([])
  return bundle!
}

const program = `(def rate 3)
(defn total (n :int) :int (* n rate))
(log (total 1))
(total 2)`

const tests = `
(deftest "multiplies" (expect-equal (total 2) 6) (expect (> rate (list/len '(1)))))
(deftest "waits" (advance 1000) (crash) (core/task/join (run-program)))`

describe("a program with tests", () => {
  test("is the same to the last byte without them, wherever they stand", () => {
    const plain = bundleOf(program)
    expect(bundleOf(`${program}${tests}`).code).toBe(plain.code)
    const [first, ...rest] = program.split("\n")
    const among = bundleOf(`${first} (deftest "early" (expect (total 1)))\n${rest.join("\n")}${tests}`)
    expect(among.code).toBe(plain.code)
  })

  test("compiled with them exports each under its text, besides all that it has else", () => {
    const { manifest } = bundleOf(`#(export total)\n${program}${tests}`, { withTests: true })
    expect(manifest.exports.map(({ function: index, name }) => [name, manifest.functions[index]!.name])).toEqual([
      ["multiplies", "multiplies"],
      ["waits", "waits"]
    ])
    expect(manifest.functions[0]!.name).toBe("main")
    expect(manifest.functions.map(({ name }) => name)).toContain("total")
  })

  test("waits in a test at the places that its forms name", () => {
    const { manifest } = bundleOf(`${program}${tests}`, { withTests: true })
    const waits = manifest.functions.find(({ name }) => name === "waits")!
    expect(waits.points.map(({ callee }) => callee)).toEqual([
      "core/test/advance",
      "core/test/settle",
      "core/test/crash",
      "core/task/join"
    ])
  })
})

describe("a file of tests", () => {
  const load = loadFrom({
    "shop.sxs": `#(export price) (defn price (n) (* n 2)) (deftest "of its own" (expect (price 1))) (log "runs")`
  })

  test("has the functions and the program of the file that it imports, but not its tests", () => {
    const text = `#(import "./shop.sxs")
      (deftest "doubles" (expect-equal (shop/price 2) 4))
      (deftest "runs" (core/task/join (run-program shop)))`
    const { manifest } = bundleOf(text, { withTests: true, load })
    expect(manifest.exports.map(({ name }) => name)).toEqual(["doubles", "runs"])
    expect(manifest.functions.map(({ name }) => name)).toEqual(["main", "shop/main", "shop/price", "doubles", "runs"])
  })

  test("may name only what it imports as the program to run", () => {
    const text = `(deftest "runs" (run-program other) (run-program 1) (run-program a b)) (defn f () (run-program))`
    const { diagnostics } = compile({ name: "test.sxs", text }, { withTests: true })
    expect(diagnostics.map(({ code }) => code)).toEqual(["SXS2002", "SXS2002", "SXS2002", "SXS2007"])
  })
})
