import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folderWith, start, sxs } from "./start.ts"

const source = '(core/util/log "before")\n(def answer (core/task/pause))\n(core/util/log "after" answer)\n'

const built = () => {
  const folder = folderWith({ "main.sxs": source })
  const result = sxs(folder, "build", "main.sxs", "-o", "out")
  assert.strictEqual(result.exitCode, 0, result.err)
  rmSync(join(folder, "main.sxs"))
  return { folder, file: join(folder, "out/main.js"), err: result.err }
}

describe("sxs build", () => {
  it("writes the code, its map, its types and its manifest", () => {
    const { folder } = built()
    const read = (name: string) => readFileSync(join(folder, "out", name), "utf8")
    assert.deepStrictEqual((JSON.parse(read("main.js.map")) as { sources: unknown }).sources, ["main.sxs"])
    assert.include(read("main.d.ts"), "export declare const manifest")
    assert.strictEqual((JSON.parse(read("main.sxs.json")) as { program: unknown }).program, "main")
    assert.deepStrictEqual(JSON.parse(read("package.json")), { type: "module" })
  })

  it("makes a file that runs by itself, with the flags of sxs run", () => {
    const { file, folder } = built()
    const first = start(file, ["--store", "other"], { cwd: folder })
    assert.strictEqual(first.out, "before\n")
    assert.include(first.err, "Wake it: sxs resume main-1 [VALUE] --store other\n")
    const again = start(file, ["--store", "other"], { cwd: folder })
    assert.match(again.err, /^resuming main-1 at main\.sxs:2 /)
    assert.include(start(file, ["--store", "other", "--new"], { cwd: folder }).err, "main-2 is paused")
    assert.strictEqual(sxs(folder, "resume", "main-1", "7", "--store", "other").out, "after 7\n")
    assert.strictEqual(start(file, ["--", "x"], { cwd: folder }).exitCode, 2)
  })

  it("also runs without its map, and under an older Node", () => {
    const { file, folder } = built()
    rmSync(`${file}.map`)
    writeFileSync(
      join(folder, "old.cjs"),
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.0.0" } })\n'
    )
    const { exitCode, out } = start(file, ["--store", "memory:"], {
      cwd: folder,
      node: ["-r", join(folder, "old.cjs")]
    })
    assert.deepStrictEqual({ exitCode, out }, { exitCode: 0, out: "before\n" })
  })

  it("makes a module that does nothing when a program imports it", () => {
    const { folder } = built()
    const program = 'import { manifest } from "./out/main.js"\nconsole.log(manifest.program)\n'
    writeFileSync(join(folder, "program.mjs"), program)
    assert.deepStrictEqual(start(join(folder, "program.mjs"), [], { cwd: folder }), {
      exitCode: 0,
      out: "main\n",
      err: ""
    })
    assert.isFalse(existsSync(join(folder, ".sxs")))
  })

  it("refuses a file that was edited or cut, with 65", () => {
    const { file, folder } = built()
    const text = readFileSync(file, "utf8")
    for (const changed of [text.replace("before", "hacked"), text.replace(/^\/\/ sxs run .*$/m, "")]) {
      writeFileSync(file, changed)
      const { err, exitCode, out } = start(file, [], { cwd: folder })
      assert.strictEqual(exitCode, 65, err)
      assert.strictEqual(out, "")
      assert.include(err, "Build it again")
    }
    assert.isFalse(existsSync(join(folder, ".sxs")))
  })

  it("links this sxs where none is installed, says so, and mends a link that leads nowhere", () => {
    const { err, file, folder } = built()
    assert.match(err, /^sxs: linked .*out\/node_modules\/sxs to this sxs; /)
    renameSync(join(folder, "out/node_modules/sxs"), join(folder, "kept"))
    writeFileSync(join(folder, "again.sxs"), source)
    assert.include(sxs(folder, "build", "again.sxs", "-o", "out").err, "linked")
    assert.strictEqual(sxs(folder, "build", "again.sxs", "-o", "out").err, "")
    rmSync(join(folder, "out/node_modules"), { recursive: true })
    const alone = start(file, [], { cwd: folder })
    assert.strictEqual(alone.exitCode, 2)
    assert.match(alone.err, /^sxs: this program needs the package sxs/)
  })

  it("keeps a package.json that is there, and says what it lacks", () => {
    const folder = folderWith({ "main.sxs": source, "out/package.json": '{ "name": "mine" }\n' })
    assert.include(sxs(folder, "build", "main.sxs", "-o", "out").err, '"type": "module"')
    assert.strictEqual(readFileSync(join(folder, "out/package.json"), "utf8"), '{ "name": "mine" }\n')
  })

  it("adds no package.json below one that says module", () => {
    const folder = folderWith({ "main.sxs": source, "package.json": '{ "type": "module" }\n' })
    sxs(folder, "build", "main.sxs", "-o", "out")
    assert.isFalse(existsSync(join(folder, "out/package.json")))
  })

  it("refuses two files that would become one, and writes neither", () => {
    const folder = folderWith({ "a/main.sxs": source, "b/main.sxs": source })
    assert.strictEqual(sxs(folder, "build", "a/main.sxs", "b/main.sxs", "-o", "out").exitCode, 2)
    assert.isFalse(existsSync(join(folder, "out")))
  })

  it("refuses to replace a source, also by another path to it, and writes nothing", () => {
    const folder = folderWith({ "prog.js": source, "a.sxs": source, "a.d.ts": source })
    symlinkSync(".", join(folder, "here"))
    for (const args of [
      ["prog.js", "-o", "."],
      ["here/prog.js", "-o", "."],
      ["prog.js", "-o", "here"],
      ["a.sxs", "a.d.ts", "-o", "."]
    ]) {
      const { err, exitCode } = sxs(folder, "build", ...args)
      assert.strictEqual(exitCode, 2, args.join(" "))
      assert.include(err, "would be replaced")
    }
    assert.deepStrictEqual(readdirSync(folder).toSorted(), ["a.d.ts", "a.sxs", "here", "prog.js"])
    assert.strictEqual(readFileSync(join(folder, "prog.js"), "utf8"), source)
    assert.strictEqual(sxs(folder, "build", "prog.js", "-o", "out").exitCode, 0)
  })

  it("says when the folder cannot be written", () => {
    const folder = folderWith({ "main.sxs": source, out: "a file" })
    const { err, exitCode } = sxs(folder, "build", "main.sxs", "-o", "out")
    assert.strictEqual(exitCode, 1)
    assert.include(err, join(folder, "out"))
    mkdirSync(join(folder, "free"))
    assert.strictEqual(sxs(folder, "build", "main.sxs", "-o", "free").exitCode, 0)
  })
})
