import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { BundleRegistry, bundleText } from "../../../../runtime/bundle/registry.ts"
import type { Intrinsics } from "../../../../stdlib/abi/intrinsics.ts"
import { handWritten } from "../../../support/namespace.ts"
import { transferBundle } from "../../../support/transfer-bundle.ts"

/** A registry on a store that holds the text, and how often that was read. */
const registryOf = (text: string | undefined) => {
  const counter = { reads: 0 }
  const code = () => {
    counter.reads++
    return text
  }
  const registry = new BundleRegistry({
    texts: { code, map: () => undefined },
    directory: undefined,
    // Nothing runs.
    intrinsics: () => ({}) as Intrinsics,
    has: () => true
  })
  return { counter, registry }
}

const bundle = handWritten({ ...transferBundle.manifest, functions: [] }, "export const link = () => []")
const { hash } = bundle

describe("a bundle that many tasks wait for", () => {
  it.live("is read and linked once", () =>
    Effect.gen(function* () {
      const { counter, registry } = registryOf(bundleText(bundle))
      const loads = Array.from({ length: 100 }, () => registry.load(hash))
      const linked = yield* Effect.all(loads, { concurrency: "unbounded" })
      assert.strictEqual(counter.reads, 1)
      assert.deepStrictEqual(new Set(linked), new Set([registry.linked(hash)]))
    })
  )

  it.live("is refused to all of them, and tried again by the next", () =>
    Effect.gen(function* () {
      const { counter, registry } = registryOf(undefined)
      const loads = Array.from({ length: 10 }, () => Effect.flip(registry.load(hash)))
      const rejected = yield* Effect.all(loads, { concurrency: "unbounded" })
      for (const { reason } of rejected) assert.strictEqual(reason, "code")
      const before = counter.reads
      yield* Effect.flip(registry.load(hash))
      assert.strictEqual(counter.reads, before + 1)
    })
  )
})
