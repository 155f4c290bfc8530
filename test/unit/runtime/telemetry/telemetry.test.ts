import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { NamespaceOptions } from "../../../../runtime/index.ts"
import { limits } from "../../../../runtime/limits.ts"
import { type MemoryStore, makeMemory } from "../../../../runtime/store/memory.ts"
import type { Sent } from "../../../../runtime/telemetry/exporter.ts"
import { openTelemetry, type Telemetry } from "../../../../runtime/telemetry/telemetry.ts"
import { traceparentOf } from "../../../../runtime/telemetry/trace-ids.ts"
import type { Context } from "../../../support/externs.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"
import { Collector } from "../../../support/otlp-collector.ts"

const target = (signal: string) => ({ url: `http://collector/v1/${signal}`, headers: {} })

const settings = {
  targets: { traces: target("traces"), metrics: target("metrics"), logs: target("logs") },
  resource: { "service.name": "shop" },
  batchMs: 1000,
  metricsMs: 60_000,
  requestMs: 10_000
}

/** A process with the store, as far as telemetry sees it: its life ends with the scope. */
const aLife = Effect.fnUntraced(function* (
  memory: MemoryStore,
  collector: Collector,
  {
    answer = () => ({ kind: "taken" }),
    life,
    ...options
  }: Partial<NamespaceOptions> & { readonly life: string; readonly answer?: () => Sent }
) {
  const warnings: Array<string> = []
  const telemetry: Telemetry = yield* openTelemetry({
    settings,
    seed: "the store",
    life,
    resource: { "service.instance.id": life },
    warn: (message) => warnings.push(message),
    send: ({ url }, body) =>
      Effect.sync(() => {
        const sent = answer()
        if (sent.kind === "taken") collector.take(new URL(url).pathname, body)
        return sent
      })
  })
  const output = telemetry.logged
  const { namespace } = yield* open(memory, { observer: telemetry.observer, output, ...options })
  telemetry.watch(namespace)
  return { namespace, telemetry, warnings }
})

const program = compiled(
  `(defn child (n :int) :int [(core/task/sleep 90000) (core/util/log "child") (* n 2)])
(log "begun")
(core/task/join (core/task/spawn child 4))
`,
  "shop.sxs"
)

