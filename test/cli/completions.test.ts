import { spawnSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import { folderWith, sxs } from "./start.ts"

const hasBash = spawnSync("bash", ["-c", "exit 0"]).status === 0

/** What bash offers for the last of these words, with the script sourced. */
const offered = (folder: string, ...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const typed = `
    source ./sxs.bash
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}
    command=$(complete -p sxs | sed -n 's/.*-F \\([^ ]*\\).*/\\1/p')
    "$command" sxs "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { status, stderr, stdout } = spawnSync("bash", ["--norc", "-c", typed, "bash", "sxs", ...words], {
    cwd: folder,
    encoding: "utf8"
  })
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
  return stdout.split("\n").filter((line) => line !== "")
}

describe("sxs completions", () => {
  it.skipIf(!hasBash)("completes commands, flags, choices and files in bash", () => {
    const script = sxs(folderWith(), "completions", "bash")
    assert.strictEqual(script.exitCode, 0)
    const folder = folderWith({ "sxs.bash": script.out, "main.sxs": "1\n", "parts/one.sxs": "1\n" })
    assert.sameMembers([...offered(folder, "re")], ["repl", "resume"])
    assert.includeMembers([...offered(folder, "kv", "")], ["get", "set", "ls"])
    assert.includeMembers([...offered(folder, "run", "--")], ["--new", "--print", "--store", "--watch"])
    assert.deepStrictEqual(offered(folder, "ps", "--state", "pau"), ["paused"])
    assert.deepStrictEqual(offered(folder, "run", "ma"), ["main.sxs"])
    assert.deepStrictEqual(offered(folder, "run", "--store", "par"), ["parts"])
  })

  it("prints a script for zsh and fish, and refuses other shells with 2", () => {
    const folder = folderWith()
    assert.match(sxs(folder, "completions", "zsh").out, /^#compdef sxs\n/)
    assert.include(sxs(folder, "completions", "fish").out, "complete -c sxs -n")
    assert.notInclude(sxs(folder, "completions", "zsh").out, "--completions")
    assert.strictEqual(sxs(folder, "completions", "tcsh").exitCode, 2)
  })
})
