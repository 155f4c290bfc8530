import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folderWith, sxs } from "./start.ts"

interface Package {
  readonly name: string
  readonly dependencies: { readonly sxs: string }
}

const packageOf = (folder: string): Package => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package

describe("sxs new", () => {
  it("makes a project without a mistake, which runs and whose tests pass", () => {
    const folder = folderWith()
    const made = sxs(folder, "new", "demo")
    assert.deepStrictEqual(made, {
      exitCode: 0,
      out: "",
      err: "made demo. Next:\n  cd demo\n  npm install\n  npm start\n  npm test\n"
    })
    const demo = join(folder, "demo")
    assert.sameMembers(readdirSync(demo), [
      ".gitignore",
      "README.md",
      "main.sxs",
      "main.test.sxs",
      "package.json",
      "rates.ts"
    ])
    assert.strictEqual(packageOf(demo).name, "demo")
    assert.match(packageOf(demo).dependencies.sxs, /^\^\d+\.\d+\.\d+$/)
    assert.deepStrictEqual(sxs(demo, "check", ".", "--strict"), { exitCode: 0, out: "", err: "" })
    assert.deepStrictEqual(sxs(demo, "fmt", "--check"), { exitCode: 0, out: "", err: "" })
    assert.strictEqual(
      sxs(demo, "run", "main.sxs").out,
      "100 EUR are 125.0 USD\n200 EUR are 250.0 USD\n300 EUR are 375.0 USD\n"
    )
    assert.include(sxs(demo, "test").out, "1 test passed")
    assert.include(readFileSync(join(demo, ".gitignore"), "utf8"), ".sxs/\n")
  })

  it("takes a folder that is empty, the current one too, and what npm shall install", () => {
    const folder = folderWith()
    mkdirSync(join(folder, "here"))
    assert.strictEqual(sxs(join(folder, "here"), "new", ".", "--sxs", "file:../sxs.tgz").exitCode, 0)
    assert.strictEqual(packageOf(join(folder, "here")).dependencies.sxs, "file:../sxs.tgz")
    assert.strictEqual(packageOf(join(folder, "here")).name, "here")
  })

  it("writes nothing into a folder that is not empty, and under no name that npm refuses", () => {
    const folder = folderWith({ "full/a.txt": "a" })
    const full = sxs(folder, "new", "full")
    assert.strictEqual(full.exitCode, 2)
    assert.include(full.err, "the folder full is not empty (a.txt): nothing was written")
    assert.deepStrictEqual(readdirSync(join(folder, "full")), ["a.txt"])
    for (const name of ["Demo", "_demo", "a b", "node_modules", "fs", "x".repeat(215)]) {
      const { err, exitCode } = sxs(folder, "new", name)
      assert.strictEqual(exitCode, 2, name)
      assert.include(err, "cannot be the name of a package", name)
    }
    writeFileSync(join(folder, "file"), "")
    assert.include(sxs(folder, "new", "file").err, "file is a file, a folder is needed")
    assert.deepStrictEqual(readdirSync(folder), ["file", "full"])
    if (process.platform !== "linux") return
    const forbidden = sxs(folder, "new", "/proc/demo")
    assert.strictEqual(forbidden.exitCode, 2)
    assert.include(forbidden.err, "the project cannot be written: ")
  })
})
