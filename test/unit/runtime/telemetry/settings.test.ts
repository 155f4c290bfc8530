import { assert, describe, it } from "vitest"
import { readSettings } from "../../../../runtime/telemetry/settings.ts"

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" }

describe("the variables of OpenTelemetry", () => {
  it("give each signal a path of the endpoint, or an endpoint of its own as it is", () => {
    const { settings } = readSettings({
      ...endpoint,
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "https://logs/in",
      OTEL_METRICS_EXPORTER: "none"
    })
    assert.deepStrictEqual(settings?.targets, {
      traces: { url: "http://collector:4318/v1/traces", headers: {} },
      logs: { url: "https://logs/in", headers: {} }
    })
    assert.deepStrictEqual([settings?.batchMs, settings?.metricsMs, settings?.requestMs], [1000, 60_000, 10_000])
  })

  it("give headers, which are percent-encoded, and attributes of the resource", () => {
    const { settings } = readSettings({
      ...endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc, x-team = blue,broken,=no",
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: "x-team=%zz",
      OTEL_RESOURCE_ATTRIBUTES: "service.name=from-attributes,deployment.environment=test",
      OTEL_BSP_SCHEDULE_DELAY: "250",
      OTEL_METRIC_EXPORT_INTERVAL: "soon"
    })
    assert.deepStrictEqual(settings?.targets.traces?.headers, { authorization: "Bearer abc", "x-team": "blue" })
    assert.deepStrictEqual(settings?.targets.logs?.headers, { "x-team": "%zz" })
    assert.deepStrictEqual(settings?.resource, { "service.name": "from-attributes", "deployment.environment": "test" })
    assert.deepStrictEqual([settings?.batchMs, settings?.metricsMs], [250, 60_000])
    const named = readSettings({ ...endpoint, OTEL_SERVICE_NAME: "shop" }).settings
    assert.strictEqual(named?.resource["service.name"], "shop")
  })

  it("turn it off, or say what is wrong with them", () => {
    assert.isUndefined(readSettings({ ...endpoint, OTEL_SDK_DISABLED: "TRUE" }).settings)
    assert.isUndefined(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: " " }).settings)
    const wrong = readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" })
    assert.deepStrictEqual(wrong, {
      settings: undefined,
      problem: "the OTLP endpoint collector:4318/v1/traces is no http or https URL"
    })
    const grpc = readSettings({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })
    assert.isUndefined(grpc.settings)
    assert.include(grpc.problem, "http/json only")
  })
})
