/**
 * What stands in a store, byte for byte, as JSON lines of key and record: `records.txt` has the first record of each kind that a
 * program leaves, `store.txt` a whole store in the middle of it. With SXS_GOLDEN=write they are written instead. A difference is
 * a change of the format: old stores must still open, or get an error that says so. `store-before-0034.txt` was written when each
 * joiner had a record.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { encodeAnchor } from "../../runtime/store/anchor.ts"
import { Chain } from "../../runtime/store/chain.ts"
import { sealIdentity, storeFormat } from "../../runtime/store/identity.ts"
import { Keys } from "../../runtime/store/keys.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { type Flaw, scrub } from "../../runtime/task/scrub.ts"
import { open, withTime } from "../support/namespace.ts"
import type { Entries } from "../support/run-to-end.ts"
import { transferBundle } from "../support/transfer-bundle.ts"

const folder = join(import.meta.dirname, "store-format")
const { SXS_GOLDEN } = process.env
const isWriting = SXS_GOLDEN === "write"

const keys = new Keys("1")

const kindOf = (key: string): string => keys.space(key) ?? key.split("/", 1)[0]!

const print = (entries: Entries): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join("")

const read = (name: string): Entries =>
  readFileSync(join(folder, name), "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as [string, string])

/** What the store holds after each commit of the program. */
const commitsOf = Effect.gen(function* () {
  const commits: Array<Entries> = []
  const memory = makeMemory({ onCommit: () => commits.push(memory.entries()) })
  // One segment in each batch, so that each kind of record is seen between two of them.
  const { namespace } = yield* open(memory, { segmentsPerTurn: 1 })
  yield* namespace.startProgram({ bundle: transferBundle, fresh: false })
  yield* withTime(namespace.idle)
  return commits
}).pipe(Effect.scoped)

const has = (entries: Entries, kind: string): boolean => entries.some(([key]) => kindOf(key) === kind)

describe("the store's format", () => {
  it.effect("records and keys are as they were", () =>
    Effect.gen(function* () {
      const commits = yield* commitsOf
      const first = new Map<string, Entries[number]>()
      for (const entry of commits.flat()) if (!first.has(kindOf(entry[0]))) first.set(kindOf(entry[0]), entry)
      const golden = {
        "records.txt": print([...first.values()].sort(([a], [b]) => (a < b ? -1 : 1))),
        "store.txt": print(commits.find((entries) => has(entries, "w") && has(entries, "l"))!)
      }
      for (const [name, text] of Object.entries(golden)) {
        if (isWriting) writeFileSync(join(folder, name), text)
        assert.strictEqual(text, readFileSync(join(folder, name), "utf8"), name)
      }
      for (const kind of ["!namespace", "b", "c", "f", "g", "h", "l", "m", "o", "p", "r", "t", "u", "w"])
        assert.isTrue(first.has(kind), `there is a record of the kind ${kind}`)
    })
  )

  it("so are identity, links of batches, and the anchor", () => {
    assert.strictEqual(storeFormat, 1)
    const identity = sealIdentity({ format: 1, id: "an-id", created: "2026-11-21T12:00:00.000Z" })
    assert.strictEqual(identity, '1df9d6c22{"format":1,"id":"an-id","created":"2026-11-21T12:00:00.000Z"}')
    const chain = new Chain(undefined, "a nonce")
    assert.deepStrictEqual(chain.next([{ type: "put", key: "k", value: "v" }]), {
      key: "!chain/0001",
      record: "1733038c81 1 2 515522c3 00000000"
    })
    assert.deepStrictEqual(chain.next([{ type: "del", key: "k" }]), {
      key: "!chain/0002",
      record: "11853e2f42 1 3 116f4824 515522c3"
    })
    assert.strictEqual(
      encodeAnchor({ generation: 3, last: 12, synced: 11, boot: "a-boot", store: "an-id" }),
      "121f7377d3 12 11 a-boot an-id\n"
    )
  })

  for (const name of ["store.txt", "store-before-0034.txt"])
    it.effect(`a store that was written in it opens, is whole, and its tasks go on to their end: ${name}`, () =>
      Effect.gen(function* () {
        const memory = makeMemory({ entries: read(name) })
        const flaws: Array<Flaw> = []
        yield* scrub(memory.store, { onFlaw: (flaw) => flaws.push(flaw), onProgress: () => {} })
        assert.deepStrictEqual(flaws, [])
        const { namespace, texts } = yield* open(memory)
        yield* namespace.recover
        yield* withTime(namespace.idle)
        assert.strictEqual(texts().at(-1), "total 2151")
        assert.deepStrictEqual(
          yield* Effect.forEach(["a", "b", "steps", "total"], (key) => namespace.kv.get(key)),
          [-6, 6, 6, 2151]
        )
      }).pipe(Effect.scoped)
    )
})
