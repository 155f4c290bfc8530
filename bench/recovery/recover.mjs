/**
 *     node bench/recovery/recover.mjs results|idle FOLDER COUNT
 *
 * Opens the store that another process has left, with the built package, as a program in JavaScript does. `results`: until it has the
 * result of each task; `idle`: until nothing can run any more and all is durable, as `sxs run` waits.
 */

import * as Effect from "effect/Effect"
import { Sxs } from "../../dist/cli/embed/index.js"
import { library } from "../../dist/cli/library.js"
import { layerLevel, openNamespace } from "../../dist/runtime/index.js"

const openedAt = performance.now()
const [, , until, store, countText] = process.argv
const count = Number(countText)

const told = () => {
  process.stdout.write(JSON.stringify({ ms: performance.now() - openedAt, sinceStartMs: performance.now() }))
  process.exit()
}

const untilResults = async () => {
  const sxs = await Sxs.open({ store, telemetry: false })
  const results = await Promise.all(Array.from({ length: count }, (_, index) => sxs.result(`workflow-${index + 2}`)))
  if (results.some((sum) => sum !== 10)) throw new Error("a task has another result")
  told()
}

const untilIdle = async () => {
  const recovered = Effect.flatMap(openNamespace({ library, output: () => undefined }), (namespace) =>
    Effect.andThen(namespace.recover, Effect.map(namespace.idle, told))
  )
  await Effect.runPromise(Effect.scoped(Effect.provide(recovered, layerLevel({ directory: store, create: false }))))
}

await (until === "results" ? untilResults() : untilIdle())
