/**
 * A store that was killed, damaged in one way at a time, as disks, copies and people do it. Every outcome is the content as it
 * was, or an error that says so: none is silent.
 *
 *     SXS_DAMAGES  how many times; 150 without it
 *     SXS_SEED     repeats the damages of another run
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { damage, examine, makeKilledStore } from "../support/damaged-store.ts"
import { seeded } from "../support/random.ts"

const { SXS_DAMAGES, SXS_SEED } = process.env
const damageCount = Number(SXS_DAMAGES ?? 150)
const seed = Number(SXS_SEED ?? Math.floor(Math.random() * 2 ** 32))

describe("a damaged store", () => {
  it.live(
    `is noticed, or holds what it held (${damageCount} damages)`,
    () =>
      Effect.gen(function* () {
        console.info(`damaged ${damageCount} times with SXS_SEED=${seed}`)
        const folder = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "sxs-damage-"))),
          (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
        )
        const copies = { older: join(folder, "older"), killed: join(folder, "killed") }
        yield* makeKilledStore(join(folder, "store"), copies, seeded(seed))
        const whole = join(folder, "whole")
        cpSync(copies.killed, whole, { recursive: true })
        const intact = yield* examine(whole)
        assert.deepStrictEqual(intact.wrong, [])
        let noticed = 0
        for (let round = 0; round < damageCount; round++) {
          const random = seeded(seed + round)
          const damaged = join(folder, `damaged-${round}`)
          cpSync(copies.killed, damaged, { recursive: true })
          const what = damage(damaged, copies.older, random)
          const { entries, wrong } = yield* examine(damaged)
          rmSync(damaged, { recursive: true })
          if (wrong.length > 0) noticed++
          else assert.isTrue(sameEntries(entries, intact.entries), `round ${round}, seed ${seed}: ${what}: in silence`)
        }
        console.info(`noticed ${noticed}, harmless ${damageCount - noticed}, silent 0`)
        assert.isAbove(noticed, damageCount / 4)
      }),
    60_000 + damageCount * 1_000
  )
})

const sameEntries = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([key, record]) => b.get(key) === record)
