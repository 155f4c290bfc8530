import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { Sxs } from "sxs"

const program = Effect.gen(function* () {
  const sxs = yield* Sxs
  const shop = yield* sxs.compile({ file: "examples/embedding/main.sxs" })
  const orders = sxs.subscribe({ channel: "A", topic: 1 }).pipe(Stream.take(1), Stream.runCollect)
  const events = yield* Effect.forkChild(orders, { startImmediately: true })

  const task = yield* sxs.start(shop.function("order"), { args: ["ink", 800] })
  const [event] = yield* Fiber.join(events)
  const { state, waitsFor } = (yield* sxs.inspect(task.id)).task
  console.log(`${task.id} is ${state}, waits for ${waitsFor}: ${JSON.stringify(event?.data)}`)
  yield* sxs.resume(task.id, "Grace")
  console.log(JSON.stringify(yield* task.result), "orders:", yield* sxs.kv.get("orders"))

  return yield* sxs.call(shop.function("order"), "paper", "free")
})

const handled = program.pipe(
  Effect.catchTag("SxsArgumentError", ({ message }) => Effect.sync(() => console.log(message))),
  Effect.provide(Sxs.layer({ store: process.env["SXS_STORE"] ?? ".sxs" }))
)
await Effect.runPromise(handled)
