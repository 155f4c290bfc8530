import type { WrittenBatch } from "../store/writer.ts"
import type { ExternAttempt, Measures, ObservedTask } from "../task/observer.ts"
import {
  type Attributes,
  attributesOf,
  histogramOf,
  nanosOf,
  type OtlpHistogramPoint,
  type OtlpMetric,
  type OtlpNumberPoint,
  sumOf
} from "./otlp.ts"

/** Bounds of the buckets: commits of a batch, and ms that one takes. */
const commitBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const durationBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000]

/** Codes of faults that are told apart; programs may have their own. */
const faultCodesMax = 100

/** What stands beside the counts of a report. */
export interface Gauges extends Measures {
  readonly waitingTasks: number
  readonly dropped: Readonly<Record<string, number>>
}

/** Counts since this process has opened the store. */
export class Meters {
  readonly #since: number
  readonly #batchCommits = new Histogram(commitBounds)
  readonly #batchMs = new Histogram(durationBounds)
  readonly #ended = new Counter("state")
  readonly #faults = new Counter("code", faultCodesMax)
  readonly #calls = new Counter("outcome")
  #units = 0

  /** In ms since 1970. */
  constructor(since: number) {
    this.#since = since
  }

  written({ commits, durationMs, units }: WrittenBatch): void {
    this.#batchCommits.add(commits)
    this.#batchMs.add(durationMs)
    this.#units += units
  }

  ended({ error, state }: ObservedTask): void {
    this.#ended.add(state)
    if (error !== undefined) this.#faults.add(error.code)
  }

  called({ outcome }: ExternAttempt): void {
    this.#calls.add(outcome)
  }

  report(gauges: Gauges, now: number): ReadonlyArray<OtlpMetric> {
    const time = { startTimeUnixNano: nanosOf(this.#since), timeUnixNano: nanosOf(now) }
    const point = (count: number, attributes: Attributes = {}): OtlpNumberPoint => ({
      attributes: attributesOf(attributes),
      ...time,
      asInt: String(count)
    })
    const gauge = (name: string, unit: string, description: string, count: number): OtlpMetric => ({
      ...{ name, unit, description },
      gauge: { dataPoints: [point(count)] }
    })
    const sum = (name: string, unit: string, description: string, points: ReadonlyArray<OtlpNumberPoint>) => ({
      ...{ name, unit, description },
      ...sumOf(points)
    })
    const histogram = (name: string, unit: string, description: string, of: Histogram) => ({
      ...{ name, unit, description },
      ...histogramOf([{ attributes: [], ...time, ...of.point }])
    })
    const counted = (counter: Counter) => counter.entries.map(([key, count]) => point(count, { [counter.name]: key }))
    return [
      sum("sxs.segments", "{segment}", "Segments that have run", [point(gauges.segments)]),
      histogram("sxs.commits", "{commit}", "Commits of one batch", this.#batchCommits),
      histogram("sxs.write.duration", "ms", "Time that a batch took to be durable", this.#batchMs),
      sum("sxs.written", "{unit}", "UTF-16 units handed to the store", [point(this.#units)]),
      gauge("sxs.commits.waiting", "{commit}", "Commits that are not durable yet", gauges.commitsWaiting),
      gauge("sxs.events.queued", "{event}", "Events that wait for a handler", gauges.eventsQueued),
      gauge("sxs.tasks.live", "{task}", "Tasks in memory", gauges.liveTasks),
      gauge("sxs.tasks.waiting", "{task}", "Tasks that have run in this process and wait", gauges.waitingTasks),
      sum("sxs.tasks.ended", "{task}", "Tasks that have ended", counted(this.#ended)),
      sum("sxs.faults", "{fault}", "Faults that have ended tasks", counted(this.#faults)),
      sum("sxs.extern.attempts", "{attempt}", "Attempts to call externs", counted(this.#calls)),
      sum(
        "sxs.telemetry.dropped",
        "{item}",
        "Spans and log records that the collector never got",
        Object.entries(gauges.dropped).map(([signal, count]) => point(count, { signal }))
      )
    ]
  }
}

/** Beyond `keysMax` keys all others are one. */
class Counter {
  readonly name: string
  readonly #keysMax: number
  readonly #counts = new Map<string, number>()

  constructor(name: string, keysMax: number = Number.POSITIVE_INFINITY) {
    this.name = name
    this.#keysMax = keysMax
  }

  add(key: string): void {
    const counted = this.#counts.has(key) || this.#counts.size < this.#keysMax ? key : "other"
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1)
  }

  get entries(): ReadonlyArray<readonly [key: string, count: number]> {
    return [...this.#counts]
  }
}

/** Bucket `n` counts what is above bound `n - 1` and not above bound `n`. */
class Histogram {
  readonly #bounds: ReadonlyArray<number>
  readonly #buckets: Array<number>
  #count = 0
  #sum = 0

  constructor(bounds: ReadonlyArray<number>) {
    this.#bounds = bounds
    this.#buckets = new Array<number>(bounds.length + 1).fill(0)
  }

  add(value: number): void {
    const found = this.#bounds.findIndex((bound) => value <= bound)
    this.#buckets[found < 0 ? this.#bounds.length : found]!++
    this.#count++
    this.#sum += value
  }

  get point(): Pick<OtlpHistogramPoint, "count" | "sum" | "bucketCounts" | "explicitBounds"> {
    const bucketCounts = this.#buckets.map(String)
    return { count: String(this.#count), sum: this.#sum, bucketCounts, explicitBounds: this.#bounds }
  }
}
