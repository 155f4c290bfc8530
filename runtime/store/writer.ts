import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import { invariant } from "../errors.ts"
import { limits } from "../limits.ts"
import { type Commit, decodeHead, encodeHead, type Head, joinWrites } from "./batch.ts"
import { OutputGate } from "./output-gate.ts"
import { damagedRecord, seal, unseal } from "./record.ts"
import { type Store, StoreUnavailable, type Write } from "./store.ts"
import { closing } from "./unavailable.ts"

/** `strict`: each batch is flushed to the disk. `relaxed`: the operating system flushes it; survives a killed process, not a
 * power cut. */
export type Durability = "strict" | "relaxed"

export interface WriterOptions {
  readonly store: Store["Service"]
  /** Key of the record that names the last commit. */
  readonly headKey: string
  readonly durability: Durability
  /** Called when all commits up to the watermark are in the store, before the gate opens. */
  readonly settle: (watermark: number) => void
  /** Hears of each batch that was written. */
  readonly written?: ((batch: WrittenBatch) => void) | undefined
}

export interface WrittenBatch {
  readonly commits: number
  /** UTF-16 units of keys and payloads. */
  readonly units: number
  readonly durationMs: number
}

/**
 * The only writer of a namespace: takes all commits that wait, writes them as one batch, raises the watermark, and opens the
 * output gate. The longer a batch takes, the more commits the next one holds, so load itself groups them.
 *
 * After a failed batch nothing is written any more: later commits build on what was lost.
 */
export interface StoreWriter {
  readonly gate: OutputGate
  /** Number that the next commit must have. */
  readonly nextCommit: number
  /** No task was ever given a higher number: it is written with each batch. Undefined: nobody knows. */
  tasks: number | undefined
  /** Hands a commit over; it becomes durable later, with or after all before it. The caller has waited for `vacancy`.
   * Throws `StoreUnavailable` when the writer has failed or its scope is closed. */
  readonly submit: (commit: Commit) => void
  /** Whether `vacancy` would succeed at once. */
  readonly hasVacancy: boolean
  /** Succeeds when there is room for one more commit; fails when the writer has failed. Those who wait go in their order. */
  readonly vacancy: Effect.Effect<void, StoreUnavailable>
  /** Never succeeds; fails when the writer fails. */
  readonly failure: Effect.Effect<never, StoreUnavailable>
  /** Whether all that was submitted is durable and has passed the gate. */
  readonly isFlushed: boolean
  /** Succeeds when all that was submitted by now is durable. */
  readonly flushed: Effect.Effect<void, StoreUnavailable>
  /** The same with a value, for who is about to run it. */
  readonly flushedWith: <A>(value: A) => Effect.Effect<A, StoreUnavailable>
}

/** Starts the writer behind the last commit in the store. Closing the scope writes first what was submitted. */
export const makeWriter = Effect.fnUntraced(function* (
  options: WriterOptions
): Effect.fn.Return<StoreWriter, StoreUnavailable, Scope.Scope> {
  const head = yield* readHead(options)
  const writer = new Writer(options, head)
  const fiber = yield* Effect.forkScoped(writer.run)
  yield* Effect.addFinalizer(() => Effect.andThen(writer.close, Fiber.await(fiber)))
  return writer
})

const readHead = ({ store, headKey }: WriterOptions): Effect.Effect<Head, StoreUnavailable> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(storedHead(store, headKey))
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return Effect.fail(cause)
      throw cause
    }
  })

const storedHead = (store: Store["Service"], headKey: string): Head => {
  const record = store.get(headKey)
  if (record === undefined) return { commit: 0, previous: 0, tasks: 0 }
  const head = decodeHead(unseal(headKey, record))
  if (head === undefined) throw damagedRecord(headKey, "it names no commit")
  return head
}

class Writer implements StoreWriter {
  readonly gate: OutputGate
  tasks: number | undefined
  readonly #options: WriterOptions
  /** Commits that the next batch takes; bounded by `limits.writerCommitsMax`, as nobody submits without vacancy. */
  #queued: Array<Commit> = []
  #queuedUnits = 0
  /** Open while there is something to write, and when the writer is closed. */
  readonly #work = Latch.makeUnsafe(false)
  readonly #room = Latch.makeUnsafe(true)
  readonly #failed = Latch.makeUnsafe(false)
  #error: StoreUnavailable | undefined
  #isClosed = false
  #defects: Array<unknown> = []
  /** How many the last batch has let pass the gate. */
  #passed = 0
  #last: number
  #written: number

