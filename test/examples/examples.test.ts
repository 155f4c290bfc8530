/**
 * The examples, run by the real command line on a real store. `expected.txt` holds the commands and what they print to
 * stdout. `SXS_GOLDEN=write vitest run test/examples` writes it; read the diff before you commit it.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { isWriting, normalise, parseTranscript, printTranscript, root, runTranscript } from "./transcript.ts"

const folder = join(root, "examples")

for (const name of readdirSync(folder)) {
  describe(`examples/${name}`, () => {
    it("has a program, a page and what is expected of it", () => {
      const missing = ["main.sxs", "README.md", "expected.txt"].filter((file) => !existsSync(join(folder, name, file)))
      assert.deepStrictEqual(missing, [])
    })

    it.live("prints what is expected", () =>
      Effect.gen(function* () {
        const path = join(folder, name, "expected.txt")
        const expected = readFileSync(path, "utf8")
        const store = yield* temporaryDirectory
        const steps = runTranscript(parseTranscript(expected), { store, streams: "stdout" })
        const actual = normalise(printTranscript(steps))
        if (isWriting) writeFileSync(path, actual)
        else assert.strictEqual(actual, expected)
      }).pipe(Effect.scoped)
    )
  })
}
