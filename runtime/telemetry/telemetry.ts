import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { limits } from "../limits.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { Measures, ObservedTask, Observer } from "../task/observer.ts"
import type { LogLine } from "../task/segment.ts"
import { UpkeepSleep } from "../task/upkeep-sleep.ts"
import { Exporter, type Send, sendByFetch } from "./exporter.ts"
import { Meters } from "./meters.ts"
import {
  type Attributes,
  attributesOf,
  bodyOf,
  nanosOf,
  type OtlpLogRecord,
  type OtlpMetric,
  type OtlpSpan
} from "./otlp.ts"
import { type Settings, type Signal, signals } from "./settings.ts"
import { exceptionOf, TaskSpans } from "./task-spans.ts"
import type { TraceIds } from "./trace-ids.ts"

export interface TelemetryOptions {
  readonly settings: Settings
  /** The same for all processes that open the store, and for no other store. */
  readonly seed: string
  /** A text of this process alone. */
  readonly life: string
  /** What is told of the process besides the resource of the settings. */
  readonly resource: Attributes
  /** Hears once, and only once, that something cannot be delivered. */
  readonly warn: (message: string) => void
  /** By HTTP when left out. */
  readonly send?: Send
}

type Measured = { readonly measure: Effect.Effect<Measures, StoreUnavailable> }

export interface Telemetry {
  /** For `NamespaceOptions.observer`. */
  readonly observer: Observer
  /** A line that a task has logged, and that is durable. */
  readonly logged: (line: LogLine) => void
  /** From now on metrics say how the namespace stands. */
  readonly watch: (namespace: Measured) => void
}

/**
 * Tells a collector of tasks by OTLP. Tasks never wait for it. Closing the scope sends what waits, for at most
 * `limits.telemetryFlushMs`: close it behind the namespace.
 */
export const openTelemetry = Effect.fnUntraced(function* (
  options: TelemetryOptions
): Effect.fn.Return<Telemetry, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const telemetry = new Reporter(options, () => clock.currentTimeMillisUnsafe())
  yield* Effect.addFinalizer(() => telemetry.close)
  const { batchMs, metricsMs } = options.settings
  yield* Effect.forkScoped(every(batchMs, telemetry.batch))
  yield* Effect.forkScoped(every(metricsMs, telemetry.report))
  return telemetry
})

const every = (ms: number, effect: Effect.Effect<void>): Effect.Effect<never> =>
  Effect.flatMap(UpkeepSleep, (sleep) => Effect.forever(Effect.andThen(sleep(ms), effect)))

/** What OpenTelemetry calls the severities. */
const severities = {
  info: { severityNumber: 9, severityText: "INFO" },
  error: { severityNumber: 17, severityText: "ERROR" }
}

class Reporter implements Telemetry {
  readonly #options: TelemetryOptions
  readonly #now: () => number
  readonly #meters: Meters
  readonly #tasks: TaskSpans
  readonly #spans: Exporter<OtlpSpan> | undefined
  readonly #logs: Exporter<OtlpLogRecord> | undefined
  readonly #metrics: Exporter<OtlpMetric> | undefined
  #measured: Measured | undefined
  #hasWarned = false

  constructor(options: TelemetryOptions, now: () => number) {
    this.#options = options
    this.#now = now
    this.#meters = new Meters(now())
    this.#spans = this.#exporter("traces", bodyOf.traces)
    this.#logs = this.#exporter("logs", bodyOf.logs)
    this.#metrics = this.#exporter("metrics", bodyOf.metrics)
    const { life, seed } = options
    this.#tasks = new TaskSpans({ life, seed, now, push: (span) => this.#spans?.push(span) })
  }

  readonly observer: Observer = {
    live: (task) => this.#tasks.live(task),
    changed: (tasks) => {
      for (const task of tasks) this.#tasks.changed(task)
    },
    ended: (tasks) => {
      for (const task of tasks) this.#ended(task)
    },
    called: (attempt) => {
      this.#meters.called(attempt)
      this.#tasks.called(attempt)
    },
    written: (batch) => this.#meters.written(batch),
    traceOf: (task) => this.#tasks.traceOf(task)
  }

  // Of a line that a process before this one could not show, nobody knows here who has started its task.
  readonly logged = ({ task, text }: LogLine): void =>
    this.#log(severities.info, { id: task, ids: this.#tasks.knownIds(task) }, text)

  readonly watch = (namespace: Measured): void => {
    this.#measured = namespace
  }

  readonly batch: Effect.Effect<void> = Effect.suspend(() => {
    this.#tasks.tell()
    return this.#all([this.#spans?.send, this.#logs?.send])
  })

  readonly report: Effect.Effect<void> = Effect.suspend(() =>
    Effect.andThen(this.#measure(), this.#all([this.#metrics?.send]))
  )

  readonly close: Effect.Effect<void> = Effect.suspend(() => {
    this.#tasks.stop()
    return Effect.andThen(this.#measure(), this.#all([this.#spans?.finish, this.#logs?.finish, this.#metrics?.finish]))
  }).pipe(Effect.interruptible, Effect.timeoutOption(limits.telemetryFlushMs), Effect.asVoid)

  #ended(task: ObservedTask): void {
    this.#meters.ended(task)
    const { error } = task
    if (error !== undefined) {
      const of = { id: task.id, ids: this.#tasks.idsOf(task) }
      this.#log(severities.error, of, `${task.id} failed: ${error.message}`, exceptionOf(error))
    }
    this.#tasks.ended(task)
  }

  #log(
    severity: (typeof severities)[keyof typeof severities],
    { id, ids }: { readonly id: string; readonly ids: TraceIds | undefined },
    text: string,
    more: OtlpLogRecord["attributes"] = []
  ): void {
    this.#logs?.push({
      timeUnixNano: nanosOf(this.#now()),
      ...severity,
      body: { stringValue: text },
      attributes: [...attributesOf({ "sxs.task.id": id }), ...more],
      ...(ids !== undefined && { traceId: ids.traceId, spanId: ids.spanId })
    })
  }

  /** A store that cannot be read has more to say than that. */
  #measure(): Effect.Effect<void> {
    const metrics = this.#metrics
    if (metrics === undefined || this.#measured === undefined) return Effect.void
    return Effect.match(this.#measured.measure, {
      onFailure: () => undefined,
      onSuccess: (measures) => {
        const dropped = { traces: this.#spans?.droppedCount ?? 0, logs: this.#logs?.droppedCount ?? 0 }
        const gauges = { ...measures, waitingTasks: this.#tasks.waitingCount, dropped }
        metrics.replace(this.#meters.report(gauges, this.#now()))
      }
    })
  }

  #exporter<Item>(
    signal: Signal,
    body: (resource: Attributes, items: ReadonlyArray<Item>) => object
  ): Exporter<Item> | undefined {
    const { resource, send, settings } = this.#options
    const target = settings.targets[signal]
    if (target === undefined) return undefined
    const attributes = { ...settings.resource, ...resource }
    return new Exporter<Item>({
      target,
      body: (items) => body(attributes, items),
      send: send ?? sendByFetch(settings.requestMs),
      onTrouble: (why) => this.#warn(`telemetry does not get to ${target.url}: ${why}`)
    })
  }

  #warn(message: string): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.#options.warn(message)
  }

  #all(sends: ReadonlyArray<Effect.Effect<void> | undefined>): Effect.Effect<void> {
    return Effect.forEach(sends, (send) => send ?? Effect.void, { concurrency: signals.length, discard: true })
  }
}
