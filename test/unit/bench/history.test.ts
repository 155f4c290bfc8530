import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { appendHistory, parseHistory, readHistory } from "../../../bench/history.ts"
import type { Result } from "../../../bench/measure.ts"

const result: Result = {
  title: "t",
  unit: "ms",
  repeats: 5,
  figures: [{ name: "sxs", median: 1, least: 1, most: 1, ratio: 1 }]
}

describe("history", () => {
  it("is one file that each benchmark adds a line to", () => {
    const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
    try {
      const file = join(folder, "results/history.jsonl")
      assert.deepStrictEqual(readHistory(file), [])
      const startedAt = new Date(0)
      appendHistory({ startedAt, benchmark: "compile", results: [result] }, {}, file)
      appendHistory({ startedAt, benchmark: "peers", results: [] }, { versions: { peer: "1" } }, file)
      const lines = readHistory(file)
      assert.deepInclude(lines[0], { startedAt: "1970-01-01T00:00:00.000Z", benchmark: "compile", results: [result] })
      assert.include(lines[1], { benchmark: "peers" })
      assert.deepNestedInclude(lines[1], { "versions.peer": "1" })
      assert.strictEqual(lines[0]!.machine.node, process.version)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it("leaves out a line that was not written to its end", () => {
    const lines = parseHistory('{"benchmark":"a"}\n{"bench')
    assert.deepStrictEqual(
      lines.map(({ benchmark }) => benchmark),
      ["a"]
    )
  })
})
