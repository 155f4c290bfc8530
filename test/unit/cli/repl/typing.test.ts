import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { candidatesMax, namesFor, wordOf } from "../../../../cli/repl/complete.ts"
import { isOpen, readEntry } from "../../../../cli/repl/entry.ts"
import { appendHistory, historyFile, historyLinesMax, readHistory } from "../../../../cli/repl/history.ts"
import type { ShellService } from "../../../../cli/shell.ts"

describe("completion", () => {
  it("is about the word at the end of the line", () => {
    assert.strictEqual(wordOf("(core/kv/get use"), "use")
    assert.strictEqual(wordOf("(f '(a b"), "b")
    assert.strictEqual(wordOf("(f "), "")
  })

  it("offers what the session has defined, special forms and the library, each once", () => {
    assert.includeMembers([...namesFor("core/kv/s", [])], ["core/kv/set", "core/kv/snx", "core/kv/scope"])
    assert.deepStrictEqual(namesFor("defn", ["defn-mine"]), ["defn-mine", "defn"])
    assert.deepStrictEqual(namesFor("$ra", ["rate"]), ["$rate"])
    assert.deepStrictEqual(namesFor("", ["rate"]), [])
    assert.isAtMost(namesFor("core", []).length, candidatesMax)
  })
})

describe("an entry", () => {
  it("is open while a bracket or a text is, unless something else is wrong", () => {
    const open = (text: string): boolean => isOpen(readEntry(1, text))
    assert.isTrue(open("(+ 1\n"))
    assert.isTrue(open('(str "a\n'))
    assert.isFalse(open("(+ 1)\n"))
    assert.isFalse(open("(+ 1))\n(\n"))
    assert.isFalse(open("(+ 1.2.3\n"))
    assert.isFalse(open("; nothing (\n"))
  })
})

describe("the history", () => {
  const shell = (env: ShellService["env"]): ShellService => ({ env }) as ShellService

  it("is kept under the state folder, for its user only, and cut", () => {
    const home = mkdtempSync(join(tmpdir(), "sxs-history-"))
    try {
      assert.strictEqual(historyFile(shell({ HOME: home })), join(home, ".local/state/sxs/repl-history"))
      assert.strictEqual(
        historyFile(shell({ HOME: home, XDG_STATE_HOME: "relative" })),
        historyFile(shell({ HOME: home }))
      )
      assert.isUndefined(historyFile(shell({})))
      const file = historyFile(shell({ XDG_STATE_HOME: home }))!
      assert.deepStrictEqual(readHistory(file), [])
      appendHistory(file, "(+ 1 2)")
      appendHistory(file, "  ")
      appendHistory(file, "(+ 3 4)")
      assert.deepStrictEqual(readHistory(file), ["(+ 3 4)", "(+ 1 2)"])
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      writeFileSync(file, "1\n".repeat(2 * historyLinesMax + 1))
      assert.strictEqual(readHistory(file).length, historyLinesMax)
      assert.strictEqual(readFileSync(file, "utf8").split("\n").length, historyLinesMax + 1)
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    } finally {
      rmSync(home, { recursive: true })
    }
  })
})
