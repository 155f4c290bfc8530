import * as Effect from "effect/Effect"
import { Level } from "level"

/** Lanes side by side, each of which starts a run, waits for its durable end, and starts the next. */
export interface Lanes {
  readonly lanes: number
  /** Of each lane. */
  readonly runs: number
  /** Of each run. */
  readonly steps: number
}

/**
 * The same runs without a runtime: a run is an Effect fiber with its frames as data, a step puts the frames and the sum, and
 * one batch is in flight, with the puts of all who wait for the next one. Start, each step and end of a run are durable before
 * it goes on.
 */
export const openLanesByHand = async (directory: string) => {
  const database = new Level<string, string>(directory)
  await database.open()
  const group = new Group(database)
  return { run: (load: Lanes) => takeLanes(group, load), close: () => database.close() }
}

const takeLanes = async (group: Group, { lanes, runs, steps }: Lanes): Promise<void> => {
  const lane = async (index: number) => {
    for (let run = 0; run < runs; run++) {
      const sum = await runByHand(group, `${index}/${run}`, steps)
      if (sum !== steps) throw new Error(`a run has yielded ${sum}`)
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)))
}

/** Writes what was put as one batch when the one before it is durable, and then calls all who waited for it. */
class Group {
  readonly #database: Level<string, string>
  #batch: ReturnType<Level<string, string>["batch"]>
  #waiting: Array<() => void> = []
  #isWriting = false
  #isScheduled = false

  constructor(database: Level<string, string>) {
    this.#database = database
    this.#batch = database.batch()
  }

  put(key: string, value: string): void {
    this.#batch.put(key, value)
  }

  delete(key: string): void {
    this.#batch.del(key)
  }

  /** Calls `done` when all that was put is durable. */
  commit(done: () => void): void {
    this.#waiting.push(done)
    if (this.#isWriting || this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      if (!this.#isWriting && this.#waiting.length > 0) void this.#write()
    })
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    const [batch, waiting] = [this.#batch, this.#waiting]
    this.#batch = this.#database.batch()
    this.#waiting = []
    await batch.write({ sync: true })
    this.#isWriting = false
    for (const done of waiting) done()
    if (this.#waiting.length > 0 && !this.#isWriting) await this.#write()
  }
}

interface Saved {
  readonly code: number
  readonly index: number
  readonly id: string
}

/** The frames of a run after a step: the step, in the loop. */
const framesAt = (id: string, index: number): ReadonlyArray<Saved> => [
  { code: 1, index, id },
  { code: 0, index, id: "" }
]

const recordOf = (frames: ReadonlyArray<Saved>): string => {
  let record = ""
  for (const { code, id, index } of frames) record += `${code},${index},${id};`
  return record
}

const runByHand = (group: Group, id: string, steps: number): Promise<number> =>
  new Promise((resolve) => {
    let sum = 0
    /** False: the run is over. */
    const step = (): boolean => {
      if (sum === steps) {
        group.delete(`t/${id}`)
        group.commit(() => resolve(sum))
        return false
      }
      sum++
      group.put(`t/${id}`, recordOf(framesAt(id, sum)))
      group.put(`kv/${id}`, String(sum))
      return true
    }
    const durable = Effect.callback<void>((resume) => group.commit(() => resume(Effect.void)))
    const run = Effect.suspend(() => {
      let goesOn = step()
      const next = () => {
        goesOn = step()
      }
      return Effect.whileLoop({ while: () => goesOn, body: () => durable, step: next })
    })
    group.put(`t/${id}`, "new")
    group.commit(() => void Effect.runFork(run))
  })
