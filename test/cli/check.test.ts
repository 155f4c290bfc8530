import { assert, describe, it } from "vitest"
import { expectSarif } from "../support/sarif.ts"
import { folderWith, launcher, start, sxs } from "./start.ts"

const right = '(log "hello")\n'
const warned = "(def user 1)\n(core/kv/get user)\n"
const wrong = "(log missing)\n"

describe("sxs check", () => {
  it("prints all diagnostics of all files as one array", () => {
    const folder = folderWith({ "a.sxs": warned, "sub/b.sxs": wrong, "sub/c.sxs": right })
    const { err, exitCode, out } = sxs(folder, "check", "--json", ".")
    assert.deepStrictEqual([exitCode, err], [65, ""])
    const found = JSON.parse(out) as ReadonlyArray<Record<"code" | "severity" | "file" | "span", unknown>>
    assert.deepStrictEqual(
      found.map(({ code, severity, file }) => [code, severity, file]),
      [
        ["SXS3002", "warning", "a.sxs"],
        ["SXS2001", "error", "sub/b.sxs"]
      ]
    )
    assert.deepStrictEqual(found[1]!.span, { line: 1, column: 6, endLine: 1, endColumn: 13, start: 5, end: 12 })
    assert.strictEqual(sxs(folder, "check", "--json", "sub/c.sxs").out, "[]\n")
  })

  it("prints a SARIF log whose rules have the pages of the documentation", () => {
    const folder = folderWith({ "a.sxs": warned, "b.sxs": wrong })
    const { exitCode, out } = sxs(folder, "check", "--sarif", "a.sxs", "b.sxs")
    assert.strictEqual(exitCode, 65)
    const log = JSON.parse(out)
    expectSarif(log)
    for (const rule of log.runs[0].tool.driver.rules) {
      assert.match(rule.helpUri, new RegExp(`^file://.*/docs/errors/${rule.id}\\.md$`))
      assert.include(rule.help.markdown, `# ${rule.id}: ${rule.shortDescription.text}`)
    }
    assert.strictEqual(sxs(folder, "check", "--sarif", "--json", "a.sxs").exitCode, 2)
  })

  it("lets warnings pass unless it is told how many are too many", () => {
    const folder = folderWith({ "a.sxs": warned, "b.sxs": warned })
    const check = (...args: ReadonlyArray<string>) => sxs(folder, "check", ...args, "a.sxs", "b.sxs")
    assert.strictEqual(check().exitCode, 0)
    assert.strictEqual(check("--max-warnings", "2").exitCode, 0)
    const { err, exitCode } = check("--max-warnings", "1")
    assert.strictEqual(exitCode, 1)
    assert.include(err, "sxs: 2 warnings, where at most 1 is allowed\n")
    assert.include(check("--strict").err, "sxs: 2 warnings, where none is allowed\n")
    assert.strictEqual(check("--strict", "--json").exitCode, 1)
    assert.strictEqual(check("--max-warnings", "-1").exitCode, 2)
  })

  it("reads the standard input", () => {
    const folder = folderWith()
    const { err, exitCode } = start(launcher, ["check", "-"], { cwd: folder, input: wrong })
    assert.strictEqual(exitCode, 65)
    assert.include(err, " --> stdin:1:6\n")
  })

  it("names a file once, however often it was named", () => {
    const folder = folderWith({ "a.sxs": wrong })
    assert.lengthOf(JSON.parse(sxs(folder, "check", "--json", "a.sxs", ".", "./a.sxs").out), 1)
  })
})
