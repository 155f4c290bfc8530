/** Real processes that tell a collector, one of this test's own, what they do. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, symlinkSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { Collector } from "../support/otlp-collector.ts"
import { loadedSources } from "./loaded.ts"
import { ended, folderWith, printed, root, starting, sxs } from "./start.ts"

let server: Server
let collector: Collector
/** Called after each request. */
let got: () => void = () => undefined
/** What the collector answers. */
let status = 200

beforeEach(async () => {
  collector = new Collector()
  status = 200
  server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk) => {
      body += String(chunk)
    })
    request.on("end", () => {
      if (status === 200) collector.take(request.url!, body)
      response.writeHead(status).end("{}")
      got()
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const env = (more: Readonly<Record<string, string>> = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  OTEL_SERVICE_NAME: "shop",
  OTEL_BSP_SCHEDULE_DELAY: "50",
  OTEL_METRIC_EXPORT_INTERVAL: "50",
  ...more
})

/** Waits until the collector has got what is asked for. */
const until = (condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    got = () => {
      if (condition()) resolve()
    }
    got()
  })

const killed = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, "exit")
  child.kill("SIGKILL")
  await exit
}

const program = {
  "shop.sxs": `(defn order (n :int) :int [
  (core/util/log "order" n)
  (while (= (core/kv/incr go 0) 0) (core/task/sleep 20))
  (* n 2)
])
(def task (core/task/spawn-as "7" order 7))
(log "waits")
(log "has" (core/task/join task))
`
}

describe("sxs run with a collector", () => {
  it("tells it of a task that was killed and resumed, in one trace with both lives", async () => {
    const cwd = folderWith(program)
    const first = starting({ cwd, env: env() }, "run", "shop.sxs")
    await until(
      () => collector.spans.filter(({ name }) => name === "begins").length === 2 && collector.logs.length === 2
    )
    await killed(first)
    assert.isFalse(collector.spans.some(({ name }) => name.startsWith("task")))

    assert.strictEqual(sxs(cwd, "kv", "set", "go", "1").exitCode, 0)
    const second = starting({ cwd, env: env() }, "run", "shop.sxs")
    const end = await ended(second)
    // Before it lines may come again that were on their way out when the process was killed.
    assert.deepStrictEqual([end.exitCode, end.out.slice(-"has 14\n".length)], [0, "has 14\n"], end.err)
    const { spans } = collector
    assert.strictEqual(new Set(spans.map(({ traceId }) => traceId)).size, 1)
    const [main, order] = [collector.span("task shop"), collector.span("task order")]
    assert.strictEqual(order.parentSpanId, main.spanId)
    assert.isUndefined(main.parentSpanId)
    const lives = (span: typeof main) =>
      spans
        .filter(({ name, parentSpanId }) => parentSpanId === span.spanId && /begins|life/.test(name))
        .map(({ name, resource }) => [name, resource["process.pid"]])
    for (const span of [main, order])
      assert.deepStrictEqual(lives(span), [
        // What was killed could not say what it had of the task.
        ["begins", first.pid],
        ["life", second.pid]
      ])
    assert.deepStrictEqual(order.events.at(-1)?.name, "done")
    assert.strictEqual(order.resource["service.name"], "shop")
    assert.deepStrictEqual(
      collector.logs.filter(({ spanId }) => spanId !== undefined).map(({ body, spanId }) => [body.stringValue, spanId]),
      [
        ["waits", main.spanId],
        ["order 7", order.spanId],
        ["has 14", main.spanId]
      ]
    )
    assert.strictEqual(collector.metric("sxs.tasks.ended", { state: "done" }), 2)
    assert.isAtLeast(collector.metric("sxs.segments"), 2)
  })

  it("warns once of one that is away, and does its work as without it", async () => {
    const cwd = folderWith(program)
    const options = { cwd, env: env() }
    server.close()
    await once(server, "close")
    const child = starting(options, "run", "shop.sxs")
    const end = ended(child)
    await printed(child, "waits")
    child.kill("SIGTERM")
    const { err, exitCode } = await end
    assert.strictEqual(exitCode, 130)
    assert.strictEqual(err.match(/telemetry does not get to .*: ECONNREFUSED\n/g)?.length, 1, err)
  })

  it("ends soon though the collector never answers", async () => {
    server.removeAllListeners("request")
    server.on("request", () => undefined)
    const cwd = folderWith({ "one.sxs": '(log "one")\n' })
    const begun = performance.now()
    const end = await ended(starting({ cwd, env: env() }, "run", "one.sxs"))
    assert.deepStrictEqual([end.exitCode, end.out], [0, "one\n"])
    // Two seconds for what is on its way, and the rest for the process; far below the time of a request.
    assert.isBelow(performance.now() - begun, 9000)
  })

  it("says what is wrong with the variables", async () => {
    const cwd = folderWith({ "one.sxs": '(log "one")\n' })
    const options = { cwd, env: env({ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }) }
    const { err, exitCode } = await ended(starting(options, "run", "one.sxs"))
    assert.strictEqual(exitCode, 0)
    assert.match(err, /^sxs: telemetry is off: OTEL_EXPORTER_OTLP_PROTOCOL is grpc/)
  })
})

describe("without the variables", () => {
  it("nothing of telemetry is loaded", () => {
    const cwd = folderWith({ "one.sxs": '(log "one")\n' })
    const loaded = (env: Readonly<Record<string, string>>): ReadonlyArray<string> =>
      loadedSources(["run", "one.sxs", "--new"], { cwd, env }).filter((file) => file.startsWith("runtime/telemetry/"))
    assert.deepStrictEqual(loaded({ OTEL_SERVICE_NAME: "shop", OTEL_EXPORTER_OTLP_ENDPOINT: "" }), [])
    assert.isNotEmpty(loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" }))
  })
})

describe("a TypeScript program", () => {
  it("starts tasks below the span that it is in", async () => {
    const cwd = folderWith({
      "package.json": '{ "type": "module" }',
      "call.ts": `
import * as Effect from "effect/Effect"
import { Sxs } from "sxs"

const program = Effect.gen(function* () {
  const sxs = yield* Sxs
  const shop = yield* sxs.compile({ text: "#(export f)\\n(defn f (n :int) :int (+ n 1))" })
  const span = yield* Effect.currentParentSpan
  console.log(span.traceId, span.spanId, yield* sxs.call(shop.function("f"), 1))
}).pipe(Effect.withSpan("request"), Effect.provide(Sxs.layer({ store: "memory:" })))
await Effect.runPromise(program)
`
    })
    mkdirSync(join(cwd, "node_modules"))
    symlinkSync(root, join(cwd, "node_modules/sxs"))
    symlinkSync(join(root, "node_modules/effect"), join(cwd, "node_modules/effect"))
    const child = spawn(process.execPath, [join(cwd, "call.ts")], { cwd, env: { ...process.env, ...env() } })
    const { err, exitCode, out } = await ended(child)
    assert.deepStrictEqual([exitCode, err], [0, ""])
    const span = collector.span("task f")
    assert.strictEqual(out, `${span.traceId} ${span.parentSpanId} 2\n`)
  })
})
