// Opens the store in the folder given as argument, says so on stdout, and keeps it open until it is killed.
import * as Effect from "effect/Effect"
import { layerLevel } from "../../runtime/store/level.ts"
import { Store } from "../../runtime/store/store.ts"

const hold = Effect.gen(function* () {
  const store = yield* Store
  yield* store.commit([{ type: "put", key: "k", value: "of the other process" }], { sync: true })
  console.log("open")
  process.stdin.resume()
  yield* Effect.never
})

await Effect.runPromise(Effect.provide(hold, layerLevel({ directory: process.argv[2]!, create: true })))
