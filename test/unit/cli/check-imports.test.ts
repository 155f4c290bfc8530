import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, assert, describe, it } from "vitest"
import { checkImports } from "../../../scripts/check-imports.ts"

let folder = ""
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const check = (files: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  folder = mkdtempSync(join(tmpdir(), "sxs-imports-"))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return checkImports(folder)
}

describe("check-imports", () => {
  it("finds nothing in this repository", () => {
    assert.deepStrictEqual(checkImports(fileURLToPath(new URL("../../..", import.meta.url))), [])
  })

  it("prints a cycle, also one through a dynamic import or an export", () => {
    const files = {
      "cli/a.ts": 'import { b } from "./b.ts"\n',
      "cli/b.ts": 'export * from "./deep/c.ts"\n',
      "cli/deep/c.ts": 'const load = () => import("../a.ts")\n',
      "cli/d.ts": 'import "./a.ts"\n'
    }
    assert.deepStrictEqual(check(files), ["import cycle: cli/a.ts -> cli/b.ts -> cli/deep/c.ts -> cli/a.ts"])
  })

  it("sees no cycle where only types are imported, and none in comments and texts", () => {
    const files = {
      "cli/a.ts": 'import { b } from "./b.ts"\nimport {\n  c\n} from "./c.ts"\n',
      "cli/b.ts": 'import type { A } from "./a.ts"\n',
      "cli/c.ts": '// import { a } from "./a.ts"\n * import("./a.ts")\nconst from = "import from ./a.ts"\n'
    }
    assert.deepStrictEqual(check(files), [])
  })

  it.each([
    ["compiler/a.ts", 'import { readFileSync } from "node:fs"', "compiler must not import node:"],
    ["compiler/a.ts", 'import * as Effect from "effect/Effect"', "compiler must not import effect"],
    ["compiler/1-read/a.ts", 'import type { B } from "../../runtime/b.ts"', "compiler must not import runtime/b.ts"],
    ["compiler/a.ts", 'import { x } from "../stdlib/impl/x.ts"', "compiler must not import stdlib/impl/x.ts"],
    ["runtime/task/a.ts", 'import("../../compiler/index.ts")', "runtime/task must not import compiler/index.ts"],
    ["runtime/store/a.ts", 'import { t } from "../task/t.ts"', "runtime/store must not import runtime/task/t.ts"],
    ["runtime/a.ts", 'import { x } from "../stdlib/impl/x.ts"', "runtime must not import stdlib/impl/x.ts"],
    [
      "stdlib/abi/a.ts",
      'import {\n  x\n} from "../signatures/x.ts"',
      "stdlib/abi must not import stdlib/signatures/x.ts"
    ],
    ["stdlib/impl/a.ts", 'export { x } from "../../cli/x.ts"', "stdlib/impl must not import cli/x.ts"]
  ])("refuses in %s: %s", (file, text, mistake) => {
    const line = text.split("\n").length
    assert.deepStrictEqual(check({ [file]: `${text}\n` }), [`${file}:${line}: ${mistake}`])
  })

  it("allows what the table allows", () => {
    const files = {
      "compiler/a.ts": 'import { createToken } from "chevrotain"\nimport type { M } from "../stdlib/abi/m.ts"\n',
      "stdlib/impl/a.ts": 'import { S } from "../../runtime/task/s.ts"\n',
      "cli/a.ts": 'import { c } from "../compiler/c.ts"\nimport { r } from "../runtime/r.ts"\nimport "node:fs"\n'
    }
    assert.deepStrictEqual(check(files), [])
  })
})
