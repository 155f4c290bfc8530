import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const script = join(import.meta.dirname, "../../../bench/check.ts")
const planted = join(import.meta.dirname, "planted")

/** Checks the planted benchmark, which is slower by these factors from run to run. */
const check = (factors: ReadonlyArray<number>, ...names: ReadonlyArray<string>) => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    const runs = join(folder, "runs")
    const env = { PATH: process.env["PATH"], SXS_PLANTED_FACTORS: factors.join(","), SXS_PLANTED_RUNS: runs }
    const { status, stderr, stdout } = spawnSync(process.execPath, [script, "--in", planted, ...names], {
      env,
      encoding: "utf8",
      timeout: 60_000
    })
    const runCount = status === 2 ? 0 : readFileSync(runs, "utf8").length / "run\n".length
    return { status, out: stdout, err: stderr, runCount }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe("npm run bench:check", () => {
  it("ends well after one run when nothing is worse, and says what has no counterpart", () => {
    const { err, out, runCount, status } = check([1])
    assert.deepStrictEqual({ status, err, runCount }, { status: 0, err: "", runCount: 1 })
    assert.strictEqual(
      out,
      [
        "planted, rate › sxs, new: 0.50, without a baseline",
        "planted, time › sxs, old: in the baseline, but there is no such figure",
        "planted: as its baseline or better",
        "no ratio is worse",
        ""
      ].join("\n")
    )
  })

  it("ends with 1 when a planted slow variant is worse in three runs of three, with the place and the way out", () => {
    const { err, runCount, status } = check([2, 1.6, 3])
    assert.deepStrictEqual({ status, runCount }, { status: 1, runCount: 3 })
    assert.strictEqual(
      err,
      [
        "planted, time › sxs: ratio 4.00, 3.20, 6.00 in 3 runs, baseline 2.00: 3.0 times worse.",
        "  bench/planted.ts measures it, npm run bench planted shows the table. If it is meant to be so:",
        "  npm run bench planted -- --accept, and say in the commit why.",
        "planted, rate › sxs: ratio 0.25, 0.31, 0.17 in 3 runs, baseline 0.50: 3.0 times worse.",
        "  bench/planted.ts measures it, npm run bench planted shows the table. If it is meant to be so:",
        "  npm run bench planted -- --accept, and say in the commit why.",
        ""
      ].join("\n")
    )
  })

  it("is content with one good run", () => {
    assert.deepInclude(check([2, 2, 1]), { status: 0, err: "", runCount: 3 })
    assert.deepInclude(check([2, 1, 2]), { status: 0, err: "", runCount: 2 })
  })

  it("refuses a name that no benchmark has", () => {
    assert.deepInclude(check([1], "nothing"), { status: 2, err: "no benchmark nothing; there are planted\n" })
  })
})
