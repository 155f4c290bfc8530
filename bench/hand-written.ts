import { fdatasync, openSync, writeSync } from "node:fs"
import { promisify } from "node:util"
import { Level } from "level"
import type { PutSize } from "./step-program.ts"

export type Put = readonly [key: string, value: string]

/** Where steps go: all puts of a group at once, durably when `sync` is set. */
export interface GroupWriter {
  readonly write: (puts: Iterable<Put>, sync: boolean) => Promise<void>
  readonly close: () => Promise<void>
}

/** One chained batch of LevelDB a group, as the store adapter writes it. */
export const levelWriter = async (directory: string): Promise<GroupWriter> => {
  const database = new Level<string, string>(directory)
  await database.open()
  return {
    write: (puts, sync) => {
      const batch = database.batch()
      for (const [key, value] of puts) batch.put(key, value)
      return batch.write({ sync })
    },
    close: () => database.close()
  }
}

/** The same bytes appended to a bare file, with one fdatasync a group: what the disk gives. */
export const logWriter = async (file: string): Promise<GroupWriter> => {
  const descriptor = openSync(file, "a")
  return {
    write: async (puts, sync) => {
      let text = ""
      for (const [key, value] of puts) text += `${key}\t${value}\n`
      writeSync(descriptor, text)
      if (sync) await flush(descriptor)
    },
    close: async () => undefined
  }
}

const flush = promisify(fdatasync)

/** Steps that may be ahead of the disk, as the runtime's writer has it. */
const aheadMax = 1024

export interface HandWritten {
  readonly writer: GroupWriter
  readonly puts: ReadonlyArray<PutSize>
  readonly tasks: number
  readonly steps: number
  readonly sync: boolean
}

/**
 * No runtime, only the store: tasks take their steps in turn, `aheadMax` of them go into a batch, one batch is in flight, and
 * of several writes of a key in a batch the last is left, as the runtime does. Returns when all is durable.
 */
export const runAhead = async ({ writer, puts, tasks, steps, sync }: HandWritten): Promise<void> => {
  const step = stepper(puts)
  const total = tasks * steps
  for (let done = 0; done < total; ) {
    const group = new Map<string, string>()
    const put = (key: string, value: string): void => void group.set(key, value)
    for (const end = Math.min(total, done + aheadMax); done < end; done++) step(put, done % tasks, done)
    await writer.write(group, sync)
  }
}

/** As above, but all that is written reaches the store. */
export const runAheadUnjoined = async ({ writer, puts, tasks, steps, sync }: HandWritten): Promise<void> => {
  const step = stepper(puts)
  const total = tasks * steps
  for (let done = 0; done < total; ) {
    const group: Array<Put> = []
    const put = (key: string, value: string): void => void group.push([key, value])
    for (const end = Math.min(total, done + aheadMax); done < end; done++) step(put, done % tasks, done)
    await writer.write(group, sync)
  }
}

/** As above, but each task waits for its own step before it takes the next: a group holds one step of each task. */
export const runInStep = async ({ writer, puts, tasks, steps, sync }: HandWritten): Promise<void> => {
  const step = stepper(puts)
  for (let round = 0; round < steps; round++) {
    const group: Array<Put> = []
    const put = (key: string, value: string): void => void group.push([key, value])
    for (let task = 0; task < tasks; task++) step(put, task, round)
    await writer.write(group, sync)
  }
}

type Step = (put: (key: string, value: string) => void, task: number, turn: number) => void

/** Puts of the sizes given; the values differ from step to step. */
const stepper = (puts: ReadonlyArray<PutSize>): Step => {
  const fillers = puts.map(({ valueBytes }) => "v".repeat(Math.max(0, valueBytes - 8)))
  return (put, task, turn) => {
    for (const [index, { keyBytes }] of puts.entries()) {
      const key = `${index}/${task}/`.padEnd(keyBytes, "k")
      put(key, turn.toString(16).padStart(8, "0") + fillers[index])
    }
  }
}
