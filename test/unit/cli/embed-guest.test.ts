import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { openSxs } from "../../../cli/embed/index.ts"
import { becomeGuest } from "../../../runtime/host/guest.ts"
import { NobodyListens } from "../../../runtime/host/owner-connection.ts"

describe("a store that a TypeScript program has open", () => {
  it("has a door for guests, until it is closed", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "sxs-embed-")))
    try {
      const sxs = await openSxs({ store: folder })
      const visit = Effect.scoped(Effect.flatMap(becomeGuest(folder), ({ operations }) => operations.kv.incr("k", 5)))
      assert.strictEqual(await Effect.runPromise(visit), 5)
      assert.strictEqual(await Effect.runPromise(visit), 10)
      await sxs.close()
      assert.instanceOf(await Effect.runPromise(Effect.flip(visit)), NobodyListens)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
