import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Commit } from "../store/batch.ts"
import { undecoded } from "../store/entry.ts"
import type { Keys } from "../store/keys.ts"
import type { StoreWriter } from "../store/writer.ts"
import type { Attempted } from "./extern-attempt.ts"
import { type ExternAttempt, type ObservedTask, type Observer, observed } from "./observer.ts"
import type { Places } from "./places.ts"
import { isEnded, type TaskRecord } from "./task.ts"

/** Tells an observer what commits make of tasks, past the output gate. */
export class Observation {
  readonly #observer: Observer
  readonly #keys: Keys
  readonly #places: Places
  readonly #writer: StoreWriter

  constructor(parts: {
    readonly observer: Observer
    readonly keys: Keys
    readonly places: Places
    readonly writer: StoreWriter
  }) {
    this.#observer = parts.observer
    this.#keys = parts.keys
    this.#places = parts.places
    this.#writer = parts.writer
  }

  /** The task runs here from that commit on. */
  live(record: TaskRecord, commit: number): void {
    const task = this.#view(record)
    this.#writer.gate.afterDurable(commit, () => this.#observer.live(task))
  }

  /** The commit was handed over, and these tasks end with it. */
  committed(commit: Commit, endings: ReadonlyArray<TaskRecord>): void {
    const changed = this.#changed(commit)
    const ended = endings.map((record) => this.#view(record))
    if (changed.length === 0 && ended.length === 0) return
    this.#writer.gate.afterDurable(commit.number, () => {
      if (changed.length > 0) this.#observer.changed(changed)
      if (ended.length > 0) this.#observer.ended(ended)
    })
  }

  /** The attempt, of which the observer hears when it is over. */
  attempt(facts: Omit<ExternAttempt, Times>, attempt: Effect.Effect<Attempted>): Effect.Effect<Attempted> {
    return Effect.flatMap(Clock.currentTimeMillis, (startedAt) =>
      Effect.onExit(attempt, (exit) =>
        Effect.map(Clock.currentTimeMillis, (endedAt) =>
          this.#observer.called({ ...facts, startedAt, endedAt, ...outcomeOf(exit) })
        )
      )
    )
  }

  /** The records of tasks in it: who writes one gives it along with its text. */
  #changed({ writes }: Commit): ReadonlyArray<ObservedTask> {
    const changed: Array<ObservedTask> = []
    for (const { decoded, entry, isDeleted } of writes) {
      if (isDeleted || decoded === undecoded || !this.#keys.isTask(entry.key)) continue
      const record = decoded as TaskRecord
      if (!isEnded(record.state)) changed.push(this.#view(record))
    }
    return changed
  }

  #view(record: TaskRecord): ObservedTask {
    return observed(this.#places, record)
  }
}

type Times = "startedAt" | "endedAt" | "outcome" | "detail"

const outcomeOf = (exit: Exit.Exit<Attempted>): Pick<ExternAttempt, "outcome" | "detail"> => {
  if (!Exit.isSuccess(exit)) return { outcome: "aborted" }
  return exit.value.kind === "value" ? { outcome: "succeeded" } : { outcome: "failed", detail: exit.value.message }
}
