import { assert, describe, it } from "vitest"
import { folderWith, launcher, start, sxs } from "./start.ts"

const repl = (cwd: string, lines: ReadonlyArray<string>, ...flags: ReadonlyArray<string>) =>
  start(launcher, ["repl", ...flags], { cwd, input: `${lines.join("\n")}\n` })

describe("sxs repl", () => {
  it("runs what it reads, shows values on stdout and mistakes on stderr, and ends with 1 when there was one", () => {
    const folder = folderWith()
    const fine = repl(folder, ["(def a 20)", "(+ a", "  1)", '(log "said")', '"text"'])
    assert.deepStrictEqual(fine, { exitCode: 0, out: '21\nsaid\ntrue\n"text"\n', err: "" })
    const wrong = repl(folder, ["(+ 1 b)", "(+ 1 2)", "(open"])
    assert.deepStrictEqual([wrong.exitCode, wrong.out], [1, "3\n"])
    assert.include(wrong.err, "error SXS2001: `b` is not defined\n --> [1]:1:6\n")
    assert.include(wrong.err, "error SXS1011: this `(` is never closed\n --> [3]:1:1\n")
  })

  it("uses files of the folder: what is imported, and modules in TypeScript", () => {
    const folder = folderWith({
      "lib.sxs": "#(export twice)\n(defn twice (n :int) :int (* 2 n))\n",
      "rates.ts": "export const rate = async (from: string): Promise<number> => from.length + 0.5\n"
    })
    const lines = ['#(import "./lib.sxs" as lib)', "(lib/twice 21)", '#(extern "./rates.ts" (rate (from :str) :real))']
    assert.deepStrictEqual(repl(folder, [...lines, '(rate "EUR")']), { exitCode: 0, out: "42\n3.5\n", err: "" })
  })

  it("keeps its tasks in a store on disk, where another session wakes them", () => {
    const folder = folderWith()
    const first = repl(
      folder,
      ["(defn later () (core/kv/set done (core/task/pause)))", "(core/task/spawn later)", "(def x (core/task/pause))"],
      "--store",
      "store"
    )
    assert.deepStrictEqual([first.exitCode, first.out], [0, '#(task "later-2")\n'])
    assert.include(first.err, "repl-3 is paused at [3]:1. Wake it: :resume repl-3 [VALUE]\n")
    assert.match(sxs(folder, "ps", "--store", "store").out, /^later-2 +paused/m)
    const second = repl(
      folder,
      [":resume later 5", "(while (not (core/kv/exists done)) (core/task/checkpoint))", "(core/kv/get done)"],
      "--store",
      "store"
    )
    assert.deepStrictEqual(second, { exitCode: 0, out: "5\n", err: "" })
  })
})
