// Opens the store in the folder given as argument, closes it, and says what came of it: to its parent thread, else on stdout.
import { parentPort } from "node:worker_threads"
import * as Effect from "effect/Effect"
import { layerLevel } from "../../runtime/store/level.ts"
import { Store } from "../../runtime/store/store.ts"

const said = await Effect.runPromise(
  Effect.map(Store, (store) => `opened: ${store.get("k")}`).pipe(
    Effect.provide(layerLevel({ directory: process.argv[2]!, create: false })),
    Effect.catch(({ detail, reason }) => Effect.succeed(`${reason}: ${detail}`))
  )
)

if (parentPort === null) console.log(said)
else parentPort.postMessage(said)
