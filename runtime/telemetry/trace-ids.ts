import { createHash } from "node:crypto"
import type { ObservedTask } from "../task/observer.ts"

/** Where a task belongs among the traces. */
export interface TraceIds {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits, of the span that is the task. */
  readonly spanId: string
  readonly parentSpanId: string | undefined
  /** Whether who began the trace wants its spans. */
  readonly isSampled: boolean
}

/**
 * The ids of a task's spans are derived from its own id, so that a task which goes on in another process stays in its
 * trace, and nothing is stored for it. Who has started it is in its record; without one it begins a trace. `seed` tells the
 * tasks of one store from those of others.
 */
export const traceIdsOf = (seed: string, { id, trace }: Pick<ObservedTask, "id" | "trace">): TraceIds => {
  const spanId = spanIdOf(seed, id)
  const parent = trace === undefined ? undefined : parseTraceparent(trace)
  return {
    traceId: parent?.traceId ?? digits(32, seed, "trace", id),
    spanId,
    parentSpanId: parent?.spanId,
    isSampled: parent?.isSampled ?? true
  }
}

export const traceparentOf = ({ isSampled, spanId, traceId }: TraceIds): string =>
  `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`

/** The id of a span that belongs to a task: its own, or one that `parts` tell from its others. */
export const spanIdOf = (seed: string, ...parts: ReadonlyArray<string>): string => digits(16, seed, "span", ...parts)

/** An id of zeros only would mean that there is none. */
const digits = (count: number, ...parts: ReadonlyArray<string>): string => {
  const found = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, count)
  return /^0+$/.test(found) ? "1".padStart(count, "0") : found
}

interface Traceparent {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled: boolean
}

const parseTraceparent = (text: string): Traceparent | undefined => {
  const [, traceId, spanId, flags] = traceparentPattern.exec(text) ?? []
  if (traceId === undefined || spanId === undefined) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 }
}

const traceparentPattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/
