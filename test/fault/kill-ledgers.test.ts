/**
 * Several programs, each of several tasks, killed with SIGKILL again and again while they run, start, or recover from the kill
 * before. After each kill the books of the store are audited.
 *
 * That the audit can fail is shown by test/unit/support/kill-ledger-audit.test.ts, fault by fault. It has found lines that
 * stood in a full pipe when the process was killed (test/unit/runtime/task/outbox.test.ts).
 *
 *     SXS_KILLS  how many kills in all, over these programs and those of kill.test.ts; 24 without it
 *     SXS_SEED   repeats the moments of another run, as far as processes can be made to run alike
 */
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Giver } from "../support/kill-giver.ts"
import { auditLedger, emptyLedger, type LedgerPicture, readLedger } from "../support/kill-ledger-audit.ts"
import { type Ledger, ledgers } from "../support/kill-ledgers.ts"
import { buildProgram, type KillMoment, type Life, runLife, sxsFile } from "../support/kill-process.ts"
import { killsEach as killCount, seed } from "../support/kill-runs.ts"
import { type Random, seeded } from "../support/random.ts"

const linesPerLifeMax = 50
const jitterMsMax = 8
const startUpKills = 0.35

describe("a program that keeps books", () => {
  const counts = new Map<string, number>()
  for (const [index, ledger] of ledgers.entries()) {
    it(`${ledger.name}: nothing is lost and nothing doubled (${killCount} kills)`, {
      timeout: 60_000 + killCount * 20_000
    }, async () => {
      const folder = await mkdtemp(join(tmpdir(), "sxs-kill-"))
      try {
        const random = seeded(seed + index)
        const bundle = buildProgram(folder, ledger.source)
        let kills = 0
        // Each run ends when all is done, or with the last kill.
        for (let run = 0; kills < killCount; run++) {
          kills += await runLedger({ ledger, folder, bundle, random, run, killsMax: killCount - kills })
        }
        counts.set(ledger.name, kills)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    })
  }
  afterAll(() => console.info(`kills with SXS_SEED=${seed}: ${[...counts].map((each) => each.join(" ")).join(", ")}`))
})

interface Run {
  readonly ledger: Ledger
  readonly folder: string
  readonly bundle: string
  readonly random: Random
  readonly run: number
  readonly killsMax: number
}

/** Runs the program on a new store until it has ended; yields how often it was killed. */
const runLedger = async ({ bundle, folder, killsMax, ledger, random, run }: Run): Promise<number> => {
  await mkdir(join(folder, `store${run}`)) // A kill may come before there is anything in it.
  const store = await realpath(join(folder, `store${run}`))
  const giver = new Giver(store)
  const everShown = new Set<string>()
  let before = emptyLedger
  let startUpMs = 400
  let kills = 0
  for (let isDone = false; !isDone; ) {
    const moment = kills < killsMax && !before.isDone ? momentOf(random, startUpMs) : undefined
    const words = wordsOf(random, bundle, before)
    const where = `${ledger.name}, run ${run}, life ${kills}, ${describeMoment(moment)}, seed ${seed}`
    const ended = await live([...words, "--store", store], moment, ledger.values === undefined ? undefined : giver)
    isDone = !("signal" in ended.end)
    if (!isDone) kills++
    assert.deepStrictEqual(ended.end, isDone ? { exitCode: 0 } : { signal: "SIGKILL" }, `${where}\n${ended.stderr}`)
    startUpMs = ended.firstOutputMs ?? startUpMs
    const shown = wholeLines(ended.stdout)
    for (const line of shown) everShown.add(line)
    const after = await readLedger(store)
    assert.deepStrictEqual(auditLedger({ ledger, before, shown, everShown, after }), [], where)
    checkGiven(giver, after, where)
    before = after
  }
  checkEnd(ledger, before, everShown)
  return kills
}

/** Another process gives values meanwhile, if there is something to give. */
const live = async (
  words: ReadonlyArray<string>,
  moment: KillMoment | undefined,
  giver: Giver | undefined
): Promise<Life> => {
  let isOver = false
  const given = giver?.give(() => isOver)
  try {
    const [file, ...args] = words
    return await runLife(file!, args, moment)
  } finally {
    isOver = true
    await given
  }
}

/** A process that was killed may be followed by one that is started in another way. */
const wordsOf = (random: Random, bundle: string, before: LedgerPicture): ReadonlyArray<string> => {
  const durability = ["--durability", random.chance(0.5) ? "strict" : "relaxed"]
  return before.isDone || (before.logs.size > 0 && random.chance(0.3))
    ? [sxsFile, "resume", ...durability]
    : [bundle, ...durability]
}

const momentOf = (random: Random, startUpMs: number): KillMoment => {
  if (random.chance(startUpKills)) return { after: "start", delayMs: random.below(startUpMs * 1.3) }
  const delayMs = random.chance(0.5) ? 0 : random.below(jitterMsMax)
  return { after: "lines", lineCount: 1 + Math.floor(random.below(linesPerLifeMax)), delayMs }
}

const describeMoment = (moment: KillMoment | undefined): string => {
  if (moment === undefined) return "not killed"
  return `killed ${moment.delayMs.toFixed(2)} ms after ${moment.after === "start" ? "its start" : `${moment.lineCount} lines`}`
}

/** A last line without its end was cut off by the kill. */
const wholeLines = (text: string): ReadonlyArray<string> => text.split("\n").slice(0, -1)

/** What the owner said that it has taken is in the store: it was told, or waits for the task to go on. */
const checkGiven = ({ acknowledged, doubtCount }: Giver, after: LedgerPicture, where: string): void => {
  const lines = new Set([...after.logs.values()].flat())
  const told = (value: number): boolean => lines.has(`told 1 value ${value}`)
  const missing = acknowledged.filter((value) => !told(value))
  // The last one may have been taken while the task has not run since.
  assert.isAtMost(missing.length, 1, `acknowledged, but lost: ${missing.join(" ")}; ${where}`)
  if (missing.length === 1) assert.strictEqual(missing[0], acknowledged.at(-1), where)
  const count = after.books.get("told") ?? 0
  assert.isAtMost(count, acknowledged.length + doubtCount, `more values were told than given; ${where}`)
}

const checkEnd = (ledger: Ledger, end: LedgerPicture, everShown: ReadonlySet<string>): void => {
  const where = `the end of ${ledger.name}, seed ${seed}`
  for (const [key, value] of Object.entries(ledger.finally))
    assert.strictEqual(end.books.get(key), value, `${key}: ${where}`)
  assert.deepStrictEqual(end.unshown, [], where)
  assert.strictEqual(everShown.size, [...end.logs.values()].flat().length, where)
}
