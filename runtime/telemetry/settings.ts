/**
 * The variables of OpenTelemetry, as far as they mean something here. Nothing of this module is loaded unless one of
 * `endpointNames` is set: see cli/telemetry.ts.
 */

export interface Env {
  readonly [name: string]: string | undefined
}

export type Signal = "traces" | "metrics" | "logs"

export const signals: ReadonlyArray<Signal> = ["traces", "metrics", "logs"]

export interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Settings {
  /** Where each signal goes; those that are left out go nowhere. */
  readonly targets: Readonly<Partial<Record<Signal, Target>>>
  /** Attributes of the resource, `service.name` among them. */
  readonly resource: Readonly<Record<string, string>>
  /** Time in ms between two batches of spans and log records. */
  readonly batchMs: number
  /** Time in ms between two reports of metrics. */
  readonly metricsMs: number
  /** After so long (ms) without an answer a request has failed. */
  readonly requestMs: number
}

const defaults = { batchMs: 1000, metricsMs: 60_000, requestMs: 10_000 }

/** What the variables say, and what is wrong with them; no settings when nothing is to be exported. */
export const readSettings = (env: Env): { readonly settings: Settings | undefined; readonly problem?: string } => {
  if (env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return { settings: undefined }
  const problem = signals.map((signal) => problemOf(signal, env)).find((each) => each !== undefined)
  if (problem !== undefined) return { settings: undefined, problem }
  const targets = Object.fromEntries(
    signals.flatMap((signal) => {
      const target = targetOf(signal, env)
      return target === undefined ? [] : [[signal, target]]
    })
  )
  if (Object.keys(targets).length === 0) return { settings: undefined }
  return {
    settings: {
      targets,
      resource: resourceOf(env),
      batchMs: msOf(env["OTEL_BSP_SCHEDULE_DELAY"]) ?? defaults.batchMs,
      metricsMs: msOf(env["OTEL_METRIC_EXPORT_INTERVAL"]) ?? defaults.metricsMs,
      requestMs: msOf(env["OTEL_EXPORTER_OTLP_TIMEOUT"]) ?? defaults.requestMs
    }
  }
}

/** An empty variable counts as unset. */
const get = (env: Env, name: string): string | undefined => env[name]?.trim() || undefined

/** `OTEL_EXPORTER_OTLP_<SIGNAL>_<what>`, else `OTEL_EXPORTER_OTLP_<what>`. */
const ofSignal = (signal: Signal, what: string, env: Env): string | undefined =>
  get(env, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${what}`) ?? get(env, `OTEL_EXPORTER_OTLP_${what}`)

const problemOf = (signal: Signal, env: Env): string | undefined => {
  const url = urlOf(signal, env)
  if (url === undefined) return undefined
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) return `the OTLP endpoint ${url} is no http or https URL`
  const protocol = ofSignal(signal, "PROTOCOL", env)
  if (protocol === "grpc")
    return "OTEL_EXPORTER_OTLP_PROTOCOL is grpc, but sxs speaks http/json only: give the collector's HTTP endpoint, port 4318 mostly"
  return undefined
}

const targetOf = (signal: Signal, env: Env): Target | undefined => {
  const url = urlOf(signal, env)
  return url === undefined ? undefined : { url, headers: pairsOf(ofSignal(signal, "HEADERS", env)) }
}

/** The endpoint of one signal is taken as it is, that of all gets a path for each. */
const urlOf = (signal: Signal, env: Env): string | undefined => {
  if (get(env, `OTEL_${signal.toUpperCase()}_EXPORTER`) === "none") return undefined
  const own = get(env, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`)
  const all = get(env, "OTEL_EXPORTER_OTLP_ENDPOINT")
  return own ?? (all === undefined ? undefined : `${all.replace(/\/+$/, "")}/v1/${signal}`)
}

const resourceOf = (env: Env): Settings["resource"] => {
  const attributes = pairsOf(get(env, "OTEL_RESOURCE_ATTRIBUTES"))
  const name = get(env, "OTEL_SERVICE_NAME") ?? attributes["service.name"] ?? "sxs"
  return { ...attributes, "service.name": name }
}

/** `key=value,key=value`, values percent-encoded; what is no pair is left out. */
const pairsOf = (text: string | undefined): Record<string, string> =>
  Object.fromEntries(
    (text ?? "").split(",").flatMap((pair) => {
      const at = pair.indexOf("=")
      return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]]
    })
  )

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const msOf = (text: string | undefined): number | undefined => {
  const ms = Number(text?.trim() || "none")
  return Number.isInteger(ms) && ms >= 1 ? ms : undefined
}
