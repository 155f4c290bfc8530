import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { agrees } from "../support/three-ways.ts"

const folder = fileURLToPath(new URL("programs", import.meta.url))

/** As many as the largest of them takes, and some more. */
const livesMax = 400

/** What the programs wait with. In front of them on their first line, so that lines keep their numbers. */
const waiting = "(defn w (x) (core/task/checkpoint) x) "

/** The programs of a group: each stands behind a line `;;; title`. */
const programsOf = (text: string): ReadonlyArray<{ readonly title: string; readonly program: string }> =>
  text
    .split(/^;;; /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n")
      return { title: part.slice(0, end), program: part.slice(end + 1) }
    })

const groups = globSync("*.sxs", { cwd: folder })
  .sort()
  .map((file) => ({ file, programs: programsOf(readFileSync(`${folder}/${file}`, "utf8")) }))

for (const { file, programs } of groups) {
  describe(file, () => {
    for (const { title, program } of programs) {
      const agreed = Effect.gen(function* () {
        const lives = yield* agrees(program.includes("(w ") ? waiting + program : program, file, livesMax)
        assert.isAtMost(lives, livesMax, "it makes no progress, or is too large for this test")
      })
      it.effect(title, () => agreed, 60_000)
    }
  })
}

it("there are many of them", () => {
  assert.isAtLeast(groups.flatMap((group) => group.programs).length, 120)
})
