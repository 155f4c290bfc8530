/**
 *     node bench/recovery/recover.mjs results|idle FOLDER COUNT
 *
 * Opens the store that another process has left, with the built package, as a program in JavaScript does. `results`: until it has the
 * result of each task; `idle`: until `sxs resume` has nothing left to do, all is durable, and the store is closed.
 */

import { writeSync } from "node:fs"
import { createRequire } from "node:module"

const [, , until, store, countText] = process.argv
const count = Number(countText)

const told = (openedAt) => {
  const now = performance.now()
  writeSync(1, JSON.stringify({ ms: now - openedAt, sinceStartMs: now }))
}

const untilResults = async () => {
  const { Sxs } = await import("../../dist/packed/sxs.js")
  const openedAt = performance.now()
  const sxs = await Sxs.open({ store, telemetry: false })
  const results = await Promise.all(Array.from({ length: count }, (_, index) => sxs.result(`workflow-${index + 2}`)))
  if (results.some((sum) => sum !== 10)) throw new Error("a task has another result")
  told(openedAt)
  process.exit()
}

// The command ends the process. Code that was compiled before is loaded as its launcher has it loaded.
const untilIdle = async () => {
  createRequire(import.meta.url)("../../bin/node24.cjs").enableCompileCache()
  const { main } = await import("../../dist/packed/command.js")
  const openedAt = performance.now()
  process.on("exit", (code) => code === 0 && told(openedAt))
  await main(["resume", "--store", store])
}

await (until === "results" ? untilResults() : untilIdle())
