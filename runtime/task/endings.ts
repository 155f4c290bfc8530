import * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../store/store.ts"
import type { HandOver } from "./hand-over.ts"
import type { LogLine } from "./segment.ts"
import { isEnded, type TaskRecord } from "./task.ts"
import type { TaskTable } from "./task-table.ts"

/**
 * Who waits from outside for tasks to end, or to log. Nothing of it is stored: after a crash the waiting is begun again by
 * whoever asks again. It holds an entry for each effect that waits, and none for a task that nobody waits for.
 */
export class Endings {
  readonly #tasks: TaskTable
  readonly #waiting = new Map<string, Set<() => void>>()

  constructor(tasks: TaskTable) {
    this.#tasks = tasks
  }

  /** Succeeds when the task has ended, that is durable and its output shown, or when there is no such task. */
  wait(task: string, handOver: HandOver): Effect.Effect<void, StoreUnavailable> {
    const ended: Effect.Effect<void, StoreUnavailable> = handOver.read(() =>
      // Asked again, as a segment that ends a task may still be dropped and begun again.
      this.#runs(task) ? Effect.andThen(this.changed(task), ended) : Effect.void
    )
    const durable = Effect.andThen(Effect.raceFirst(ended, handOver.failure), handOver.durable)
    // Its output may be what could not be shown.
    return Effect.andThen(durable, handOver.intact)
  }

  /** Says that the commit in which these tasks end is handed over. */
  announce(ended: ReadonlyArray<TaskRecord>): void {
    if (this.#waiting.size === 0) return
    for (const { id } of ended) this.#tell(id)
  }

  /** Says that the commit with these lines is handed over. */
  logged(lines: ReadonlyArray<LogLine>): void {
    if (this.#waiting.size === 0) return
    for (const { task } of lines) this.#tell(task)
  }

  #tell(task: string): void {
    const waiting = this.#waiting.get(task)
    this.#waiting.delete(task)
    for (const tell of waiting ?? []) tell()
  }

  #runs(task: string): boolean {
    const record = this.#tasks.read(task)
    return record !== undefined && !isEnded(record.state)
  }

  /** Succeeds when the task has ended or logged something; ask then what has become of it. */
  changed(task: string): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      const tell = () => resume(Effect.void)
      const waiting = this.#waiting.get(task) ?? new Set()
      this.#waiting.set(task, waiting.add(tell))
      return Effect.sync(() => {
        waiting.delete(tell)
        if (waiting.size === 0 && this.#waiting.get(task) === waiting) this.#waiting.delete(task)
      })
    })
  }
}
