import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { readBaseline } from "../../../bench/baseline.ts"
import { benchmarks } from "../../../bench/benchmarks.ts"

const folder = join(import.meta.dirname, "../../../bench")
const readme = readFileSync(join(folder, "README.md"), "utf8")

/** What the first column of the table names: beginnings of titles, with … for any words. */
const explained = [...readme.matchAll(/^\| `([^`]+)`/gm)].map(([, title]) => title!)

const matches = (pattern: string, title: string): boolean => {
  const parts = pattern.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  return new RegExp(`^${parts.join(".*")}`).test(title)
}

describe("bench/README.md", () => {
  const baseline = readBaseline(join(folder, "baseline.json"))

  it("explains every table that has a baseline", () => {
    const titles = Object.values(baseline).flatMap((tables) => Object.keys(tables))
    const silent = titles.filter((title) => !explained.some((pattern) => matches(pattern, title)))
    assert.deepStrictEqual(silent, [])
  })

  it("is about benchmarks that there are, as is the baseline", () => {
    const names = benchmarks.map(({ name }) => name)
    assert.deepStrictEqual(
      Object.keys(baseline).filter((name) => !names.includes(name)),
      []
    )
  })
})
