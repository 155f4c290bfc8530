/** What a collector of telemetry has got by OTLP with JSON, in a form to look at. */

type Attributes = Readonly<Record<string, string | number | boolean>>

export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly status?: { readonly code: number; readonly message?: string }
  readonly attributes: Attributes
  readonly events: ReadonlyArray<{ readonly name: string; readonly attributes: Attributes }>
  readonly resource: Attributes
  readonly durationMs: number
}

export interface CollectedLog {
  readonly body: { readonly stringValue: string }
  readonly severityText: string
  readonly traceId?: string
  readonly spanId?: string
}

interface Raw {
  readonly [name: string]: unknown
}

export class Collector {
  readonly spans: Array<CollectedSpan> = []
  readonly logs: Array<CollectedLog> = []
  /** The newest report. */
  metrics: ReadonlyArray<Raw> = []

  /** Takes the body of a request to `/v1/traces` and the others. */
  take(path: string, body: string): void {
    const data = JSON.parse(body) as Raw
    if (path === "/v1/traces")
      for (const { scope, resource } of items(data, "Spans"))
        this.spans.push(...scope.map((span) => spanOf(span, resource)))
    else if (path === "/v1/logs")
      for (const { scope } of items(data, "Logs", "logRecords"))
        this.logs.push(...(scope as unknown as Array<CollectedLog>))
    else if (path === "/v1/metrics") this.metrics = items(data, "Metrics").flatMap(({ scope }) => scope)
    else throw new Error(`nothing is sent to ${path}`)
  }

  /** The only span of that name. */
  span(name: string): CollectedSpan {
    const found = this.spans.filter((span) => span.name === name)
    if (found.length !== 1) throw new Error(`${found.length} spans are called ${name}`)
    return found[0]!
  }

  /** The value, or count, of the newest report. */
  metric(name: string, attributes: Attributes = {}): number {
    const metric = this.metrics.find((each) => each["name"] === name) as Record<string, { dataPoints: Array<Raw> }>
    const points = (metric?.["sum"] ?? metric?.["gauge"] ?? metric?.["histogram"])?.dataPoints ?? []
    const point = points.find((each) => JSON.stringify(plain(each["attributes"])) === JSON.stringify(attributes))
    if (point === undefined) throw new Error(`no ${name} with ${JSON.stringify(attributes)}`)
    return Number(point["asInt"] ?? point["count"])
  }
}

const items = (data: Raw, what: string, list: string = what.toLowerCase()) =>
  (data[`resource${what}`] as ReadonlyArray<Raw>).flatMap((each) =>
    (each[`scope${what}`] as ReadonlyArray<Raw>).map((scope) => ({
      resource: plain((each["resource"] as Raw)["attributes"]),
      scope: scope[list] as ReadonlyArray<Raw>
    }))
  )

const spanOf = (raw: Raw, resource: Attributes): CollectedSpan => {
  const { attributes, endTimeUnixNano, events = [], startTimeUnixNano, ...span } = raw
  return {
    ...(span as unknown as CollectedSpan),
    attributes: plain(attributes),
    events: (events as ReadonlyArray<Raw>).map(({ attributes, name }) => ({
      name: String(name),
      attributes: plain(attributes)
    })),
    resource,
    durationMs: Number(BigInt(String(endTimeUnixNano)) - BigInt(String(startTimeUnixNano))) / 1e6
  }
}

const plain = (attributes: unknown): Attributes =>
  Object.fromEntries(
    (
      attributes as ReadonlyArray<{ readonly key: string; readonly value: Readonly<Record<string, string | number>> }>
    ).map(({ key, value }) => {
      const [kind, content] = Object.entries(value)[0]!
      return [key, kind === "intValue" ? Number(content) : content]
    })
  )
