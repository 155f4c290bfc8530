import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import { TestClock } from "effect/testing"
import { limits } from "../../../../runtime/limits.ts"
import { Exporter, type Sent } from "../../../../runtime/telemetry/exporter.ts"

const target = { url: "http://collector/v1/traces", headers: {} }

/** An exporter with a collector that answers what `answer` says, and what that got. */
const exporting = (answer: () => Sent) => {
  const got: Array<ReadonlyArray<number>> = []
  const troubles: Array<string> = []
  const exporter = new Exporter<number>({
    target,
    body: (items) => ({ items }),
    send: (_, body) =>
      Effect.sync(() => {
        const sent = answer()
        if (sent.kind === "taken") got.push((JSON.parse(body) as { readonly items: ReadonlyArray<number> }).items)
        return sent
      }),
    onTrouble: (why) => troubles.push(why)
  })
  return { exporter, got, troubles }
}

const later: Sent = { kind: "later", why: "away" }

describe("an exporter", () => {
  it.effect("sends what waits in batches, in order", () =>
    Effect.gen(function* () {
      const { exporter, got } = exporting(() => ({ kind: "taken" }))
      for (let item = 0; item < limits.telemetryBatchItems + 1; item++) exporter.push(item)
      yield* exporter.send
      assert.deepStrictEqual(
        got.map(({ length }) => length),
        [limits.telemetryBatchItems, 1]
      )
      assert.strictEqual(got[1]![0], limits.telemetryBatchItems)
      yield* exporter.send
      assert.lengthOf(got, 2)
    })
  )

  it.effect("keeps a bounded number of items while the collector is away, and counts those that it drops", () =>
    Effect.gen(function* () {
      let isAway = true
      const { exporter, got } = exporting(() => (isAway ? later : { kind: "taken" }))
      for (let item = 0; item < limits.telemetryItemsMax + 7; item++) exporter.push(item)
      yield* exporter.send
      assert.strictEqual(exporter.droppedCount, 7)
      isAway = false
      yield* TestClock.adjust(limits.telemetryPauseMs)
      yield* exporter.send
      assert.deepStrictEqual(got.flat(), [...Array(limits.telemetryItemsMax).keys()])
    })
  )

  it.effect("asks a collector that is away less and less often, or when it has said", () =>
    Effect.gen(function* () {
      let asked = 0
      let answer = later
      const { exporter } = exporting(() => {
        asked++
        return answer
      })
      exporter.push(1)
      for (let second = 0; second < 600; second++) {
        yield* exporter.send
        yield* TestClock.adjust("1 second")
      }
      // After 1, 2, 4 … 32 and then each 60 seconds.
      assert.strictEqual(asked, 6 + 1 + Math.floor((600 - 63) / 60))
      answer = { kind: "later", why: "busy", afterMs: 5000 }
      yield* TestClock.adjust("1 minute")
      asked = 0
      for (let second = 0; second < 10; second++) {
        yield* exporter.send
        yield* TestClock.adjust("1 second")
      }
      assert.strictEqual(asked, 2)
    })
  )

  it.effect("lets a request come to its end when it is to finish, and sends nothing twice", () =>
    Effect.gen(function* () {
      const answered = yield* Deferred.make<Sent>()
      const asked = yield* Queue.unbounded<string>()
      const exporter = new Exporter<number>({
        target,
        body: (items) => items,
        send: (_, body) => Effect.andThen(Queue.offer(asked, body), Deferred.await(answered)),
        onTrouble: () => undefined
      })
      exporter.push(1)
      const sending = yield* Effect.forkChild(exporter.send)
      assert.strictEqual(yield* Queue.take(asked), "[1]")
      yield* Fiber.interrupt(sending)
      exporter.push(2)
      const finishing = yield* Effect.forkChild(exporter.finish, { startImmediately: true })
      yield* Deferred.succeed(answered, { kind: "taken" })
      yield* Fiber.join(finishing)
      assert.deepStrictEqual([yield* Queue.take(asked), yield* Queue.size(asked)], ["[2]", 0])
    })
  )

  it.effect("drops what is refused, and goes on with the next batch", () =>
    Effect.gen(function* () {
      const answers: Array<Sent> = [{ kind: "refused", why: "it answered 400" }, { kind: "taken" }]
      const { exporter, got, troubles } = exporting(() => answers.shift()!)
      for (let item = 0; item < limits.telemetryBatchItems + 1; item++) exporter.push(item)
      yield* exporter.send
      assert.deepStrictEqual([got, exporter.droppedCount], [[[limits.telemetryBatchItems]], limits.telemetryBatchItems])
      assert.deepStrictEqual(troubles, ["it answered 400"])
    })
  )
})
