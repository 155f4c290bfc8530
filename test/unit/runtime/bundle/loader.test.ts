import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { loadModule } from "../../../../runtime/bundle/loader.ts"
import { BundleRejected } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { abiVersion } from "../../../../stdlib/abi/version.ts"
import { handWritten, open, untilIdle } from "../../../support/namespace.ts"
import { transferBundle } from "../../../support/transfer-bundle.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "sxs-bundle-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const reasonOf = <A>(effect: Effect.Effect<A, unknown>) =>
  Effect.map(Effect.flip(effect), (error) => (error instanceof BundleRejected ? error.reason : error))

describe("a bundle", () => {
  it.live("is imported from a file named by its hash, which is repaired when it differs", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const { hash, code } = transferBundle
      const first = yield* loadModule({ hash, code, directory: path })
      assert.strictEqual(first.manifest.program, "transfer")
      const file = join(path, "code", `${hash}.mjs`)
      assert.deepStrictEqual(readdirSync(join(path, "code")), [`${hash}.mjs`])
      writeFileSync(file, "damaged")
      yield* loadModule({ hash, code, directory: path })
      assert.strictEqual(readFileSync(file, "utf8"), code)
    })
  )

  it.live("is imported from memory when there is no directory", () =>
    Effect.gen(function* () {
      const { hash, code } = transferBundle
      const loaded = yield* loadModule({ hash, code, directory: undefined })
      assert.deepStrictEqual(loaded.manifest, transferBundle.manifest)
    })
  )

  it.live("that is not what its hash says, or does not load, is refused", () =>
    Effect.gen(function* () {
      const { hash, code } = transferBundle
      assert.strictEqual(yield* reasonOf(loadModule({ hash, code: `${code} `, directory: undefined })), "hash")
      const broken = handWritten(transferBundle.manifest, "export function link( {")
      assert.strictEqual(yield* reasonOf(loadModule({ ...broken, directory: undefined })), "code")
      const other = handWritten(transferBundle.manifest, "export const unlink = 1")
      assert.strictEqual(yield* reasonOf(loadModule({ ...other, directory: undefined })), "code")
    })
  )

  it.effect("for another runtime, or with functions that this one lacks, is refused before anything runs", () =>
    Effect.gen(function* () {
      const { namespace } = yield* open(makeMemory())
      const { manifest } = transferBundle
      const future = handWritten({ ...manifest, abi: abiVersion + 1 }, "export const link = () => []")
      assert.strictEqual(yield* reasonOf(namespace.install(future)), "abi")
      const needy = handWritten({ ...manifest, library: ["core/made/up"] }, "export const link = () => []")
      assert.strictEqual(yield* reasonOf(namespace.startProgram({ bundle: needy, fresh: true })), "library")
      assert.strictEqual(yield* namespace.countTasks({ upTo: 1 }), 0)
    })
  )

  it.effect("that is lost leaves its task as it is, is reported, and other tasks run on", () =>
    Effect.gen(function* () {
      const memory = makeMemory()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { namespace } = yield* open(memory)
          yield* namespace.startProgram({ bundle: transferBundle, fresh: false })
          yield* namespace.stop
        })
      )
      const entries = memory.entries().filter(([key]) => !key.startsWith("n1/b/"))
      const rejected: Array<string> = []
      const { namespace } = yield* open(makeMemory({ entries }), { onRejected: (task) => rejected.push(task) })
      yield* namespace.recover
      yield* untilIdle(namespace)
      assert.deepStrictEqual(rejected, ["transfer-1"])
      const { task } = yield* namespace.inspect("transfer-1")
      assert.include(["initialized", "running"], task.state)
      assert.match(task.waitsFor!, /its code/)
      yield* namespace.install(transferBundle)
      yield* untilIdle(namespace)
      assert.strictEqual((yield* namespace.inspect("transfer-1")).result, 2151)
    })
  )
})
