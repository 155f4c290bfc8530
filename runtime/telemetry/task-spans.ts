import { limits } from "../limits.ts"
import type { ExternAttempt, ObservedTask } from "../task/observer.ts"
import { type Attributes, attributesOf, failedStatus, nanosOf, type OtlpSpan, spanKinds } from "./otlp.ts"
import { spanIdOf, type TraceIds, traceIdsOf, traceparentOf } from "./trace-ids.ts"

export interface TaskSpansOptions {
  /** Tells the tasks of this store from those of others. */
  readonly seed: string
  /** Tells this process from others that have the store, before or later. */
  readonly life: string
  readonly now: () => number
  readonly push: (span: OtlpSpan) => void
}

/** A task that has run in this process and not ended. */
interface Known {
  readonly task: ObservedTask
  readonly ids: TraceIds
  /** It ran in no other process before. */
  readonly beganHere: boolean
  /** When it came to run here, in ms since 1970. */
  readonly from: number
  isWaiting: boolean
  /** That it runs here has been told. */
  isTold: boolean
}

/**
 * The spans of tasks:
 *
 *     task        from its start to its end, whatever processes it ran in; what has happened to it as events
 *       begins    one for each process that it runs in, without length, told while it runs there
 *       life      what a process had of it, when it has run in several, or when the process stops before it ends
 *       extern    an attempt to call one
 *
 * A process that is killed says nothing at its end: of its part there are then the `begins` and the events. A task that has
 * begun and ended between two batches has one span.
 */
export class TaskSpans {
  readonly #options: TaskSpansOptions
  /** In the order in which they came. Bounded by `limits.telemetryTasksMax`; of others there is the span of the task only. */
  readonly #known = new Map<string, Known>()
  /** No other process has had the store since. */
  readonly #openedAt: number

  constructor(options: TaskSpansOptions) {
    this.#options = options
    this.#openedAt = Math.floor(options.now())
  }

  /** Tasks that have run here and wait. */
  get waitingCount(): number {
    let count = 0
    for (const { isWaiting } of this.#known.values()) if (isWaiting) count++
    return count
  }

  /** Those of a task that runs here. */
  knownIds(task: string): TraceIds | undefined {
    return this.#known.get(task)?.ids
  }

  idsOf(task: Pick<ObservedTask, "id" | "trace">): TraceIds {
    return this.#known.get(task.id)?.ids ?? traceIdsOf(this.#options.seed, task)
  }

  traceOf(task: Pick<ObservedTask, "id" | "trace">): string {
    return traceparentOf(this.idsOf(task))
  }

  live(task: ObservedTask): void {
    const known = this.#known.get(task.id)
    if (known !== undefined) known.isWaiting = false
    else if (this.#known.size < limits.telemetryTasksMax) {
      const beganHere = task.startedAt >= this.#openedAt
      const from = beganHere ? task.startedAt : this.#options.now()
      const ids = traceIdsOf(this.#options.seed, task)
      this.#known.set(task.id, { task, ids, beganHere, from, isWaiting: false, isTold: false })
    }
  }

  changed(task: ObservedTask): void {
    const known = this.#known.get(task.id)
    if (known !== undefined) known.isWaiting = task.state === "waiting" || task.state === "paused"
  }

  ended(task: ObservedTask): void {
    const known = this.#known.get(task.id)
    this.#known.delete(task.id)
    if (known !== undefined && (!known.beganHere || known.isTold))
      this.#pushLife(known, { end: task.state, at: task.since })
    const ids = known?.ids ?? this.idsOf(task)
    if (!ids.isSampled) return
    this.#options.push({
      traceId: ids.traceId,
      spanId: ids.spanId,
      ...(ids.parentSpanId !== undefined && { parentSpanId: ids.parentSpanId }),
      name: `task ${task.program ?? task.function}`,
      kind: spanKinds.internal,
      startTimeUnixNano: nanosOf(task.startedAt),
      endTimeUnixNano: nanosOf(task.since),
      attributes: attributesOf({ ...attributesOfTask(task), "sxs.task.state": task.state }),
      events: eventsOf(task),
      ...(task.error !== undefined && { status: { code: failedStatus, message: task.error.message } })
    })
  }

