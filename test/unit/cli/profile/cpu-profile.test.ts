import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { profileTo } from "../../../../cli/profile/cpu-profile.ts"
import type { OwnSession } from "../../../../cli/session.ts"
import { Shell, type ShellService } from "../../../../cli/shell.ts"

const session = { namespace: { loaded: () => [] } } as unknown as OwnSession

/** What is said of the profile of a run that waits so long, and the text of the profile. */
const profiled = (wait: "1 minutes" | "20 minutes") =>
  Effect.gen(function* () {
    const cwd = mkdtempSync(join(tmpdir(), "sxs-profile-"))
    const said: Array<string> = []
    const shell = { cwd, err: (text: string) => void said.push(text) } as ShellService
    const profile = profileTo({ file: "", program: "a/b c", folder: cwd }).pipe(Effect.provideService(Shell, shell))
    const run = yield* Effect.forkChild(Effect.flatMap(profile, (around) => around(session, Effect.sleep(wait))))
    yield* TestClock.adjust(wait)
    yield* Fiber.join(run)
    const text = readFileSync(join(cwd, "a-b-c.cpuprofile"), "utf8")
    rmSync(cwd, { recursive: true })
    return {
      err: said
        .join("")
        .replace(cwd, "")
        .replace(/\d+ samples/, "N samples"),
      nodes: JSON.parse(text).nodes
    }
  })

describe("profileTo", () => {
  it.effect("names the file after the program", () =>
    Effect.map(profiled("1 minutes"), ({ err, nodes }) => {
      assert.strictEqual(err, "profile: /a-b-c.cpuprofile (N samples)\n")
      assert.isAbove(nodes.length, 0)
    })
  )

  it.effect("holds the first minutes of a long run, and says so", () =>
    Effect.map(profiled("20 minutes"), ({ err, nodes }) => {
      assert.strictEqual(err, "profile: /a-b-c.cpuprofile (N samples, the first 10 minutes)\n")
      assert.isAbove(nodes.length, 0)
    })
  )
})
