import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { checkCase, orphans } from "../../support/golden.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "golden-"))
  writeFileSync(join(folder, "one.sxs"), "(a)")
})
afterEach(() => rmSync(folder, { recursive: true }))

const one = () => ({ folder, name: "one", kind: "kind" })
const expectation = () => join(folder, "one.kind.txt")

test("a case passes when its text is the expected one, and fails when it is not", () => {
  writeFileSync(expectation(), "(a)\n")
  checkCase(one(), ({ text }) => text, false)
  expect(() => checkCase(one(), () => "(b)", false)).toThrow()
})

test("a missing expectation fails", () => {
  expect(() => checkCase(one(), () => "", false)).toThrow(/is missing/)
})

test("an expectation of a kind that the case does not give fails", () => {
  checkCase(one(), () => undefined, false)
  writeFileSync(expectation(), "(a)\n")
  expect(() => checkCase(one(), () => undefined, false)).toThrow(/gives nothing/)
})

test("an expectation without a case is found, of whatever kind", () => {
  const files = ["one.sxs", "one.core.txt", "one.two.sxs", "one.two.core.txt", "three.js.txt"]
  expect(orphans(files, ["one", "one.two"])).toEqual(["three.js.txt"])
})

test("writing makes the expectation that then passes", () => {
  checkCase(one(), ({ text }) => text, true)
  expect(readFileSync(expectation(), "utf8")).toBe("(a)\n")
  checkCase(one(), ({ text }) => text, false)
})

test("writing makes no expectation for a case that gives nothing", () => {
  checkCase(one(), () => undefined, true)
  expect(existsSync(expectation())).toBe(false)
})
