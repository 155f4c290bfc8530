/**
 * The built program, a real process on a real store, killed with SIGKILL again and again: at random numbers of lines, at
 * random moments of its start-up, at both durability levels in turn, always on the same store.
 *
 *     SXS_KILLS  how many kills there are in all, of this program and those of kill-ledgers.test.ts; 24 without it
 *     SXS_SEED   repeats the moments of another run, as far as two processes can be made to run alike
 *
 * That it can fail was seen with faults planted by hand in the runtime, each red within the first 30 lives:
 *
 * | planted fault | what the test said |
 * |---|---|
 * | a line is shown at once, not past the output gate | a line was shown that the store does not know |
 * | one of 20 frame writes is left out of its batch | turns counted against the last turn: 448 to 447 |
 * | outbox records are left out of their batch | lines that nobody will ever see |
 * | frames are written in a second batch | turns counted against the last turn |
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { auditStore, type StorePicture } from "../support/kill-audit.ts"
import { buildProgram, type KillMoment, type Life, runLife, runSxs } from "../support/kill-process.ts"
import { type KillProgram, parseLines, printProgram, type Shown, taskNames, turnsOf } from "../support/kill-program.ts"
import { killsEach as killCount, seed } from "../support/kill-runs.ts"
import { type Random, seeded } from "../support/random.ts"

/** So long that every kill hits the program before its end: a life ends after 160 lines at most, and those that follow
 * while it is being killed. */
const program: KillProgram = { mainTurns: 200 + killCount * 100, sideTurns: 600 + killCount * 300 }
const linesPerLifeMax = 160
const jitterMsMax = 8
const startUpKills = 0.3

const levels = ["strict", "relaxed"] as const

describe("a program killed at random moments", () => {
  it(`loses and doubles nothing (${killCount} kills)`, { timeout: 60_000 + killCount * 20_000 }, async () => {
    console.info(`killed ${killCount} times with SXS_SEED=${seed}`)
    const folder = await mkdtemp(join(tmpdir(), "sxs-kill-"))
    try {
      await killAgainAndAgain(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

const killAgainAndAgain = async (folder: string): Promise<void> => {
  const random = seeded(seed)
  const bundle = buildProgram(folder, printProgram(program))
  const store = join(folder, "store")
  await mkdir(store) // A kill may come before there is anything in it.
  const args = (life: number) => ["--store", store, "--durability", levels[life % levels.length]!]
  const shown: History = { main: new Set(), side: new Set() }
  let before = nothing
  let startUpMs = 300
  for (let life = 0; life < killCount; life++) {
    const moment = momentOf(random, startUpMs)
    const where = `life ${life}, killed ${describeMoment(moment)}, seed ${seed}`
    const ended = await runLife(bundle, args(life), moment)
    assert.deepStrictEqual(ended.end, { signal: "SIGKILL" }, `${where}\n${ended.stderr}`)
    startUpMs = ended.firstOutputMs ?? startUpMs
    const after = await auditStore(store)
    checkLife({ before, ended, after, where })
    remember(shown, ended)
    before = after
  }
  const where = `the last life, seed ${seed}`
  const ended = await runLife(bundle, args(killCount))
  assert.deepStrictEqual(ended.end, { exitCode: 0 }, `${where}\n${ended.stderr}`)
  const after = await auditStore(store)
  checkLife({ before, ended, after, where })
  remember(shown, ended)
  checkEnd({ store, after, shown, where })
}

const momentOf = (random: Random, startUpMs: number): KillMoment => {
  if (random.chance(startUpKills)) return { after: "start", delayMs: random.below(startUpMs * 1.2) }
  const delayMs = random.chance(0.5) ? 0 : random.below(jitterMsMax)
  return { after: "lines", lineCount: 1 + Math.floor(random.below(linesPerLifeMax)), delayMs }
}

const describeMoment = (moment: KillMoment): string =>
  `${moment.delayMs.toFixed(2)} ms after ${moment.after === "start" ? "its start" : `${moment.lineCount} lines`}`

const noTraces = { state: "missing", count: 0, last: 0, log: [], unshown: [] }
const nothing: StorePicture = { main: noTraces, side: noTraces }

/** All that was ever seen on stdout. */
type History = Record<keyof Shown, Set<number>>

const remember = (history: History, ended: Life): void => {
  const shown = parseLines(ended.stdout)
  for (const name of taskNames) for (const turn of shown[name]) history[name].add(turn)
}

interface LifeFacts {
  readonly before: StorePicture
  readonly ended: Life
  readonly after: StorePicture
  readonly where: string
}

const checkLife = ({ before, ended, after, where }: LifeFacts): void => {
  const shown = parseLines(ended.stdout)
  for (const name of taskNames) {
    const which = `${name}, ${where}`
    const traces = after[name]
    assert.strictEqual(traces.count, traces.last, `turns counted against the last turn: ${which}`)
    assert.deepStrictEqual(traces.log, upTo(traces.last), `the durable log: ${which}`)
    assert.isAtLeast(traces.last, before[name].last, `the store went back: ${which}`)
    assert.isAtMost(highest(shown[name]), traces.last, `a line was shown that the store does not know: ${which}`)
    // First what the life before left unshown, and only that a second time; then turn after turn.
    const first = before[name].last + 1
    const due = [...before[name].unshown, ...upTo(traces.last).slice(first - 1)]
    assert.deepStrictEqual(shown[name], due.slice(0, shown[name].length), `the lines shown: ${which}`)
    // What is not shown yet is still to be shown.
    const missing = due.slice(shown[name].length)
    assert.includeMembers([...traces.unshown], missing, `lines that nobody will ever see: ${which}`)
  }
}

const checkEnd = (facts: {
  readonly store: string
  readonly after: StorePicture
  readonly shown: History
  readonly where: string
}): void => {
  const { store, after, shown, where } = facts
  for (const name of taskNames) {
    const turns = turnsOf(program)[name]
    assert.strictEqual(runSxs(["kv", "get", `${name}/count`, "--store", store]), `${turns}\n`, where)
    assert.strictEqual(runSxs(["kv", "get", `${name}/last`, "--store", store]), `${turns}\n`, where)
    assert.strictEqual(after[name].state, "done", where)
    assert.deepStrictEqual(after[name].log, upTo(turns), where)
    assert.deepStrictEqual(after[name].unshown, [], where)
    assert.deepStrictEqual(
      [...shown[name]].toSorted((a, b) => a - b),
      upTo(turns),
      `never shown: ${where}`
    )
  }
}

const upTo = (last: number): ReadonlyArray<number> => Array.from({ length: last }, (_, index) => index + 1)

const highest = (turns: ReadonlyArray<number>): number => turns.reduce((a, b) => Math.max(a, b), 0)
