import { openSxs } from "sxs"
import { charge, type Receipt } from "./dist/main.js"

await using sxs = await openSxs({ store: process.env["SXS_STORE"] ?? ".sxs" })

// Started once: who comes again with this id, also after a crash, gets the same receipt.
const task = await sxs.start(charge, { id: "order-7", args: ["pens", 1200] })
const receipt: Receipt = await task.result()
console.log(`${task.kind} ${task.id}: charge ${receipt.charges}, ${receipt.cents} cents for ${receipt.order}`)