describe("telemetry", () => {
  it.effect("gives a task one span for all processes that it ran in, and each of those its own below it", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const collector = new Collector()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* aLife(memory, collector, { life: "first" })
          yield* namespace.startProgram({ bundle: program, fresh: false })
          yield* TestClock.adjust("5 seconds")
          assert.sameMembers(
            collector.spans.map(({ name, resource }) => `${name} ${resource["service.instance.id"]}`),
            ["begins first", "begins first"]
          )
        })
      )
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* aLife(memory, collector, { life: "second" })
          yield* namespace.recover
          yield* untilIdle(namespace)
        })
      )
      const { spans } = collector
      assert.strictEqual(new Set(spans.map(({ traceId }) => traceId)).size, 1)
      const [main, child] = [collector.span("task shop"), collector.span("task child")]
      assert.isUndefined(main.parentSpanId)
      assert.strictEqual(child.parentSpanId, main.spanId)
      assert.strictEqual(main.resource["service.instance.id"], "second")
      assert.deepStrictEqual(
        child.events.map(({ name }) => name),
        ["started", "waited", "woke", "done"]
      )
      assert.isAtLeast(child.durationMs, 90_000)
      const below = (task: string) =>
        spans
          .filter(({ attributes, name }) => attributes["sxs.task.id"] === task && !name.startsWith("task"))
          .map(({ name, parentSpanId, resource }) => {
            assert.include([main.spanId, child.spanId], parentSpanId)
            return `${name} ${resource["service.instance.id"]}`
          })
      assert.deepStrictEqual(below("child-2"), ["begins first", "life first", "goes on second", "life second"])
    })
  )

  it.effect("gives a short task one span, with its fault", () =>
    Effect.gen(function* () {
      const collector = new Collector()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* aLife(makeMemory(), collector, { life: "only" })
          yield* namespace.startProgram({
            bundle: compiled("(defn half (n :int) (div 1 n))\n(half 0)", "bad.sxs"),
            fresh: false
          })
          yield* namespace.idle
        })
      )
      assert.lengthOf(collector.spans, 1)
      const span = collector.span("task bad")
      assert.deepStrictEqual(span.status, { code: 2, message: "`div`: the int 1 divided by zero" })
      assert.strictEqual(span.attributes["error.type"], "SXS6003")
      const exception = span.events.at(-1)!
      assert.strictEqual(exception.name, "exception")
      assert.match(String(exception.attributes["exception.stacktrace"]), /at half \(bad\.sxs:1:\d+\)/)
      const [log] = collector.logs
      assert.deepStrictEqual([log?.severityText, log?.traceId], ["ERROR", span.traceId])
    })
  )

  it.effect("tells the lines of tasks in their traces, and how the store does", () =>
    Effect.gen(function* () {
      const collector = new Collector()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* aLife(makeMemory(), collector, { life: "only" })
          yield* namespace.startProgram({ bundle: program, fresh: false })
          yield* untilIdle(namespace)
        })
      )
      const lines = collector.logs.map(({ body, spanId, traceId }) => ({ text: body.stringValue, spanId, traceId }))
      const [main, child] = [collector.span("task shop"), collector.span("task child")]
      assert.deepStrictEqual(lines, [
        { text: "begun", spanId: main.spanId, traceId: main.traceId },
        { text: "child", spanId: child.spanId, traceId: main.traceId }
      ])
      assert.isAtLeast(collector.metric("sxs.segments"), 3)
      assert.isAtLeast(collector.metric("sxs.commits"), 3)
      assert.strictEqual(collector.metric("sxs.commits.waiting"), 0)
      assert.strictEqual(collector.metric("sxs.tasks.ended", { state: "done" }), 2)
      assert.strictEqual(collector.metric("sxs.tasks.waiting"), 0)
    })
  )

  it.effect("puts each attempt to call an extern below its task", () =>
    Effect.gen(function* () {
      const collector = new Collector()
      const bundle = compiled(
        '#(extern "./pay.ts" (charge (n :int) :int {retry 1}) (never ()))\n(charge 5)\n(recover (core/task/limit {deadline 1000} (never)) none)',
        "shop.sxs"
      )
      const key = yield* Effect.scoped(
        Effect.gen(function* () {
          const keys: Array<string> = []
          const charge = (n: number, { attempt, idempotencyKey }: Context) => {
            keys.push(idempotencyKey)
            if (attempt === 1) throw new Error("no answer")
            return n
          }
          const module = { charge, never: () => new Promise(() => undefined) }
          const externs = () => Promise.resolve(module)
          const { namespace } = yield* aLife(makeMemory(), collector, { life: "only", externs })
          yield* namespace.startProgram({ bundle, fresh: false, folder: "/p" })
          yield* untilIdle(namespace)
          return keys[0]
        })
      )
      const { spanId } = collector.span("task shop")
      const calls = collector.spans.filter(({ name }) => name.startsWith("extern "))
      assert.deepStrictEqual(
        calls.map(({ attributes, kind, name, parentSpanId, status }) => [
          `${name} ${attributes["sxs.extern.attempt"]} ${attributes["sxs.extern.outcome"]}`,
          kind,
          parentSpanId,
          status?.message
        ]),
        [
          ["extern charge 1 failed", 3, spanId, "no answer"],
          ["extern charge 2 succeeded", 3, spanId, undefined],
          ["extern never 1 aborted", 3, spanId, undefined]
        ]
      )
      assert.strictEqual(new Set(calls.map((call) => call.spanId)).size, 3)
      assert.strictEqual(calls[0]?.attributes["sxs.extern.idempotency_key"], key)
      assert.strictEqual(collector.metric("sxs.extern.attempts", { outcome: "failed" }), 1)
    })
  )

  it.effect("goes on below the span that has started a task, and heeds that it is not sampled", () =>
    Effect.gen(function* () {
      const collector = new Collector()
      const bundle = compiled("#(export f)\n(defn f () 1)", "called.sxs")
      const outer = { traceId: "a".repeat(32), spanId: "b".repeat(16), parentSpanId: undefined, isSampled: true }
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* aLife(makeMemory(), collector, { life: "only" })
          yield* namespace.install(bundle)
          const call = { bundle: bundle.hash, name: "f", args: [] }
          yield* namespace.call({ ...call, trace: traceparentOf(outer) })
          yield* namespace.call({ ...call, trace: traceparentOf({ ...outer, isSampled: false }) })
          yield* namespace.idle
        })
      )
      assert.deepStrictEqual(
        collector.spans.map(({ name, parentSpanId, traceId }) => [name, traceId, parentSpanId]),
        [["task f", outer.traceId, outer.spanId]]
      )
    })
  )

  it.effect("warns once of a collector that is away, and ends in spite of it", () =>
    Effect.gen(function* () {
      const collector = new Collector()
      const answer = (): Sent => ({ kind: "later", why: "ECONNREFUSED" })
      const warnings = yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace, warnings } = yield* aLife(makeMemory(), collector, { life: "only", answer })
          yield* namespace.startProgram({ bundle: program, fresh: false })
          yield* untilIdle(namespace)
          return warnings
        })
      )
      // Of which signal is sent first nobody is told.
      assert.lengthOf(warnings, 1)
      assert.match(
        warnings[0]!,
        /^telemetry does not get to http:\/\/collector\/v1\/(traces|logs|metrics): ECONNREFUSED$/
      )
    })
  )

  it.effect("follows a bounded number of tasks", () =>
    Effect.gen(function* () {
      const collector = new Collector()
      const { telemetry } = yield* aLife(makeMemory(), collector, { life: "only" })
      const task = { function: "f", bundle: "b", program: undefined, parent: undefined, trace: undefined }
      const more = { state: "running" as const, startedAt: 0, since: 0, error: undefined, timeline: () => [] }
      for (let index = 0; index <= limits.telemetryTasksMax; index++)
        telemetry.observer.live({ ...task, ...more, id: `f-${index}` })
      telemetry.observer.ended([{ ...task, ...more, id: `f-${limits.telemetryTasksMax}`, state: "done" }])
      yield* TestClock.adjust("20 seconds")
      assert.lengthOf(
        collector.spans.filter(({ name }) => name === "begins"),
        limits.telemetryItemsMax - 1
      )
      assert.strictEqual(collector.span("task f").attributes["sxs.task.id"], `f-${limits.telemetryTasksMax}`)
    })
  )
})
