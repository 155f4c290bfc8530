import type { WrittenBatch } from "../store/writer.ts"
import type { FaultView } from "./inspect.ts"
import type { Places } from "./places.ts"
import type { TaskRecord, TaskState } from "./task.ts"
import { entriesOf, type TimelineEntry } from "./timeline.ts"

/**
 * Who watches a namespace from outside, such as telemetry. Told only of what is durable; each call returns at once and must
 * not throw. Without an observer nothing of this is collected.
 */
export interface Observer {
  /** The task runs in this process from now on; again after each wait for which it was parked. */
  readonly live: (task: ObservedTask) => void
  /** The tasks that one commit has changed but not ended. */
  readonly changed: (tasks: ReadonlyArray<ObservedTask>) => void
  /** The tasks that one commit has ended. */
  readonly ended: (tasks: ReadonlyArray<ObservedTask>) => void
  /** An attempt to call an extern is over. */
  readonly called: (attempt: ExternAttempt) => void
  /** The writer has written a batch. */
  readonly written: (batch: WrittenBatch) => void
  /** What tasks that this one starts carry as their `trace`. */
  readonly traceOf: (task: Pick<ObservedTask, "id" | "trace">) => string | undefined
}

export interface ObservedTask {
  readonly id: string
  readonly state: TaskState
  /** The name of the function that it was started with; of a closure, the one that it stands in. */
  readonly function: string
  readonly bundle: string
  readonly program: string | undefined
  readonly parent: string | undefined
  /** Who has started it, as a W3C `traceparent`. */
  readonly trace: string | undefined
  /** Both in ms since 1970: its start, and its last change of state. */
  readonly startedAt: number
  readonly since: number
  readonly error: FaultView | undefined
  readonly timeline: () => ReadonlyArray<TimelineEntry>
}

export interface ExternAttempt {
  readonly task: string
  readonly module: string
  readonly function: string
  /** From 1 on. */
  readonly attempt: number
  readonly idempotencyKey: string
  /** Both in ms since 1970. */
  readonly startedAt: number
  readonly endedAt: number
  /** `aborted`: nobody waits for it any more. */
  readonly outcome: "succeeded" | "failed" | "aborted"
  /** Why it has failed. */
  readonly detail?: string
}

/** How a namespace stands at this moment. */
export interface Measures {
  /** Segments that have run since the namespace was opened. */
  readonly segments: number
  /** Tasks that are in memory. */
  readonly liveTasks: number
  /** Commits that were handed over and are not durable. */
  readonly commitsWaiting: number
  /** Events that wait until their subscriptions have room for them. */
  readonly eventsQueued: number
}

export const observed = (places: Places, record: TaskRecord): ObservedTask => ({
  id: record.id,
  state: record.state,
  function: places.taskName(record.bundle, record.function) ?? places.functionName(record.bundle, record.function),
  bundle: record.bundle,
  program: record.program,
  parent: record.parent,
  trace: record.trace,
  startedAt: record.startedAt,
  since: record.since,
  error: record.error,
  timeline: () => entriesOf(places.tasks.timeline(record), record.bundle)
})
