import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folderWith, launcher, start, sxs } from "./start.ts"

const loose = "(def   a 1)\r\n(log a)"
const tidy = "(def a 1)\n(log a)\n"
const broken = "(def a"

const read = (folder: string, file: string): string => readFileSync(join(folder, file), "utf8")

describe("sxs fmt", () => {
  it("writes a file in the format, keeps its mode, and does not touch one that is in it", () => {
    const folder = folderWith({ "a.sxs": loose, "b.sxs": tidy })
    chmodSync(join(folder, "a.sxs"), 0o754)
    const before = statSync(join(folder, "b.sxs"), { bigint: true })
    const { err, exitCode, out } = sxs(folder, "fmt", "a.sxs", "b.sxs")
    assert.deepStrictEqual([exitCode, out, err], [0, "", "formatted a.sxs\n"])
    assert.strictEqual(read(folder, "a.sxs"), tidy)
    assert.strictEqual(statSync(join(folder, "a.sxs")).mode & 0o777, 0o754)
    const after = statSync(join(folder, "b.sxs"), { bigint: true })
    assert.deepStrictEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs])
  })

  it("writes what a link leads to, and leaves the link", () => {
    const folder = folderWith({ "real.sxs": loose })
    symlinkSync("real.sxs", join(folder, "link.sxs"))
    assert.strictEqual(sxs(folder, "fmt", "link.sxs").exitCode, 0)
    assert.isTrue(lstatSync(join(folder, "link.sxs")).isSymbolicLink())
    assert.strictEqual(read(folder, "real.sxs"), tidy)
  })

  it("takes folders with all below, but not what is installed or hidden; without a name the current one", () => {
    const files = { "a.sxs": loose, "sub/b.sxs": loose, "sub/c.txt": loose }
    const others = { "node_modules/p/d.sxs": loose, ".sxs/e.sxs": loose, ".git/f.sxs": broken }
    const folder = folderWith({ ...files, ...others })
    assert.strictEqual(sxs(folder, "fmt", "--check").out, "a.sxs\nsub/b.sxs\n".replaceAll("/", join("/")))
    assert.strictEqual(sxs(folder, "fmt", ".", "a.sxs").exitCode, 0)
    assert.deepStrictEqual([read(folder, "a.sxs"), read(folder, "sub/b.sxs")], [tidy, tidy])
    for (const file of ["sub/c.txt", "node_modules/p/d.sxs", ".sxs/e.sxs"])
      assert.strictEqual(read(folder, file), loose)
  })

  it("lists with --check what is not in the format, writes nothing, and ends with 1 if there is any", () => {
    const folder = folderWith({ "a.sxs": loose, "b.sxs": tidy })
    const { exitCode, out } = sxs(folder, "fmt", "--check", "a.sxs", "b.sxs")
    assert.deepStrictEqual([exitCode, out], [1, "a.sxs\n"])
    assert.strictEqual(read(folder, "a.sxs"), loose)
    assert.strictEqual(sxs(folder, "fmt", "--check", "b.sxs").exitCode, 0)
  })

  it("says with --json what has become of each file", () => {
    const folder = folderWith({ "a.sxs": loose, "b.sxs": tidy, "c.sxs": broken })
    const rows = (...args: ReadonlyArray<string>) => {
      const { err, exitCode, out } = sxs(folder, "fmt", "--json", ...args)
      const parsed = JSON.parse(out) as ReadonlyArray<{
        readonly file: string
        readonly result: string
        readonly diagnostics: ReadonlyArray<{ readonly code: string }>
      }>
      return {
        exitCode,
        err,
        rows: parsed.map(({ diagnostics, file, result }) => [file, result, diagnostics[0]?.code])
      }
    }
    const found = [
      ["a.sxs", "changed", undefined],
      ["b.sxs", "unchanged", undefined]
    ]
    assert.deepStrictEqual(rows("--check", "a.sxs", "b.sxs"), { exitCode: 1, err: "", rows: found })
    assert.strictEqual(read(folder, "a.sxs"), loose)
    const all = rows(".")
    assert.deepStrictEqual(all, { exitCode: 65, err: "", rows: [...found, ["c.sxs", "unreadable", "SXS1011"]] })
    assert.strictEqual(read(folder, "a.sxs"), tidy)
    assert.strictEqual(sxs(folder, "fmt", "--json", "-").exitCode, 2)
  })

  it("formats the standard input to stdout", () => {
    const from = (input: string, ...args: ReadonlyArray<string>) =>
      start(launcher, ["fmt", ...args], { cwd: folderWith(), input })
    assert.deepStrictEqual(from(loose, "-"), { exitCode: 0, out: tidy, err: "" })
    assert.deepStrictEqual(from(loose, "--check", "-"), { exitCode: 1, out: "stdin\n", err: "" })
    const wrong = from(broken, "-")
    assert.deepStrictEqual([wrong.exitCode, wrong.out], [65, ""])
    assert.include(wrong.err, "--> stdin:1:1")
  })

  it("reports a file that cannot be read as sxs with 65, leaves it, and goes on with the others", () => {
    const folder = folderWith({ "a.sxs": broken, "b.sxs": new Uint8Array([0x28, 0xff]), "c.sxs": loose })
    const { err, exitCode } = sxs(folder, "fmt", ".")
    assert.strictEqual(exitCode, 65)
    assert.include(err, "SXS1011")
    assert.include(err, "SXS1012")
    assert.deepStrictEqual([read(folder, "a.sxs"), read(folder, "c.sxs")], [broken, tidy])
  })

  it("ends with 2 for a missing file, and for a folder without sources", () => {
    const folder = folderWith({ "empty/a.txt": "" })
    assert.include(sxs(folder, "fmt", "missing.sxs").err, "there is no file missing.sxs")
    const empty = sxs(folder, "fmt", "empty")
    assert.deepStrictEqual([empty.exitCode, empty.err], [2, "sxs: there is no .sxs file in empty\n"])
  })
})
