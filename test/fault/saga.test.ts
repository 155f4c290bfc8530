/**
 * Sagas that call functions outside, a real process on a real store, killed with SIGKILL again and again. What the functions were
 * asked stands in a file that they write and flush before they do anything: after each kill it is audited. Each call has one key,
 * no other call has it, and no number of an attempt comes twice; what is undone is what had to be, in its order; in the end each
 * saga stands in the one of its two ends that is right.
 *
 *     SXS_KILLS  how many kills in all, over this program and the other ones; 24 without it
 *     SXS_SEED   repeats the moments of another run, as far as processes can be made to run alike
 *
 * That it can fail was seen with faults planted by hand in the runtime:
 *
 * | planted fault | what the test said |
 * |---|---|
 * | the call is made before its commit is durable | a call has two keys |
 * | a restart does not count the attempt that was under way | attempt 1 after 1 |
 * | each attempt draws a key of its own | a call has two keys |
 * | a call that was under way is not made again by the next start | the ship of an order was never called |
 */
import { existsSync, readFileSync } from "node:fs"
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { buildProgram, type KillMoment, type Life, runLife, runSxs } from "../support/kill-process.ts"
import { killsOutside as killCount, seed } from "../support/kill-runs.ts"
import { type Random, seeded } from "../support/random.ts"
import {
  auditCalls,
  auditEnd,
  isUndone,
  type NotedCall,
  parseCalls,
  printSagas,
  writeShop
} from "../support/saga-program.ts"

/** So many that the program is seldom over before the last kill. */
const sagaCount = 60 + killCount * 80
const linesPerLifeMax = 20
const startUpKills = 0.3
const jitterMsMax = 12

const levels = ["strict", "relaxed"] as const

describe("sagas killed at random moments", () => {
  it(`are asked for again under the same keys, and end right (${killCount} kills)`, {
    timeout: 60_000 + killCount * 20_000
  }, async () => {
    console.info(`killed ${killCount} times with SXS_SEED=${seed}`)
    const folder = await mkdtemp(join(tmpdir(), "sxs-saga-"))
    try {
      await killAgainAndAgain(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

const killAgainAndAgain = async (folder: string): Promise<void> => {
  const random = seeded(seed)
  const ledger = join(folder, "ledger")
  writeShop(folder, ledger)
  const bundle = buildProgram(folder, printSagas(sagaCount))
  const store = join(folder, "store")
  await mkdir(store) // A kill may come before there is anything in it.
  const args = (life: number) => ["--store", store, "--durability", levels[life % levels.length]!]
  let startUpMs = 300
  let life = 0
  // To run it once more when it is over would begin a second run of it, with calls of its own.
  for (; life < killCount && !areAllOver(store); life++) {
    const moment = momentOf(random, startUpMs)
    const ended = await runLife(bundle, args(life), moment)
    const where = `life ${life}, seed ${seed}`
    assert.deepStrictEqual(ended.end, { signal: "SIGKILL" }, `${where}\n${ended.stderr}`)
    startUpMs = ended.firstOutputMs ?? startUpMs
    assert.deepStrictEqual(auditCalls(callsIn(ledger)), [], where)
  }
  const where = `the last life, seed ${seed}`
  assert.isAbove(life, Math.min(killCount, 3) - 1, "it was over too soon")
  if (areAllOver(store)) runSxs(["resume", "--store", store])
  else {
    const ended: Life = await runLife(bundle, args(killCount))
    assert.deepStrictEqual(ended.end, { exitCode: 0 }, `${where}\n${ended.stderr}`)
  }
  assert.deepStrictEqual(auditEnd(callsIn(ledger), sagaCount), [], where)
  assert.deepStrictEqual(endsIn(store), expectedEnds, where)
}

const momentOf = (random: Random, startUpMs: number): KillMoment => {
  if (random.chance(startUpKills)) return { after: "start", delayMs: random.below(startUpMs * 1.2) }
  const delayMs = random.chance(0.5) ? 0 : random.below(jitterMsMax)
  return { after: "lines", lineCount: 1 + Math.floor(random.below(linesPerLifeMax)), delayMs }
}

const callsIn = (ledger: string): ReadonlyArray<NotedCall> =>
  existsSync(ledger) ? parseCalls(readFileSync(ledger, "utf8")) : []

const areAllOver = (store: string): boolean => existsSync(join(store, "db")) && endsIn(store).length >= sagaCount

/** Lines of `key value`. */
const endsIn = (store: string): ReadonlyArray<string> =>
  runSxs(["kv", "ls", "end/", "--limit", "0", "--store", store])
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().replace(/\s+/, " "))
    .toSorted()

const expectedEnds = Array.from({ length: sagaCount }, (_, index) => index + 1)
  .map((n) => `end/${n} ${isUndone(n) ? '"undone"' : '"shipped"'}`)
  .toSorted()
