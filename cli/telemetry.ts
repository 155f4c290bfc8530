import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Output } from "../runtime/task/outbox.ts"
import type { Telemetry } from "../runtime/telemetry/telemetry.ts"
import { compilerVersion } from "../stdlib/abi/version.ts"

export interface TelemetryPlace {
  readonly env: { readonly [name: `OTEL_${string}`]: string | undefined }
  /** The folder of the store; undefined: it is in memory. */
  readonly directory: string | undefined
  readonly warn: (message: string) => void
}

/** One of these turns telemetry on; without them nothing of it is loaded. */
const endpointNames = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
  "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"
] as const

/** Telemetry as the variables of OpenTelemetry ask for it; undefined without them. To be opened behind the store and before
 * its namespace, as it is closed behind that. */
export const connectTelemetry = (place: TelemetryPlace): Effect.Effect<Telemetry | undefined, never, Scope.Scope> =>
  endpointNames.some((name) => (place.env[name] ?? "").trim() !== "") ? connect(place) : Effect.undefined

const connect = Effect.fnUntraced(function* ({ directory, env, warn }: TelemetryPlace) {
  const { readSettings } = yield* Effect.promise(() => import("../runtime/telemetry/settings.ts"))
  const { problem, settings } = readSettings(env)
  if (problem !== undefined) warn(`telemetry is off: ${problem}`)
  if (settings === undefined) return undefined
  const { openTelemetry } = yield* Effect.promise(() => import("../runtime/telemetry/telemetry.ts"))
  const { readIdentity } = yield* Effect.promise(() => import("../runtime/store/identity.ts"))
  const life = randomUUID()
  return yield* openTelemetry({
    settings,
    seed: (directory === undefined ? undefined : readIdentity(directory)?.id) ?? life,
    life,
    resource: {
      "service.instance.id": life,
      "process.pid": process.pid,
      "telemetry.sdk.name": "sxs",
      "telemetry.sdk.language": "nodejs",
      "telemetry.sdk.version": compilerVersion
    },
    warn
  })
})

/** The output that tells telemetry of each line before it is shown. */
export const outputTo = (telemetry: Telemetry | undefined, output: Output): Output =>
  telemetry === undefined
    ? output
    : (line) => {
        telemetry.logged(line)
        return output(line)
      }
