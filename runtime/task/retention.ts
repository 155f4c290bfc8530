import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { limits } from "../limits.ts"
import { rangeAfter } from "../store/keys.ts"
import { type KeyRange, StoreUnavailable } from "../store/store.ts"
import type { HandOver } from "./hand-over.ts"
import type { Places } from "./places.ts"
import { isEnded, leavesNothing, type TaskRecord } from "./task.ts"
import { isGivenId, removedCounter, taskCounter } from "./task-id.ts"
import { UpkeepSleep } from "./upkeep-sleep.ts"

/** How long ended tasks are kept. One that was started under an id of its own is not among them: it stays. */
export interface RetentionOptions {
  /** Age in ms from which on they are removed; `Infinity`: never for their age. */
  readonly ageMs: number
  /** How many are kept; of more, the oldest are removed once they have ended an hour ago. `Infinity`: however many. */
  readonly tasks: number
}

export const defaultRetention: RetentionOptions = { ageMs: limits.endedAgeMs, tasks: limits.endedTasksMax }

export interface RetentionParts {
  readonly places: Places
  readonly handOver: HandOver
  readonly clock: Clock.Clock
  readonly options: RetentionOptions
  /** Gives an effect a fiber of the namespace's scope. */
  readonly fork: (effect: Effect.Effect<void>) => unknown
}

export interface Removed {
  readonly tasks: number
  /** Those that are too many and stay until they have ended an hour ago. */
  readonly young: number
}

const endedPerPage = 100

/** Removing for their number begins with so many more than are kept: then one look at the index serves a whole row. */
const surplusPart = 0.1

/** The clock may jump, and sleeping does not see it. */
const sleepMsMax = 60 * 60 * 1000

/** A task whose end is known, in the index that is ordered by that. */
interface Entry {
  readonly key: string
  readonly time: number
  readonly task: string
}

/**
 * Removes ended tasks, in the background and in commits of their own. It reads the index of their ends from its beginning, so it
 * costs what it removes, and nothing while nothing is due: a million kept tasks are not looked at. A task goes with its index
 * entry last, so what a crash has left half removed is found again.
 *
 * How many have ended is not stored. Two counters say how many tasks there are at most, those started less those removed;
 * only when that is too many the index is counted, once.
 */
export class Retention {
  readonly #parts: RetentionParts
  readonly #poked = Latch.makeUnsafe(false)
  readonly #firstTurn = Latch.makeUnsafe(true)
  /** Ended tasks in the index; undefined until they had to be counted. */
  #count: number | undefined
  /** Since the namespace was opened. */
  #endedSoFar = 0
  /** When the first of them is due, in ms since 1970; undefined: none is, or it is being found out. */
  #next: number | undefined
  /** The last pass knew that there are too many: those that have ended since are due later than what it has found. */
  #knowsSurplus = false
  #isActive = false

  constructor(parts: RetentionParts) {
    this.#parts = parts
  }

  /** Succeeds when what was due at the start, at most a page of it, is removed; at once when nothing has started. */
  get firstTurn(): Effect.Effect<void> {
    return this.#firstTurn.await
  }

