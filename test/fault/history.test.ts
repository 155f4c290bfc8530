/**
 * Fifty tasks of a program and several guests work on the same keys at once; now and then the owner of the store is killed
 * and started again. What all of them were told must be what a store could have told them that does one thing at a time.
 *
 *     SXS_SEED   repeats the choices of another run, as far as processes can be made to run alike
 *
 * That it can fail was seen with faults planted by hand, each red in its first run. Guests that are answered before their
 * changes are durable are too fast to be seen here: simulated crashes find them.
 *
 * | planted fault | what the test said |
 * |---|---|
 * | one of five reads of guests gives what the key held before | the history cannot be |
 * | `incr` of guests adds twice | the history cannot be |
 * | a task takes a key for another one | the history cannot be |
 */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { countEpochs, linesOf, workAsGuest } from "../support/history-guests.ts"
import {
  type HistoryProgram,
  parseTaskLine,
  printHistoryProgram,
  type TaskOperation
} from "../support/history-program.ts"
import { buildProgram } from "../support/kill-process.ts"
import { changesMax, findImpossible, type Operation } from "../support/linearizability.ts"
import { type Random, seeded } from "../support/random.ts"

const seed = Number(process.env["SXS_SEED"] ?? Math.floor(Math.random() * 2 ** 32))
const program: HistoryProgram = { tasks: 50, turns: 12, keys: 60 }
const lineCount = program.tasks * program.turns
const guestCount = 5
/** The tasks change a key 9 times at most. The more a machine has to do, the more of it seems to be at once. */
const guestChangesMax = changesMax - 9

describe("what tasks and guests are told", () => {
  for (const killCount of [0, 2, 4]) {
    it(`can be explained by one thing at a time, with the owner killed ${killCount} times`, async () => {
      console.info(`history with SXS_SEED=${seed}`)
      const folder = mkdtempSync(join(tmpdir(), "sxs-history-"))
      try {
        await runAndCheck(folder, killCount)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }
})

const runAndCheck = async (folder: string, killCount: number): Promise<void> => {
  const random = seeded(seed + killCount)
  const bundle = buildProgram(folder, printHistoryProgram(program))
  mkdirSync(join(folder, "store"))
  const directory = realpathSync(join(folder, "store"))
  let isOver = false
  const now = () => performance.now()
  const outside = { directory, now, isOver: () => isOver }
  const told = new Map<string, Told>()
  const mayChange = grantChanges(() => told.size / lineCount)
  const guests = Array.from({ length: guestCount }, (_, index) =>
    workAsGuest({ ...outside, name: `guest ${index}`, random: seeded(seed + index), keys: program.keys, mayChange })
  )
  const epochs = countEpochs(outside)
  await liveAgainAndAgain({ bundle, directory, killCount, random, now, told }).finally(() => {
    isOver = true
  })
  const history = [...inTime(told, await epochs), ...(await Promise.all(guests)).flat()]
  assert.strictEqual(told.size, lineCount, "a task has told of all that it did")
  assert.isAbove(history.length, lineCount + 10 * guestCount, "guests have worked meanwhile")
  assert.isAtMost(mostChanges(history), changesMax, "more at once cannot be decided")
  const impossible = findImpossible(history)
  assert.isUndefined(impossible, `seed ${seed}: ${impossible && print(impossible)}`)
}

/** A line of a task, and when it came first. */
type Told = TaskOperation & { readonly at: number }

/** Grants guests their changes of each key little by little, as the tasks get on. */
const grantChanges = (progress: () => number): ((key: number) => boolean) => {
  const granted = new Map<number, number>()
  return (key) => {
    const count = (granted.get(key) ?? 0) + 1
    if (count > Math.min(guestChangesMax, guestChangesMax * progress() + key / program.keys)) return false
    granted.set(key, count)
    return true
  }
}

const liveAgainAndAgain = async (options: {
  readonly bundle: string
  readonly directory: string
  readonly killCount: number
  readonly random: Random
  readonly now: () => number
  readonly told: Map<string, Told>
}): Promise<void> => {
  const { bundle, directory, killCount, now, random, told } = options
  for (let life = 0; life <= killCount; life++) {
    const child = spawn(process.execPath, [bundle, "--store", directory], { stdio: ["ignore", "pipe", "inherit"] })
    const linesToLive = Math.floor(random.below(lineCount / (killCount + 1)))
    let lines = 0
    const end = await linesOf(child, (line) => {
      const operation = parseTaskLine(line)
      if (!told.has(operation.id)) told.set(operation.id, { ...operation, at: now() })
      if (lines++ === linesToLive && life < killCount) child.kill("SIGKILL")
    })
    assert.strictEqual(end, life < killCount ? "SIGKILL" : 0, `life ${life}, seed ${seed}`)
  }
}

/** A task has worked after the epoch that it read was on its way, and before its line was seen. */
const inTime = (told: ReadonlyMap<string, Told>, epochs: ReadonlyArray<number>): ReadonlyArray<Operation> =>
  [...told.values()].map(({ answer, at, call, client, epoch, key }) => {
    assert.isDefined(epochs[epoch], `epoch ${epoch} was never on its way`)
    return { client, key, call, calledAt: epochs[epoch]!, returned: { at, answer } }
  })

const mostChanges = (history: ReadonlyArray<Operation>): number =>
  Math.max(
    ...Map.groupBy(
      history.filter(({ call }) => call.kind !== "get"),
      ({ key }) => key
    )
      .values()
      .map((calls) => calls.length)
  )

const print = (operations: ReadonlyArray<Operation>): string =>
  operations
    .toSorted((a, b) => a.calledAt - b.calledAt)
    .map(({ call, calledAt, client, key, returned }) => {
      const times = `${calledAt.toFixed(2)} to ${returned?.at.toFixed(2) ?? "?"}`
      return `\n${times} ${client} ${key} ${JSON.stringify(call)} ${String(returned?.answer)}`
    })
    .join("")