  constructor(options: WriterOptions, head: Head) {
    this.#options = options
    this.tasks = head.tasks
    this.#last = head.commit
    this.#written = head.commit
    this.gate = new OutputGate(head.commit, (cause) => this.#defects.push(cause))
  }

  get nextCommit(): number {
    return this.#last + 1
  }

  submit(commit: Commit): void {
    if (this.#error !== undefined) throw this.#error
    if (this.#isClosed) throw closing()
    invariant(commit.number === this.nextCommit, "commits are submitted in their order")
    invariant(this.#queued.length < limits.writerCommitsMax, "a commit is submitted only after `vacancy`")
    this.#last = commit.number
    this.#queuedUnits += commit.units
    if (this.#queued.push(commit) === 1) Latch.openUnsafe(this.#work)
    if (!this.#hasRoom) Latch.closeUnsafe(this.#room)
  }

  get hasVacancy(): boolean {
    return this.#error === undefined && !this.#isClosed && this.#hasRoom
  }

  // Several may wait, and the first of them may fill the queue again.
  readonly vacancy: Effect.Effect<void, StoreUnavailable> = Effect.suspend(() => {
    if (this.#error !== undefined) return Effect.fail(this.#error)
    if (this.#isClosed) return Effect.fail(closing())
    return this.#hasRoom ? Effect.void : Effect.andThen(this.#room.await, this.vacancy)
  })

  readonly failure: Effect.Effect<never, StoreUnavailable> = Effect.suspend(() =>
    this.#error !== undefined ? Effect.fail(this.#error) : Effect.andThen(this.#failed.await, this.failure)
  )

  get isFlushed(): boolean {
    return this.gate.hasPassed(this.#last)
  }

  readonly flushed: Effect.Effect<void, StoreUnavailable> = Effect.suspend(() => this.flushedWith(undefined))

  flushedWith<A>(value: A): Effect.Effect<A, StoreUnavailable> {
    return this.gate.passedWith(this.#last, value)
  }

  /** No commit is accepted any more; `run` ends when it has written those that were. */
  readonly close: Effect.Effect<void> = Effect.sync(() => {
    this.#isClosed = true
    Latch.openUnsafe(this.#room)
    Latch.openUnsafe(this.#work)
  })

  readonly run: Effect.Effect<void> = Effect.suspend(() => this.#writeAll()).pipe(
    Effect.catchCause((cause) => Effect.sync(() => this.#stop(cause)))
  )

  readonly #writeAll = Effect.fnUntraced({ self: this }, function* (this: Writer) {
    for (;;) {
      if (this.#queued.length === 0 && !this.#isClosed) {
        yield* this.#work.await
        // Whoever has submitted goes on first, and so do others: the batch then holds what they have submitted too.
        yield* Effect.yieldNow
      }
      // Those who have waited for the last batch are more than what waits for the next one: they write again, mostly, and go first, so
      // that all of it is one batch. Else two groups wait for each other's flush for ever.
      if (this.#passed > this.#queued.length && this.#queued.length > 0 && !this.#isClosed) yield* letOthersGo
      this.#passed = 0
      const commits = this.#takeQueued()
      // Not at once: whoever waits would run segments before this batch is on its way.
      yield* this.#room.open
      if (commits.length > 0) yield* Effect.uninterruptible(this.#write(commits))
      else if (this.#isClosed) return
      for (const defect of this.#defects.splice(0))
        yield* Effect.logError("an action behind the output gate failed", defect)
    }
  })

  #takeQueued(): ReadonlyArray<Commit> {
    const commits = this.#queued
    this.#queued = []
    this.#queuedUnits = 0
    if (!this.#isClosed) Latch.closeUnsafe(this.#work)
    return commits
  }

  #write(commits: ReadonlyArray<Commit>): Effect.Effect<void, StoreUnavailable> {
    const { store, durability, settle, written } = this.#options
    const watermark = commits.at(-1)!.number
    const batch = joinWrites(commits)
    batch.push(this.#headWrite(watermark))
    const begun = written === undefined ? 0 : performance.now()
    return Effect.map(store.commit(batch, { sync: durability === "strict" }), () => {
      this.#written = watermark
      settle(watermark)
      written?.({ commits: commits.length, units: unitsOf(commits), durationMs: performance.now() - begun })
      this.#passed = this.gate.open(watermark)
    })
  }

  #headWrite(commit: number): Write {
    const { headKey } = this.#options
    const head = encodeHead({ commit, previous: this.#written, tasks: this.tasks })
    return { type: "put", key: headKey, value: seal(headKey, head) }
  }

  get #hasRoom(): boolean {
    return this.#queued.length < limits.writerCommitsMax && this.#queuedUnits < limits.writerUnitsMax
  }

  /** Ends the writer for good; all who wait see why. */
  #stop(cause: Cause.Cause<StoreUnavailable>): void {
    const error = Cause.findErrorOption(cause)
    this.#error = error._tag === "Some" ? error.value : stopped(cause)
    this.gate.close(this.#error)
    Latch.openUnsafe(this.#failed)
    Latch.openUnsafe(this.#room)
  }
}

/** The scheduler's fiber wakes in one turn and runs segments in the next. */
const letOthersGo = Effect.andThen(Effect.yieldNow, Effect.yieldNow)

const unitsOf = (commits: ReadonlyArray<Commit>): number => commits.reduce((sum, { units }) => sum + units, 0)

const stopped = (cause: Cause.Cause<unknown>): StoreUnavailable =>
  new StoreUnavailable({ operation: "commit", reason: "io", detail: `the writer has stopped: ${Cause.pretty(cause)}` })
