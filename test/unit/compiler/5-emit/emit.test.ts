import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { lower } from "../../../../compiler/4-lower/lower.ts"
import { emit } from "../../../../compiler/5-emit/emit.ts"
import { compile, compileToChecked } from "../../../../compiler/compile.ts"
import { sha256Hex } from "../../../../compiler/sha256.ts"

const text = readFileSync(new URL("../../../../examples/saga/main.sxs", import.meta.url), "utf8")
const source = { name: "main.sxs", text }

test("machines that are emitted one after another give the bundle that all of them at once give", () => {
  const atOnce = emit(lower(compileToChecked(source).value!).value)
  const bundle = compile(source).bundle!
  expect({ ...bundle }).toEqual({ ...atOnce })
  expect(bundle.hash).toBe(sha256Hex(bundle.code))
})

test("a bundle has its map whenever it is asked for, also as a copy", () => {
  const bundle = compile(source).bundle!
  const copy = { ...bundle }
  expect(copy.map).toBe(bundle.map)
  expect(JSON.parse(copy.map)).toMatchObject({ version: 3, sources: expect.arrayContaining(["main.sxs"]) })
})

test("a function without reals, one with a real that is replaced by an int, and one with reals only", () => {
  const { code } = compile({
    name: "a.sxs",
    text: "(defn f (n :int) (def a 1.5) (set a n) a)\n(defn g (n :real) :real (def a 1.5) (set a (* a n)) a)\n(log (f 1) (g 1.5))\n"
  }).bundle!
  expect(code).toMatch(/f\$1\(n\) \{\s+let a = null/)
  expect(code).toMatch(/g\$2\(n\) \{\s+let a = 0/)
})
