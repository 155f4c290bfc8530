import { Sxs } from "sxs"

await using sxs = await Sxs.open({ store: process.env["SXS_STORE"] ?? ".sxs" })
const shop = await sxs.compile({ file: "examples/embedding/main.sxs" })
const events = await sxs.subscribe({ channel: "A", topic: 1 })

const task = await sxs.start(shop.function("order"), { args: ["pens", 1200] })
for await (const { data } of events) {
  const { state, waitsFor } = (await sxs.inspect(task.id)).task
  console.log(`${task.id} is ${state}, waits for ${waitsFor}: ${JSON.stringify(data)}`)
  break
}
await sxs.resume(task.id, "Ada")
console.log(JSON.stringify(await task.result()), "orders:", await sxs.kv.get("orders"))
