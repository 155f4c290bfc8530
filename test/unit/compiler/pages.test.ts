import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { compile } from "../../../compiler/compile.ts"
import { hasErrors } from "../../../compiler/diagnostic.ts"
import { loadFrom } from "../../support/files.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const pages = globSync("docs/errors/SXS[23]*.md", { cwd: root }).map((path) => [path.slice(-10, -3), path] as const)

test.each(pages)("%s: the page's example gets the code, its cure compiles", (code, path) => {
  const page = readFileSync(`${root}/${path}`, "utf8")
  const files = [...page.matchAll(/```sxs file=(\S+)\n([\s\S]*?)```/g)].map(([, name, text]) => [name!, text!] as const)
  const programs = [...page.matchAll(/```sxs\n([\s\S]*?)```/g)].map((found) => ({ name: "page.sxs", text: found[1]! }))
  const load = loadFrom(Object.fromEntries(files))
  const [failing, cured] = programs.map((source) => compile(source, { load }).diagnostics)
  expect(failing!.map((diagnostic) => diagnostic.code)).toEqual([code])
  expect(hasErrors(cured!), JSON.stringify(cured)).toBe(false)
})
