import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { explainOutput, showLine } from "../../../cli/program-output.ts"
import type { ShellService } from "../../../cli/shell.ts"
import { StoreUnavailable } from "../../../runtime/index.ts"
import { makeMemory } from "../../../runtime/store/memory.ts"
import { compiled, open, untilIdle } from "../../support/namespace.ts"

/** A shell that takes so many writes, then one failure, then writes again. */
const shellFor = (writesMax: number) => {
  const shown: Array<string> = []
  let writes = 0
  const shell: ShellService = {
    out: (text) => {
      if (++writes !== writesMax + 1) shown.push(text)
      return undefined
    },
    err: () => undefined,
    outFailure: () => (writes === writesMax + 1 ? "the disk is full" : undefined),
    isOutClosed: () => false,
    colour: { out: false, err: false },
    cwd: "/",
    env: {}
  }
  return { shell, shown }
}

const bundle = compiled('(for (i 0 10) (log "line" i))\n(core/task/sleep 1000)\n(log "line" 10)\n')
const lines = Array.from({ length: 11 }, (_, i) => `line ${i}\n`)

describe("what a program prints", () => {
  it.effect("is shown again from the line on that could not be shown, and no later line comes before it", () =>
    Effect.gen(function* () {
      for (let writesMax = 0; writesMax < lines.length; writesMax++) {
        const memory = makeMemory()
        const { shell, shown } = shellFor(writesMax)
        const error = yield* Effect.scoped(
          Effect.gen(function* () {
            const { namespace } = yield* open(memory, { output: (line) => showLine(line, shell) })
            yield* namespace.startProgram({ bundle, fresh: false })
            return yield* Effect.flip(untilIdle(namespace))
          })
        )
        assert.instanceOf(error, StoreUnavailable)
        assert.include(explainOutput(error, { kind: "memory", flag: "" }), "the disk is full")
        assert.deepStrictEqual(shown, lines.slice(0, writesMax))

        const again = shellFor(100)
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { namespace } = yield* open(memory, { output: (line) => showLine(line, again.shell) })
            yield* namespace.recover
            yield* untilIdle(namespace)
          })
        )
        // A line that was shown may come again, as after a crash; none is left out.
        const first = lines.indexOf(again.shown[0]!)
        assert.isAtMost(first, writesMax)
        assert.deepStrictEqual(again.shown, lines.slice(first))
      }
    })
  )

  it("is told apart from a store that has failed", () => {
    const error = new StoreUnavailable({ operation: "commit", reason: "full", detail: "no space" })
    assert.isUndefined(explainOutput(error, { kind: "memory", flag: "" }))
  })
})
