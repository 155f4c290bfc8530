import { existsSync, globSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { compile } from "../../compiler/compile.ts"
import type { Load } from "../../compiler/modules.ts"
import { renderDiagnostics } from "../../compiler/render.ts"
import { library } from "../../stdlib/signatures/index.ts"

// Programs that people write and that are right: none of them may get a diagnostic, not even a warning.

const root = fileURLToPath(new URL("../..", import.meta.url))

const said = (name: string, text: string, load?: Load): string => {
  const source = { name, text }
  return renderDiagnostics(compile(source, load === undefined ? {} : { load }).diagnostics, source, { colour: false })
}

const files = globSync(`${root}/test/golden/right-corpus/*.sxs`).sort()

describe("right programs get no diagnostic", () => {
  test.each(files.map((file) => [basename(file, ".sxs"), file] as const))("%s", (name, file) => {
    expect(said(`${name}.sxs`, readFileSync(file, "utf8"))).toBe("")
  })

  test("there are enough of them to mean something", () => {
    expect(files.length).toBeGreaterThanOrEqual(60)
  })
})

describe("examples get no diagnostic", () => {
  const mains = globSync(`${root}/examples/*/main.sxs`).sort()
  test.each(mains.map((file) => [basename(dirname(file)), file] as const))("%s", (_, file) => {
    const folder = dirname(file)
    const load: Load = (path) =>
      existsSync(join(folder, path))
        ? { kind: "file", source: { name: path, text: readFileSync(join(folder, path), "utf8") } }
        : { kind: "missing", why: "there is no such file" }
    expect(said("main.sxs", readFileSync(file, "utf8"), load)).toBe("")
  })

  /** Those that name a function or a task that a program would have. */
  const needsProgram = /\((?:core\/task\/\S+|core\/expr\/\S+) (?:work|worker)\b/
  const examples = library.filter(
    ({ example, name }) => !needsProgram.test(example) && !name.startsWith("core/kv/iterate")
  )
  test.each(examples.map(({ example, name }) => [name, example] as const))("of the library: %s", (_, example) => {
    expect(said("example.sxs", `(log ${example})`)).toBe("")
  })
})
