/*
 * OTLP/HTTP with JSON bodies: https://opentelemetry.io/docs/specs/otlp. 64-bit numbers are texts, ids hex.
 */

export type AttributeValue = string | number | boolean

export type Attributes = Readonly<Record<string, AttributeValue | undefined>>

export interface KeyValue {
  readonly key: string
  readonly value:
    | { readonly stringValue: string }
    | { readonly intValue: string }
    | { readonly doubleValue: number }
    | { readonly boolValue: boolean }
}

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<KeyValue>
  readonly events?: ReadonlyArray<{
    readonly timeUnixNano: string
    readonly name: string
    readonly attributes: ReadonlyArray<KeyValue>
  }>
  readonly status?: { readonly code: number; readonly message?: string }
}

export const spanKinds = { internal: 1, client: 3 } as const

export const failedStatus = 2

export interface OtlpLogRecord {
  readonly timeUnixNano: string
  readonly severityNumber: number
  readonly severityText: string
  readonly body: { readonly stringValue: string }
  readonly attributes: ReadonlyArray<KeyValue>
  readonly traceId?: string
  readonly spanId?: string
}

export interface OtlpNumberPoint {
  readonly attributes: ReadonlyArray<KeyValue>
  readonly startTimeUnixNano?: string
  readonly timeUnixNano: string
  readonly asInt: string
}

export interface OtlpHistogramPoint {
  readonly attributes: ReadonlyArray<KeyValue>
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  readonly count: string
  readonly sum: number
  readonly bucketCounts: ReadonlyArray<string>
  readonly explicitBounds: ReadonlyArray<number>
}

/** From the start of the process on. */
const cumulative = 2

export type OtlpMetric = { readonly name: string; readonly unit: string; readonly description: string } & (
  | { readonly gauge: { readonly dataPoints: ReadonlyArray<OtlpNumberPoint> } }
  | {
      readonly sum: {
        readonly dataPoints: ReadonlyArray<OtlpNumberPoint>
        readonly aggregationTemporality: typeof cumulative
        readonly isMonotonic: true
      }
    }
  | {
      readonly histogram: {
        readonly dataPoints: ReadonlyArray<OtlpHistogramPoint>
        readonly aggregationTemporality: typeof cumulative
      }
    }
)

export const sumOf = (dataPoints: ReadonlyArray<OtlpNumberPoint>) => ({
  sum: { dataPoints, aggregationTemporality: cumulative as typeof cumulative, isMonotonic: true as const }
})

export const histogramOf = (dataPoints: ReadonlyArray<OtlpHistogramPoint>) => ({
  histogram: { dataPoints, aggregationTemporality: cumulative as typeof cumulative }
})

/** What a batch of a signal is wrapped in. */
export const bodyOf = {
  traces: (resource: Attributes, spans: ReadonlyArray<OtlpSpan>) => ({
    resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope, spans }] }]
  }),
  logs: (resource: Attributes, logRecords: ReadonlyArray<OtlpLogRecord>) => ({
    resourceLogs: [{ resource: { attributes: attributesOf(resource) }, scopeLogs: [{ scope, logRecords }] }]
  }),
  metrics: (resource: Attributes, metrics: ReadonlyArray<OtlpMetric>) => ({
    resourceMetrics: [{ resource: { attributes: attributesOf(resource) }, scopeMetrics: [{ scope, metrics }] }]
  })
}

const scope = { name: "sxs" }

/** Those that are undefined are left out. */
export const attributesOf = (attributes: Attributes): ReadonlyArray<KeyValue> =>
  Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: anyValueOf(value) }]))

const anyValueOf = (value: AttributeValue): KeyValue["value"] => {
  if (typeof value === "string") return { stringValue: value }
  if (typeof value === "boolean") return { boolValue: value }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** `ms` since 1970, of which fractions are dropped. */
export const nanosOf = (ms: number): string => `${Math.floor(ms)}000000`
