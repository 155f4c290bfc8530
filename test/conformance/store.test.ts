import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerLevel } from "../../runtime/store/level.ts"
import { layerMemory } from "../../runtime/store/memory.ts"
import { Store } from "../../runtime/store/store.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { storeConformance } from "./store.ts"

storeConformance({ name: "memory", make: () => Layer.fresh(layerMemory) })

storeConformance({
  name: "level",
  make: () => Layer.unwrap(Effect.map(temporaryDirectory, (directory) => layerLevel({ directory, create: true })))
})

it.live("what was committed is there after the store is opened again", () =>
  Effect.gen(function* () {
    const directory = yield* temporaryDirectory
    const write = Effect.flatMap(Store, (store) =>
      store.commit([{ type: "put", key: "k", value: "kept" }], { sync: true })
    )
    yield* Effect.provide(write, layerLevel({ directory, create: true }))
    const read = Effect.map(Store, (store) => store.get("k"))
    assert.strictEqual(yield* Effect.provide(read, layerLevel({ directory, create: false })), "kept")
  })
)
