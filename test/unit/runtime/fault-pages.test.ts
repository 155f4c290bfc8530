import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { compiled } from "../../support/namespace.ts"
import { runToEnd } from "../../support/run-to-end.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))

const pages = globSync("docs/errors/SXS6*.md", { cwd: root }).map((path) => {
  const text = readFileSync(`${root}/${path}`, "utf8")
  const programs = [...text.matchAll(/```sxs\n([\s\S]*?)```/g)].map((found) => found[1]!)
  return { code: path.slice(-10, -3), text, programs }
})

describe("the pages of faults", () => {
  it("there is one for each code in the runtime and the library, and none besides", () => {
    const sources = globSync(["runtime/**/*.ts", "stdlib/impl/**/*.ts"], { cwd: root })
    const codes = sources.flatMap((path) => readFileSync(`${root}/${path}`, "utf8").match(/SXS6\d{3}/g) ?? [])
    assert.deepStrictEqual(pages.map((page) => page.code).sort(), [...new Set(codes)].sort())
  })

  for (const { code, text, programs } of pages) {
    it.effect(`${code}: the example faults as told, and its cure runs`, () =>
      Effect.gen(function* () {
        assert.include(text, "## Cure")
        const [failing, cured] = programs
        if (failing === undefined || cured === undefined) return assert.match(text, /An example is/)
        const failed = yield* runToEnd(compiled(failing), {})
        assert.strictEqual(failed.final.error?.code, code)
        const ended = yield* runToEnd(compiled(cured), {})
        assert.strictEqual(ended.final.state, "done", JSON.stringify(ended.final.error))
      })
    )
  }
})
