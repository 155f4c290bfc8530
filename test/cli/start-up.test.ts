import { assert, describe, it } from "vitest"
import { loadedSources } from "./loaded.ts"
import { folderWith, sxs } from "./start.ts"

const searches = (loaded: ReadonlyArray<string>) => loaded.filter((file) => file.includes("/node-gyp-build/"))

describe("the start of a program that was compiled before", () => {
  const cwd = folderWith({ "one.sxs": '(log "one")\n' })
  assert.strictEqual(sxs(cwd, "run", "one.sxs").exitCode, 0)
  const loaded = loadedSources(["run", "one.sxs"], { cwd })
  const from = (folder: string) => loaded.filter((file) => file.startsWith(folder))

  it("loads no compiler but for what shows a fault, no parser of command lines, no telemetry, no door", () => {
    assert.include(loaded, "cli/commands/run.ts")
    for (const folder of [
      "compiler/1-read",
      "compiler/2-expand",
      "compiler/3-check",
      "compiler/4-lower",
      "compiler/5-emit/emit.ts"
    ])
      assert.deepStrictEqual(from(folder), [], folder)
    for (const file of [
      "cli/parser.ts",
      "cli/repl/",
      "cli/watch/",
      "cli/test/",
      "runtime/telemetry/",
      "runtime/testing/"
    ])
      assert.deepStrictEqual(from(file), [], file)
    assert.deepStrictEqual(
      loaded.filter((file) => /node_modules\/(?:chevrotain|@chevrotain|effect\/dist\/(?:cli\/|Schema\.js))/.test(file)),
      []
    )
  })

  it("takes the binary of the store that its package brings, and searches one where a variable asks", () => {
    assert.deepStrictEqual(searches(loaded), [])
    const other = folderWith({ "one.sxs": '(log "one")\n' })
    const asked = loadedSources(["run", "one.sxs"], { cwd: other, env: { LIBC: "glibc" } })
    assert.notDeepEqual(searches(asked), [])
    assert.include(asked, "cli/commands/run.ts")
  })

  it("of what reads a store loads no compiler", () => {
    const cwd = folderWith({ "one.sxs": '(log "one")\n' })
    sxs(cwd, "run", "one.sxs")
    const commands = [
      ["ps"],
      ["inspect", "one-1"],
      ["logs", "one-1"],
      ["resume"],
      ["kv", "ls"],
      ["kv", "incr", "n"],
      ["subs"]
    ]
    for (const command of commands) {
      const own = loadedSources(command, { cwd })
      assert.include(own, `cli/commands/${command[0]}.ts`)
      assert.deepStrictEqual(
        own.filter((file) => /^compiler\/[1-4]/.test(file)),
        [],
        command.join(" ")
      )
    }
    assert.include(loadedSources(["kv", "set", "n", "1"], { cwd }), "compiler/1-read/lexer.ts")
  })

  it("compiles when a byte of the source has changed", () => {
    const changed = folderWith({ "one.sxs": '(log "two")\n' })
    assert.include(loadedSources(["run", "one.sxs"], { cwd: changed }), "compiler/1-read/lexer.ts")
  })
})