  called({ attempt, ...call }: ExternAttempt): void {
    const known = this.#known.get(call.task)
    if (known === undefined) return
    const span = spanIdOf(this.#options.seed, call.idempotencyKey, String(attempt), this.#options.life)
    const name = `extern ${call.function}`
    this.#push(
      known,
      { name, span, kind: spanKinds.client, from: call.startedAt, to: call.endedAt },
      {
        attributes: {
          "sxs.extern.module": call.module,
          "sxs.extern.function": call.function,
          "sxs.extern.attempt": attempt,
          "sxs.extern.idempotency_key": call.idempotencyKey,
          "sxs.extern.outcome": call.outcome
        },
        failure: call.outcome === "failed" ? (call.detail ?? "") : undefined
      }
    )
  }

  /** Says of tasks that still run which of them run here since the last time. */
  tell(): void {
    for (const known of this.#known.values()) {
      if (known.isTold) continue
      known.isTold = true
      const name = known.beganHere ? "begins" : "goes on"
      const span = spanIdOf(this.#options.seed, known.task.id, this.#options.life, "begins")
      this.#push(known, { name, span, kind: spanKinds.internal, from: known.from, to: known.from })
    }
  }

  /** The process stops: what it had of tasks that go on in another. */
  stop(): void {
    for (const known of this.#known.values()) this.#pushLife(known, { end: "stopped", at: this.#options.now() })
    this.#known.clear()
  }

  #pushLife(known: Known, { at, end }: { readonly end: string; readonly at: number }): void {
    const span = spanIdOf(this.#options.seed, known.task.id, this.#options.life)
    const times = { from: known.from, to: at }
    const attributes = { "sxs.life.end": end }
    this.#push(known, { name: "life", span, kind: spanKinds.internal, ...times }, { attributes })
  }

  /** A span below that of the task. */
  #push(
    { ids, task }: Known,
    span: {
      readonly name: string
      readonly span: string
      readonly kind: number
      readonly from: number
      readonly to: number
    },
    { attributes = {}, failure }: { readonly attributes?: Attributes; readonly failure?: string | undefined } = {}
  ): void {
    if (!ids.isSampled) return
    this.#options.push({
      traceId: ids.traceId,
      spanId: span.span,
      parentSpanId: ids.spanId,
      name: span.name,
      kind: span.kind,
      startTimeUnixNano: nanosOf(span.from),
      endTimeUnixNano: nanosOf(Math.max(span.from, span.to)),
      attributes: attributesOf({ "sxs.task.id": task.id, "sxs.function": task.function, ...attributes }),
      ...(failure !== undefined && { status: { code: failedStatus, message: failure } })
    })
  }
}

const attributesOfTask = (task: ObservedTask): Attributes => ({
  "sxs.task.id": task.id,
  "sxs.function": task.function,
  "sxs.program": task.program,
  "sxs.bundle": task.bundle.slice(0, 12),
  "sxs.task.parent": task.parent,
  "error.type": task.error?.code
})

const eventsOf = (task: ObservedTask): NonNullable<OtlpSpan["events"]> => [
  ...task.timeline().map(({ at, detail, kind }) => ({
    timeUnixNano: nanosOf(at),
    name: kind,
    attributes: attributesOf({ detail: detail === "" ? undefined : detail })
  })),
  ...(task.error === undefined
    ? []
    : [{ timeUnixNano: nanosOf(task.since), name: "exception", attributes: exceptionOf(task.error) }])
]

/** By the names that OpenTelemetry has for exceptions. */
export const exceptionOf = ({ code, message, trace }: NonNullable<ObservedTask["error"]>) =>
  attributesOf({
    "exception.type": code,
    "exception.message": message,
    "exception.stacktrace": trace
      .map((call) => `    at ${call.function} (${call.source}:${call.line}:${call.column})`)
      .join("\n")
  })
