import { readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folderWith, start, sxs } from "./start.ts"

const files = {
  "sub/main.sxs": '#(import "../lib/pay.sxs")\n(log "charged" (pay/charge 6 3))\n',
  "lib/pay.sxs":
    '#(import "./rates.sxs")\n#(export charge)\n(defn charge (cents by)\n  (+ rates/rate (div cents by)))\n',
  "lib/rates.sxs": "#(export rate)\n(def rate 1)\n"
}

describe("a program of several files", () => {
  it("runs from any folder", () => {
    const folder = folderWith(files)
    for (const [cwd, file] of [
      [folder, "sub/main.sxs"],
      [join(folder, "sub"), "main.sxs"],
      [join(folder, "lib"), "../sub/main.sxs"],
      [folder, join(folder, "sub/main.sxs")]
    ] as const) {
      const { err, exitCode, out } = sxs(cwd, "run", file, "--store", "memory:")
      assert.deepStrictEqual({ err, exitCode, out }, { err: "", exitCode: 0, out: "charged 3\n" }, file)
    }
  })

  it("shows a fault in an imported function in its own file, while it runs and afterwards", () => {
    const main =
      '#(import "../lib/pay.sxs")\n(defn go (n)\n  (list/map (fn (by) (pay/charge n by)) (list 0)))\n(log (go 6))\n'
    const folder = folderWith({ ...files, "sub/main.sxs": main })
    const place = " --> lib/pay.sxs:4:17\n4 |   (+ rates/rate (div cents by)))\n  |                 ^^^^^^^^^^^^^^\n"
    for (const [number, name] of ["sub/main.sxs", "./sub/../sub//main.sxs"].entries()) {
      const calls = [
        "../lib/pay/charge at lib/pay.sxs:4:17",
        `fn at ${name}:3:22`,
        "core/list/map at sxs:prelude/list.sxs:6:36",
        `go at ${name}:3:3`,
        `main at ${name}:4:6`
      ]
      const expected = place + calls.map((call) => `  in ${call}\n`).join("")
      assert.include(sxs(folder, "run", name, "--new").err, expected)
      assert.include(sxs(folder, "inspect", `main-${number + 1}`).out, expected)
    }
  })

  it("shows a task that waits in an imported function in its own file", () => {
    const pausing = files["lib/pay.sxs"].replace("(div cents by)", "(- (core/task/pause) (- cents by by))")
    const folder = folderWith({ ...files, "lib/pay.sxs": pausing })
    assert.include(sxs(folder, "run", "sub/main.sxs").err, "main-1 is paused at lib/pay.sxs:4. Wake it")
    assert.match(sxs(folder, "run", "sub/main.sxs").err, /^resuming main-1 at lib\/pay\.sxs:4 /)
    const { out } = sxs(folder, "inspect", "main-1")
    assert.match(out, /^#1 \.\.\/lib\/pay\/charge at lib\/pay\.sxs:4:20, in core\/task\/pause/m)
    assert.include(out, "> 4 |   (+ rates/rate (- (core/task/pause) (- cents by by))))")
    assert.include(out, '> 2 | (log "charged" (pay/charge 6 3))')
    assert.strictEqual(sxs(folder, "resume", "main-1", "5").out, "charged 6\n")
  })

  it("says that a source has changed when an imported file has, and not when only its place has", () => {
    const folder = folderWith({
      ...files,
      "lib/pay.sxs": files["lib/pay.sxs"].replace("(div cents by)", "(core/task/pause)")
    })
    sxs(folder, "run", "sub/main.sxs")
    assert.notInclude(sxs(join(folder, "sub"), "run", "main.sxs", "--store", "../.sxs").err, "has changed")
    writeFileSync(join(folder, "lib/rates.sxs"), "#(export rate)\n(def rate 2)\n")
    assert.include(sxs(folder, "run", "sub/main.sxs").err, "the source has changed since")
    assert.strictEqual(sxs(folder, "resume", "main-1", "5").out, "charged 6\n")
  })

  it("is one bundle that runs without its sources", () => {
    const folder = folderWith(files)
    assert.strictEqual(sxs(folder, "build", "sub/main.sxs", "-o", "out").exitCode, 0)
    assert.strictEqual(
      start(join(folder, "out/main.js"), ["--store", "memory:"], { cwd: join(folder, "out") }).out,
      "charged 3\n"
    )
  })

  it("has its mistakes shown in their files, each once, the program's own first", () => {
    const bad = {
      ...files,
      "lib/rates.sxs": "#(export rate)\n(def rate (+ 1 on))\n",
      "b.sxs": '#(import "./lib/rates.sxs")\n(log rates/rate (off))\n'
    }
    const folder = folderWith(bad)
    const { err, exitCode } = sxs(folder, "check", "b.sxs", "sub/main.sxs")
    assert.strictEqual(exitCode, 65)
    assert.deepStrictEqual(err.match(/--> .*$/gm), ["--> b.sxs:2:18", "--> lib/rates.sxs:2:16"])
    const json = JSON.parse(sxs(folder, "check", "sub/main.sxs", "--json").out) as ReadonlyArray<{
      readonly file: string
    }>
    assert.deepStrictEqual(
      json.map(({ file }) => file),
      ["lib/rates.sxs"]
    )
    assert.deepStrictEqual(sxs(folder, "run", "sub/main.sxs").err.match(/--> .*$/gm), ["--> lib/rates.sxs:2:16"])
  })

  it("says why a file cannot be imported, and does not read what is no file", () => {
    const folder = folderWith({
      "main.sxs":
        '#(import "./no.sxs")\n#(import "./dir.sxs")\n#(import "./latin.sxs")\n#(import "./link.sxs")\n#(import "./device.sxs")\n',
      "dir.sxs/inner": "",
      "latin.sxs": new Uint8Array([0x28, 0xe4, 0x29])
    })
    symlinkSync("main.sxs", join(folder, "link.sxs"))
    symlinkSync("/dev/zero", join(folder, "device.sxs"))
    const { err } = sxs(folder, "check", "main.sxs")
    assert.deepStrictEqual(err.match(/^error .*$/gm), [
      "error SXS2031: `no.sxs` cannot be imported: there is no such file",
      "error SXS2031: `dir.sxs` cannot be imported: it is a folder",
      "error SXS2032: `main.sxs` imports itself",
      "error SXS2031: `device.sxs` cannot be imported: it is not a regular file",
      "error SXS1012: this is not UTF-8: the byte 0xe4 cannot stand here"
    ])
  })
})

/** The files of a folder that were written between two calls, by their time of change. */
const changesIn = (folder: string, pattern: RegExp) => {
  const times = () =>
    new Map(
      readdirSync(folder)
        .filter((name) => pattern.test(name))
        .map((name) => [name, statSync(join(folder, name), { bigint: true }).mtimeNs] as const)
    )
  let before = times()
  return (): ReadonlyArray<string> => {
    const now = times()
    const changed = [...now].filter(([name, at]) => before.get(name) !== at).map(([name]) => name)
    before = now
    return changed.toSorted()
  }
}

const rate = (value: number) => `#(export rate)\n(def rate ${value})\n`
const uses = (file: string) => `#(import "./${file}.sxs" as m)\n(log m/rate)\n`

describe("what is compiled again", () => {
  it("by sxs build: the programs of which a file, an output or the compiler has changed", () => {
    const folder = folderWith({
      "a.sxs": uses("through"),
      "b.sxs": uses("leaf"),
      "c.sxs": uses("other"),
      "through.sxs": '#(import "./leaf.sxs")\n#(export rate)\n(def rate leaf/rate)\n',
      "leaf.sxs": rate(1),
      "other.sxs": rate(1)
    })
    const build = (): void => {
      const { err, exitCode } = sxs(folder, "build", "a.sxs", "b.sxs", "c.sxs", "-o", "out")
      assert.strictEqual(exitCode, 0, err)
    }
    build()
    const changes = changesIn(join(folder, "out"), /\.js$/)
    build()
    assert.deepStrictEqual(changes(), [])
    writeFileSync(join(folder, "leaf.sxs"), rate(2))
    build()
    assert.deepStrictEqual(changes(), ["a.js", "b.js"])
    writeFileSync(join(folder, "through.sxs"), rate(3))
    build()
    assert.deepStrictEqual(changes(), ["a.js"])
    writeFileSync(join(folder, "leaf.sxs"), rate(4))
    build()
    assert.deepStrictEqual(changes(), ["b.js"])
    writeFileSync(join(folder, "c.sxs"), uses("leaf"))
    build()
    assert.deepStrictEqual(changes(), ["c.js"])
    writeFileSync(join(folder, "out/b.d.ts"), "")
    build()
    assert.deepStrictEqual(changes(), ["b.js"])
    assert.strictEqual(start(join(folder, "out/c.js"), ["--store", "memory:"], { cwd: folder }).out, "4\n")
  })

  it("by sxs build: a program with warnings, so that they are shown again", () => {
    const folder = folderWith({ "main.sxs": '#(import "./leaf.sxs")\n(log 1)\n', "leaf.sxs": rate(1) })
    for (const _ of [1, 2]) assert.include(sxs(folder, "build", "main.sxs", "-o", "out").err, "warning SXS2038")
  })

  it("by sxs run: a program of which a file has changed", () => {
    const folder = folderWith({ "main.sxs": uses("leaf"), "leaf.sxs": rate(1) })
    const run = () => sxs(folder, "run", "main.sxs").out
    assert.strictEqual(run(), "1\n")
    const changes = changesIn(join(folder, ".sxs/cache"), /\.json$/)
    assert.strictEqual(run(), "1\n")
    assert.deepStrictEqual(changes(), [])
    writeFileSync(join(folder, "leaf.sxs"), rate(2))
    assert.strictEqual(run(), "2\n")
    assert.lengthOf(changes(), 1)
    assert.strictEqual(run(), "2\n")
    assert.deepStrictEqual(changes(), [])
  })
})
