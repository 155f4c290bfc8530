import { assert, describe, it } from "vitest"
import { printCount, printDuration, printNumber } from "../../../cli/duration.ts"
import { renderFault } from "../../../cli/fault.ts"
import { printJson } from "../../../cli/json.ts"
import { shellWord } from "../../../cli/store-location.ts"
import { Table } from "../../../cli/table.ts"
import { clip, visible, visibleLines } from "../../../cli/visible.ts"
import type { FaultView } from "../../../runtime/index.ts"

describe("text for people", () => {
  it("gives a duration in its largest whole unit", () => {
    const minute = 60_000
    const times = [-5, 0, 999, 59_999, minute, 59 * minute, 60 * minute, 24 * 60 * minute - 1, 48 * 60 * minute]
    assert.deepStrictEqual(times.map(printDuration), [
      "0 s",
      "0 s",
      "0 s",
      "59 s",
      "1 min",
      "59 min",
      "1 h",
      "23 h",
      "2 d"
    ])
    assert.deepStrictEqual([printCount(1, "task"), printCount(99_950, "task")], ["1 task", "99,950 tasks"])
    const counts = [0, 7, 999, 1000, 12_345, 999_999, 1_000_000, Number.MAX_SAFE_INTEGER]
    assert.deepStrictEqual(
      counts.map(printNumber),
      counts.map((count) => count.toLocaleString("en-US"))
    )
  })

  it("keeps the width that the first rows gave a column", () => {
    const table = new Table(["ID", "STATE"])
    assert.strictEqual(table.print([["worker-1", "paused"]]), "ID        STATE\nworker-1  paused\n")
    assert.strictEqual(table.print([["w", "done"]]), "w         done\n")
  })

  it("lets nothing control the terminal", () => {
    assert.strictEqual(visible("a\u001b[2Jb\n\u202e"), "a\\u{1b}[2Jb\\u{a}\\u{202e}")
    assert.strictEqual(visibleLines("a\u009b\nb"), "a\\u{9b}\nb")
    assert.strictEqual(
      printJson({ "\u009b": ["\u2066\u001b\n", "\ud83d\ude00"] }),
      '{"\\u009b":["\\u2066\\u001b\\n","😀"]}'
    )
    assert.strictEqual(printJson([1], 2), "[\n  1\n]")
    assert.strictEqual(clip("abcdef", 4), "abc…")
    assert.strictEqual(clip("ab😀cdef", 4), "ab…")
  })

  it("quotes a word for the shell when it has to", () => {
    assert.deepStrictEqual(["a/b.c", "a b", "it's"].map(shellWord), ["a/b.c", "'a b'", "'it'\\''s'"])
  })
})

describe("a fault", () => {
  const fault = (column: number, trace: FaultView["trace"] = []): FaultView => ({
    message: "broken",
    code: "SXS6001",
    data: null,
    trace: [{ function: "f", source: "a.sxs", line: 2, column }, ...trace]
  })
  const text = '(a)\n  (f "(" ; (\n    x) y\n'

  it.each([
    [3, "  (f", "^".repeat('(f "(" ; ('.length)],
    [6, "", "^^^"],
    [900, "", "^"]
  ])("marks the form in column %i", (column, _, marks) => {
    const shown = renderFault(fault(column), () => text, { colour: false })
    assert.strictEqual(/\| +(\^+) *$/m.exec(shown)?.[1], marks, shown)
  })

  it("is told without its source, and a deep one without its middle", () => {
    const call = { function: "g", source: "a.sxs", line: 1, column: 1 }
    const shown = renderFault(
      fault(
        1,
        Array.from({ length: 99 }, () => call)
      ),
      () => undefined,
      { colour: false }
    )
    assert.include(shown, "error SXS6001: broken\n --> a.sxs:2:1\n  in f at a.sxs:2:1\n")
    assert.include(shown, "  … more calls …\n")
    assert.strictEqual(shown.split("\n").length, 2 + 20 + 1 + 5 + 1)
  })
})
