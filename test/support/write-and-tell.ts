// Writes batch after batch into the store in the folder given as first argument, and says on stdout the number of each one that
// is acknowledged. The second argument: `strict`, `relaxed`, or `planted`, which acknowledges as strict what was not flushed.
import { writeSync } from "node:fs"
import * as Effect from "effect/Effect"
import { layerLevel } from "../../runtime/store/level.ts"
import { seal } from "../../runtime/store/record.ts"
import { Store } from "../../runtime/store/store.ts"

const [directory = "", mode = "strict"] = process.argv.slice(2)

const writeForEver = Effect.gen(function* () {
  const store = yield* Store
  for (let batch = 1; ; batch++) {
    const key = `k${batch}`
    yield* store.commit(
      [
        { type: "put", key, value: seal(key, `${batch} ${"v".repeat(batch % 700)}`) },
        { type: "put", key: "last", value: seal("last", String(batch)) }
      ],
      { sync: mode === "strict" }
    )
    writeSync(1, `${batch}\n`)
  }
})

await Effect.runPromise(Effect.provide(writeForEver, layerLevel({ directory, create: true })))
