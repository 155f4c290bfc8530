import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { openSxs } from "../../../cli/embed/index.ts"
import { withOwnSession } from "../../../cli/session.ts"
import { Shell, type ShellService } from "../../../cli/shell.ts"

const shell: ShellService = {
  out: () => undefined,
  err: () => undefined,
  outFailure: () => undefined,
  isOutClosed: () => false,
  colour: { out: false, err: false },
  cwd: process.cwd(),
  env: {}
}

/** How many timers there are while a session is open. */
const timersIn = (serves: boolean): Promise<number> =>
  withOwnSession({ store: "memory:", create: true, serves }, () => Effect.sync(() => vi.getTimerCount())).pipe(
    Effect.provideService(Shell, shell),
    Effect.runPromise
  )

describe("what a process holds", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }))
  afterEach(() => void vi.useRealTimers())

  it("is looked at once in a while, however many stores are open, until the last is closed", async () => {
    const options = { store: "memory:", telemetry: false } as const
    const first = await openSxs(options)
    const second = await openSxs(options)
    assert.strictEqual(vi.getTimerCount(), 1)
    await first.close()
    assert.strictEqual(vi.getTimerCount(), 1)
    await second.close()
    assert.strictEqual(vi.getTimerCount(), 0)
  })

  it("is looked at by commands that run tasks, and by no others", async () => {
    assert.strictEqual(await timersIn(true), 1)
    assert.strictEqual(await timersIn(false), 0)
    assert.strictEqual(vi.getTimerCount(), 0)
  })
})
