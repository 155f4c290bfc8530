import { assert, describe, it } from "vitest"
import { CommandFailed } from "../../../cli/exit.ts"
import type { ShellService } from "../../../cli/shell.ts"
import { readSourceFile, realFile } from "../../../cli/source-file.ts"

describe("a source file", () => {
  it("that vanishes after it was read is missed in the same words", () => {
    const shell = { cwd: import.meta.dirname } as ShellService
    const said = (look: () => unknown): unknown => {
      try {
        return look()
      } catch (thrown) {
        return thrown instanceof CommandFailed ? [thrown.exitCode, thrown.message] : thrown
      }
    }
    const expected = [2, "there is no file gone.sxs"]
    assert.deepStrictEqual(
      said(() => readSourceFile("gone.sxs", shell)),
      expected
    )
    assert.deepStrictEqual(
      said(() => realFile(`${import.meta.dirname}/gone.sxs`, shell)),
      expected
    )
  })
})
