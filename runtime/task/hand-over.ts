import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { BusEvent } from "../bus/outside.ts"
import type { Taps } from "../bus/taps.ts"
import { Fault } from "../errors.ts"
import type { Keys } from "../store/keys.ts"
import { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import type { StoreWriter } from "../store/writer.ts"
import type { Observation } from "./observation.ts"
import { Outbox, type Output } from "./outbox.ts"
import type { LogLine } from "./segment.ts"
import type { TaskRecord } from "./task.ts"
import type { PendingAction, TaskTable } from "./task-table.ts"

export interface HandOverParts {
  readonly view: View
  readonly keys: Keys
  readonly writer: StoreWriter
  readonly tasks: TaskTable
  readonly output: Output
  /** Hears of tasks that have failed, once that is durable. */
  readonly failed: (task: TaskRecord) => void
  /** Hears of tasks that have ended, once that is handed over. */
  readonly ended: (tasks: ReadonlyArray<TaskRecord>) => void
  /** Hears of lines that tasks have logged, once they are handed over. */
  readonly logged: (lines: ReadonlyArray<LogLine>) => void
  /** Shows the events that a commit publishes to those who listen from outside. */
  readonly taps: Taps
  /** Tells the observer, if there is one. */
  readonly observation: Observation | undefined
  /** Carries out what the commit asked for. */
  readonly carryOut: (pending: ReadonlyArray<PendingAction>) => void
}

const linesPerPage = 1000

const none: ReadonlyArray<never> = []
const noLines = (): ReadonlyArray<never> => none

/**
 * From write set to commit: whatever changes the namespace goes through `transact`. Lines of output are part of the commit
 * and shown past the gate. Where a line cannot be shown the namespace fails.
 */
export class HandOver {
  readonly #parts: HandOverParts
  readonly #failure = Deferred.makeUnsafe<never, StoreUnavailable>()
  #failedWith: Exit.Exit<never, StoreUnavailable> | undefined
  readonly #outbox: Outbox

  constructor(parts: HandOverParts) {
    this.#parts = parts
    this.#outbox = new Outbox({ ...parts, failed: (cause) => this.#fail(cause) })
  }

  /** Waits until the writer has room for a commit, and for output that has not left the process: a segment starts only
   * then. Changes from outside do not wait for output, so that a program whose reader is stuck still hears its operators. */
  get segmentVacancy(): Effect.Effect<void, StoreUnavailable> {
    return this.#outbox.hasRoom
      ? this.vacancy
      : Effect.andThen(Effect.raceFirst(this.#outbox.room, this.failure), this.vacancy)
  }

  /** Whether `segmentVacancy` would succeed at once. */
  get hasSegmentVacancy(): boolean {
    return this.hasVacancy && this.#outbox.hasRoom
  }

  /** Waits until the writer has room for a commit. */
  get vacancy(): Effect.Effect<void, StoreUnavailable> {
    return this.#hasFailed ? this.failure : this.#parts.writer.vacancy
  }

  /** Whether `vacancy` would succeed at once. */
  get hasVacancy(): boolean {
    return !this.#hasFailed && this.#parts.writer.hasVacancy
  }

  /** Never succeeds; fails once the namespace or its writer has failed. */
  get failure(): Effect.Effect<never, StoreUnavailable> {
    return Effect.raceFirst(Deferred.await(this.#failure), this.#parts.writer.failure)
  }

  /** Why the namespace has failed; undefined while it has not. A writer that has failed lets nothing through, and fails it when it is
   * needed next. */
  get failedWith(): Exit.Exit<never, StoreUnavailable> | undefined {
    return this.#failedWith
  }

  get #hasFailed(): boolean {
    return this.#failedWith !== undefined
  }

  /** Succeeds at once, or fails when the namespace has failed. */
  get intact(): Effect.Effect<void, StoreUnavailable> {
    return Effect.suspend(() => this.#failedWith ?? Effect.void)
  }

  /** Fail-stop: nothing runs from here on. */
  fail(cause: Cause.Cause<StoreUnavailable>): Effect.Effect<void> {
    return Effect.sync(() => this.#fail(cause))
  }

  #fail(cause: Cause.Cause<StoreUnavailable>): void {
    if (this.#hasFailed) return
    // A segment reads in plain code, which can only throw: a store that cannot be read is a failure all the same.
    const thrown = cause.reasons.find((reason) => reason._tag === "Die")?.defect
    const isOfStore = thrown instanceof StoreUnavailable
    this.#failedWith = isOfStore ? Exit.fail(thrown) : Exit.failCause(cause)
    Deferred.doneUnsafe(this.#failure, this.#failedWith)
  }

  /** Runs `change` and hands over what it wrote as one commit, with `lines` of output. When it throws, nothing of it is
   * left. Synchronous; the caller has waited for `vacancy`. */
  transact<A>(change: () => A, lines: () => ReadonlyArray<LogLine> = noLines): A {
    const { view, tasks } = this.#parts
    try {
      const result = change()
      this.#commit(lines())
      return result
    } catch (thrown) {
      view.rollback()
      tasks.takePending()
      tasks.takeEnded()
      if (this.#parts.taps.collected > 0) this.#parts.taps.forgetSince(0)
      throw thrown
    }
  }

  /** `transact` as an effect that waits for room first. */
  change<A>(change: () => A): Effect.Effect<A, StoreUnavailable> {
    const now = this.read(() => Effect.succeed(this.transact(change)))
    return Effect.suspend(() => (this.hasVacancy ? now : Effect.andThen(this.vacancy, now)))
  }

  /** `change`, which succeeds when all up to then is durable. A `Fault` that it throws is a failure, and then nothing is left. */
  changeDurably<A>(change: () => A): Effect.Effect<A, Fault | StoreUnavailable> {
    return Effect.suspend((): Effect.Effect<A, Fault | StoreUnavailable> => {
      if (!this.hasVacancy) return Effect.andThen(this.vacancy, this.changeDurably(change))
      try {
        return this.#parts.writer.flushedWith(this.transact(change))
      } catch (thrown) {
        if (thrown instanceof Fault || thrown instanceof StoreUnavailable) return Effect.fail(thrown)
        throw thrown
      }
    })
  }

  /** Succeeds with the value once all that was handed over is on disk. */
  durableWith<A>(value: A): Effect.Effect<A, StoreUnavailable> {
    return this.#parts.writer.flushedWith(value)
  }

  /** Reads the write set; a store that cannot be read is the effect's failure. */
  read<A, E>(read: () => Effect.Effect<A, E>): Effect.Effect<A, E | StoreUnavailable> {
    return Effect.suspend((): Effect.Effect<A, E | StoreUnavailable> => {
      try {
        return read()
      } catch (thrown) {
        if (thrown instanceof StoreUnavailable) return Effect.fail(thrown)
        throw thrown
      }
    })
  }

  /** Number of the last commit that was handed over. */
  get lastCommit(): number {
    return this.#parts.writer.nextCommit - 1
  }

  isDurable(commit: number): boolean {
    return commit <= this.#parts.writer.gate.watermark
  }

  /** Runs `action` once the commit is durable, at once when it is; never when the writer fails before. It must not throw. */
  afterDurable(commit: number, action: () => void): void {
    this.#parts.writer.gate.afterDurable(commit, action)
  }

  /** Succeeds once all that was handed over is on disk. */
  get durable(): Effect.Effect<void, StoreUnavailable> {
    return this.#parts.writer.flushed
  }

  /** Succeeds once all is on disk, all output is shown, and its outbox records are gone. */
  readonly settled: Effect.Effect<void, StoreUnavailable> = Effect.gen({ self: this }, function* (this: HandOver) {
    while (!this.isSettled) {
      yield* this.durable
      yield* Effect.raceFirst(this.#outbox.left, this.failure)
      // Whoever opens the gate is still in the middle of it.
      yield* Effect.yieldNow
      if (!this.#outbox.hasShown) continue
      yield* this.vacancy
      this.transact(() => this.#outbox.deleteShown())
    }
    yield* this.intact
  })

  /** Whether `settled` would succeed at once, or fail. While it waits further commits may come, with lines of their own. */
  get isSettled(): boolean {
    if (this.#hasFailed) return true
    return this.#parts.writer.isFlushed && !this.#outbox.isLeaving && !this.#outbox.hasShown
  }

  /** Shows the lines that were durable when the process ended, but perhaps not shown. To be run before any segment. */
  readonly showInterrupted: Effect.Effect<void, StoreUnavailable> = Effect.gen(
    { self: this },
    function* (this: HandOver) {
      const { view, keys } = this.#parts
      let size: number
      do {
        const page = yield* view.scan(keys.outputRange, linesPerPage)
        this.#outbox.show(page.map(([key, text]) => ({ key, line: JSON.parse(text) as LogLine })))
        size = page.length
        yield* this.settled
      } while (size === linesPerPage)
    }
  )

  #commit(lines: ReadonlyArray<LogLine>): void {
    const { view, tasks, taps, ended, carryOut } = this.#parts
    const endings = tasks.takeEnded()
    if (view.isDirty) this.#submit(lines, endings)
    if (taps.collected > 0) this.#tapLater(taps.take())
    if (endings.length > 0) ended(endings)
    const pending = tasks.takePending()
    if (pending.length > 0) carryOut(pending)
  }

  #submit(lines: ReadonlyArray<LogLine>, endings: ReadonlyArray<TaskRecord>): void {
    const { view, writer } = this.#parts
    const number = writer.nextCommit
    const outbox = lines.length === 0 ? noLines() : this.#outbox.put(number, lines)
    if (this.#outbox.hasShown) this.#outbox.deleteShown()
    const commit = view.take(number)
    writer.submit(commit)
    if (outbox.length > 0) {
      this.#showLater(number, outbox)
      this.#parts.logged(lines)
    }
    for (const task of endings) if (task.state === "failed") this.#tellLater(number, task)
    // Behind the lines: who hears of the end of a task hears nothing more of it.
    this.#parts.observation?.committed(commit, endings)
  }

  // Apart from `#submit`, which would make room for what the actions refer to even without any.

  #showLater(number: number, outbox: ReturnType<Outbox["put"]>): void {
    const { writer } = this.#parts
    writer.gate.afterDurable(number, () => this.#outbox.show(outbox))
  }

  /** Also of a commit that has nothing else, as when nobody has subscribed. */
  #tapLater(events: ReadonlyArray<BusEvent>): void {
    const { taps, writer } = this.#parts
    writer.gate.afterDurable(writer.nextCommit - 1, () => taps.show(events))
  }

  #tellLater(number: number, task: TaskRecord): void {
    const { failed, writer } = this.#parts
    writer.gate.afterDurable(number, () => failed(task))
  }
}
