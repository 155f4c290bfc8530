import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { limits } from "../limits.ts"
import type { Keys } from "../store/keys.ts"
import { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import type { LogLine } from "./segment.ts"

/**
 * Shows a durable line. At once, or it gives a promise that is kept when the line has left the process, as into a pipe
 * whose reader takes its time; until then the line counts as not shown. When it throws, the line stays in the store, and no
 * later one is shown.
 */
export type Output = (line: LogLine) => Promise<void> | void

/** What a line on its way takes besides its text, in UTF-16 units: its key, its promise and a place in the stream's row. */
const lineUnits = 512

/** A line with the key of its record. */
interface OutboxLine {
  readonly key: string
  readonly line: LogLine
}

/**
 * Lines that are durable and not yet known to be shown. They are part of the commit that logs them, and deleted by a later
 * one; those that a crash left are shown again. So a line is shown at least once, in order, and never before it is durable.
 */
export class Outbox {
  readonly #view: View
  readonly #keys: Keys
  readonly #output: Output
  readonly #failed: (cause: Cause.Cause<StoreUnavailable>) => void
  readonly #room = Latch.makeUnsafe(true)
  readonly #idle = Latch.makeUnsafe(true)
  #canShow = true
  /** Keys of lines that have been shown. Bounded by what one group of commits holds, as the next takes them. */
  #shown: Array<string> = []
  #leavingCount = 0
  #leavingUnits = 0

  constructor(options: {
    readonly view: View
    readonly keys: Keys
    readonly output: Output
    /** A line could not be shown. */
    readonly failed: (cause: Cause.Cause<StoreUnavailable>) => void
  }) {
    this.#view = options.view
    this.#keys = options.keys
    this.#output = options.output
    this.#failed = options.failed
  }

  /** Whether segments may add lines: not while too many are on their way out of the process. */
  get hasRoom(): boolean {
    return this.#leavingUnits < limits.outputUnitsMax
  }

  /** Succeeds when there is room. */
  readonly room: Effect.Effect<void> = Effect.suspend(() =>
    this.hasRoom ? Effect.void : Effect.andThen(this.#room.await, this.room)
  )

  /** Whether lines are on their way out. */
  get isLeaving(): boolean {
    return this.#leavingCount > 0
  }

  /** Succeeds when none is. */
  readonly left: Effect.Effect<void> = Effect.suspend(() =>
    this.isLeaving ? Effect.andThen(this.#idle.await, this.left) : Effect.void
  )

  /** Whether there are records of shown lines to delete. */
  get hasShown(): boolean {
    return this.#shown.length > 0
  }

  /** Makes the lines part of the write set. Gives what to `show` once that is durable. */
  put(commit: number, lines: ReadonlyArray<LogLine>): ReadonlyArray<OutboxLine> {
    const outbox = lines.map((line, index) => ({ line, key: this.#keys.output(commit, index) }))
    for (const { line, key } of outbox) {
      this.#view.put(key, JSON.stringify({ task: line.task, text: line.text }), line)
    }
    return outbox
  }

  show(outbox: ReadonlyArray<OutboxLine>): void {
    for (const { line, key } of outbox) {
      if (!this.#canShow) return
      try {
        const leaving = this.#output(line)
        if (leaving === undefined) this.#shown.push(key)
        else this.#whenLeft(leaving, key, line.text.length + lineUnits)
      } catch (thrown) {
        this.#fail(thrown)
      }
    }
  }

  /** Adds to the write set that the records of shown lines go. */
  deleteShown(): void {
    for (const key of this.#shown) this.#view.delete(key)
    this.#shown = []
  }

  #whenLeft(leaving: Promise<void>, key: string, units: number): void {
    this.#leavingCount++
    this.#leavingUnits += units
    if (!this.hasRoom) this.#room.closeUnsafe()
    this.#idle.closeUnsafe()
    leaving.then(
      () => {
        this.#shown.push(key)
        this.#makeRoom(units)
      },
      (thrown: unknown) => {
        this.#fail(thrown)
        this.#makeRoom(units)
      }
    )
  }

  #makeRoom(units: number): void {
    this.#leavingCount--
    this.#leavingUnits -= units
    if (this.hasRoom) this.#room.openUnsafe()
    if (this.#leavingCount === 0) this.#idle.openUnsafe()
  }

  #fail(thrown: unknown): void {
    this.#canShow = false
    this.#failed(thrown instanceof StoreUnavailable ? Cause.fail(thrown) : Cause.die(thrown))
  }
}