  /** Begins to work, for as long as the namespace is open. Does nothing the second time. */
  activate(): void {
    if (this.#isActive) return
    this.#isActive = true
    this.#firstTurn.closeUnsafe()
    const opened = Effect.sync(() => this.#firstTurn.openUnsafe())
    const failed = Effect.catchCause(this.#loop, (cause) => this.#parts.handOver.fail(cause))
    this.#parts.fork(Effect.ensuring(failed, opened))
  }

  /** Says that the commit in which these tasks end is handed over. */
  ended(tasks: ReadonlyArray<TaskRecord>): void {
    const count = tasks.filter((task) => !isGivenId(task.id) && !leavesNothing(task)).length
    if (count === 0 || !this.#isActive) return
    this.#endedSoFar += count
    if (this.#count !== undefined) this.#count += count
    if (this.#next === undefined || (!this.#knowsSurplus && this.#isFull)) this.#poked.openUnsafe()
  }

  /** Removes all that is due now. */
  readonly removeDue: Effect.Effect<Removed, StoreUnavailable> = Effect.suspend(() =>
    Effect.map(this.#pass, ({ removed, young }) => ({ tasks: removed, young }))
  )

  readonly #loop: Effect.Effect<never, StoreUnavailable> = Effect.gen({ self: this }, function* (this: Retention) {
    for (;;) {
      this.#poked.closeUnsafe()
      this.#next = undefined
      this.#next = (yield* this.#pass).next
      this.#firstTurn.openUnsafe()
      // Who has ended meanwhile is due later than what was found: else passes would follow each other for as long as tasks end.
      if (this.#next !== undefined && (this.#knowsSurplus || !this.#isFull)) this.#poked.closeUnsafe()
      yield* this.#rest
    }
  })

  get #rest(): Effect.Effect<void> {
    const next = this.#next
    if (next === undefined) return this.#poked.await
    return Effect.flatMap(UpkeepSleep, (sleep) =>
      Effect.raceFirst(sleep(Math.min(Math.max(next - this.#now, 0), sleepMsMax)), this.#poked.await)
    )
  }

  get #now(): number {
    return this.#parts.clock.currentTimeMillisUnsafe()
  }

  /** More have ended than are kept, or it must be counted whether they have. */
  get #isFull(): boolean {
    const { tasks } = this.#parts.options
    if (tasks === Number.POSITIVE_INFINITY) return false
    const { keys, view } = this.#parts.places
    const atMost =
      this.#count ??
      (view.read(keys.counter(taskCounter), Number) ?? 0) - (view.read(keys.counter(removedCounter), Number) ?? 0)
    return atMost > tasks + Math.ceil(tasks * surplusPart)
  }

  /** Removes what is due, page by page from the beginning of the index. `next`: when to look again, in ms since 1970; `young`
   * as in `Removed`. */
  readonly #pass = Effect.gen({ self: this }, function* (this: Retention) {
    let surplus = yield* this.#surplus
    this.#knowsSurplus = surplus > 0
    let removed = 0
    let kept = 0
    let range = this.#parts.places.keys.endedRange
    for (;;) {
      const entries = yield* this.#entries(range)
      const due = this.#dueAmong(entries, surplus)
      for (const entry of due) {
        if (yield* this.#remove(entry)) removed++
        else kept++
      }
      this.#firstTurn.openUnsafe()
      surplus -= due.length
      const last = due.at(-1)
      if (last === undefined || due.length < entries.length || entries.length < endedPerPage) {
        const first = entries[due.length]
        const times = [first && this.#dueOf(first, surplus > 0), kept > 0 ? this.#now + sleepMsMax : undefined]
        const known = times.filter((time) => time !== undefined)
        return { removed, young: Math.max(surplus, 0), next: known.length === 0 ? undefined : Math.min(...known) }
      }
      range = rangeAfter(range, last.key)
    }
  })

  /** Those that are due, of a page in the order of their ends. */
  #dueAmong(entries: ReadonlyArray<Entry>, surplus: number): ReadonlyArray<Entry> {
    const { ageMs } = this.#parts.options
    const now = this.#now
    return entries.filter(
      ({ time }, index) => time <= now - ageMs || (index < surplus && time <= now - limits.endedGraceMs)
    )
  }

  #dueOf({ time }: Entry, isSurplus: boolean): number | undefined {
    const due = time + Math.min(this.#parts.options.ageMs, isSurplus ? limits.endedGraceMs : Number.POSITIVE_INFINITY)
    return Number.isFinite(due) ? due : undefined
  }

  readonly #entries = Effect.fnUntraced({ self: this }, function* (this: Retention, range: KeyRange) {
    const { keys, view } = this.#parts.places
    const page = yield* view.scanKeys(range, endedPerPage)
    return page.map((key): Entry => ({ key, ...keys.parseEnded(key) }))
  })

  /** How many of the oldest are too many. All of them are removed, so that the next row begins only when a tenth of what is
   * kept has come anew. */
  get #surplus(): Effect.Effect<number, StoreUnavailable> {
    return Effect.gen({ self: this }, function* (this: Retention) {
      if (!this.#isFull) return 0
      if (this.#count === undefined) {
        const before = this.#endedSoFar
        const count = yield* this.#counted
        this.#count = count + this.#endedSoFar - before
      }
      return this.#isFull ? this.#count - this.#parts.options.tasks : 0
    })
  }

  readonly #counted = Effect.gen({ self: this }, function* (this: Retention) {
    const { keys, view } = this.#parts.places
    let count = 0
    let range = keys.endedRange
    for (;;) {
      const page = yield* view.scanKeys(range, limits.scanPageItems)
      count += page.length
      const last = page.at(-1)
      if (last === undefined || page.length < limits.scanPageItems) return count
      range = rangeAfter(range, last)
    }
  })

  /** False: it is still needed, or cannot be read. */
  readonly #remove = Effect.fnUntraced({ self: this }, function* (this: Retention, { key, task }: Entry) {
    const { handOver, places } = this.#parts
    const record = yield* handOver.read(() => Effect.succeed(this.#removable(task)))
    if (record === "needed") return false
    for (let line = 0; record !== undefined && line < record.logs; line += limits.removedKeysPerCommit)
      yield* handOver.change(() => this.#deleteLogs(record, line))
    yield* handOver.change(() => {
      if (record !== undefined) this.#delete(record)
      places.view.delete(key)
    })
    if (this.#count !== undefined) this.#count--
    yield* Effect.yieldNow
    return true
  })

  #removable(task: string): TaskRecord | undefined | "needed" {
    try {
      const record = this.#parts.places.tasks.read(task)
      if (record === undefined) return undefined
      if (this.#isNeeded(record)) return "needed"
      // Read now: what cannot be read must not stop the removal in its middle.
      if (record.depth > 0) this.#parts.places.frames(record)
      return record
    } catch (thrown) {
      if (thrown instanceof StoreUnavailable && thrown.reason === "damaged") return "needed"
      throw thrown
    }
  }

  /** The form that a child belongs to has not taken its result yet. */
  #isNeeded(record: TaskRecord): boolean {
    if (!isEnded(record.state)) return true
    if (!record.isChild || record.parent === undefined) return false
    return this.#parts.places.tasks.read(record.parent)?.wait?.kind === "children"
  }

  #deleteLogs({ id, logs }: TaskRecord, from: number): void {
    const { keys, view } = this.#parts.places
    const end = Math.min(from + limits.removedKeysPerCommit, logs)
    for (let line = from; line < end; line++) view.delete(keys.log(id, line))
  }

  /** Frames are those of a task that has failed. Who joined it was woken before it came into the index. */
  #delete(record: TaskRecord): void {
    const { keys, view } = this.#parts.places
    if (record.depth > 0) {
      const stack = this.#parts.places.stack(record)
      stack.clear()
      stack.prepare()()
    }
    if (record.hasOlder) view.delete(keys.timeline(record.id))
    view.delete(keys.task(record.id))
    const removed = (view.read(keys.counter(removedCounter), Number) ?? 0) + 1
    view.put(keys.counter(removedCounter), String(removed), removed)
  }
}
