import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type LevelOptions, layerLevel } from "../../../../runtime/store/level.ts"
import { seal, unseal } from "../../../../runtime/store/record.ts"
import { Store, StoreUnavailable, type Write } from "../../../../runtime/store/store.ts"
import { checkTableFile } from "../../../../runtime/store/table-file.ts"
import { seeded } from "../../../support/random.ts"
import { temporaryDirectory } from "../../../support/temporary-directory.ts"

const put = (key: string, value: string): Write => ({ type: "put", key, value })

const use = <A, E>(options: Omit<LevelOptions, "create">, run: (store: Store["Service"]) => Effect.Effect<A, E>) =>
  Effect.flatMap(Store, run).pipe(Effect.provide(layerLevel({ ...options, create: true }), { local: true }))

const random = seeded(1)
const value = Array.from({ length: 100 }, () => Math.floor(random.below(2 ** 32)).toString(36)).join(" ")

const fill = (store: Store["Service"], from: number, to: number) =>
  Effect.forEach(
    Array.from({ length: to - from }, (_, index) => from + index),
    (index) =>
      store.commit([put(`k${index}`, seal(`k${index}`, `${index} ${value}`)), put("last", String(index))], {
        sync: false
      }),
    { discard: true }
  )

/** A store as a killed process leaves it: 40 batches in a table, 120 in its log, more than three of its blocks. `older` is a
 * copy without the last 100. */
const makeKilled = Effect.gen(function* () {
  const folder = yield* temporaryDirectory
  const [store, older, directory] = ["store", "older", "killed"].map((name) => join(folder, name)) as [
    string,
    string,
    string
  ]
  yield* use({ directory: store }, (opened) => fill(opened, 0, 40))
  yield* use({ directory: store }, (opened) =>
    Effect.gen(function* () {
      yield* fill(opened, 40, 60)
      cpSync(store, older, { recursive: true })
      yield* fill(opened, 60, 160)
      cpSync(store, directory, { recursive: true })
    })
  )
  return { directory, older }
})

const fileOf = (directory: string, kind: RegExp): string => {
  const name = readdirSync(join(directory, "db")).find((name) => kind.test(name))
  if (name === undefined) throw new Error(`the database has no ${kind}`)
  return join(directory, "db", name)
}

const log = /\.log$/
const table = /\.(?:ldb|sst)$/
const manifest = /^MANIFEST/

const last = (directory: string, acceptLoss?: (loss: string) => void) =>
  use({ directory, ...(acceptLoss && { acceptLoss }) }, (store) => Effect.sync(() => store.get("last")))

type Damage = (store: { readonly directory: string; readonly older: string }) => void

const flipAt =
  (kind: RegExp, share: number): Damage =>
  ({ directory }) => {
    const file = fileOf(directory, kind)
    const bytes = readFileSync(file)
    bytes[Math.floor(bytes.length * share)]! ^= 1
    writeFileSync(file, bytes)
  }

/** What LevelDB opens in silence, with what is said instead and what is left when that is accepted. */
const lost: ReadonlyArray<readonly [name: string, damage: Damage, said: RegExp, left: string]> = [
  [
    "a log that was cut",
    ({ directory }) => truncateSync(fileOf(directory, log), readFileSync(fileOf(directory, log)).length - 2500),
    /newest writes are missing: batches 15\d to 160/,
    "156"
  ],
  [
    "a byte flipped in the log",
    flipAt(log, 0.5),
    /writes before its last ones are missing: batches \d+ to \d+\. What came after/,
    "159"
  ],
  [
    "a log that was deleted",
    ({ directory }) => rmSync(fileOf(directory, log)),
    /newest writes are missing: batches 41 to 160/,
    "39"
  ],
  [
    "an older database",
    ({ directory, older }) => {
      rmSync(join(directory, "db"), { recursive: true })
      cpSync(join(older, "db"), join(directory, "db"), { recursive: true })
    },
    /newest writes are missing: batches 61 to 160/,
    "59"
  ],
  [
    "an anchor that is gone",
    ({ directory }) => rmSync(join(directory, "anchor")),
    /its file `anchor` is missing/,
    "159"
  ],
  [
    "an anchor that makes no sense",
    ({ directory }) => writeFileSync(join(directory, "anchor"), "\n"),
    /its file `anchor` cannot be read/,
    "159"
  ]
]

/** What LevelDB does not open, and nobody can make good. */
const broken: ReadonlyArray<readonly [name: string, damage: Damage]> = [
  ["a table that is gone", ({ directory }) => rmSync(fileOf(directory, table))],
  ["a list of tables that is gone", ({ directory }) => rmSync(fileOf(directory, manifest))],
  ["a list of tables that was cut", ({ directory }) => truncateSync(fileOf(directory, manifest), 20)],
  [
    "CURRENT that names nothing",
    ({ directory }) => writeFileSync(join(directory, "db", "CURRENT"), "MANIFEST-000099\n")
  ]
]

describe("a damaged level store", () => {
  it.live("one that was killed is opened as it was", () =>
    Effect.gen(function* () {
      const { directory } = yield* makeKilled
      assert.strictEqual(yield* last(directory), "159")
    })
  )

  for (const [name, damage, said, left] of lost) {
    it.live(`${name}: refused, until the loss is accepted`, () =>
      Effect.gen(function* () {
        const killed = yield* makeKilled
        const { directory } = killed
        damage(killed)
        for (let time = 0; time < 2; time++) {
          const error = yield* Effect.flip(last(directory))
          assert.strictEqual(error.reason, "damaged")
          assert.match(error.detail, said)
          assert.include(error.detail, directory)
          assert.include(error.detail, "sxs doctor --accept-loss")
        }
        const accepted: Array<string> = []
        assert.strictEqual(yield* last(directory, (loss) => accepted.push(loss)), left)
        assert.match(accepted[0]!, said)
        assert.strictEqual(accepted.length, 1)
        assert.strictEqual(yield* last(directory), left)
      })
    )
  }

  for (const [name, damage] of broken) {
    it.live(`${name}: refused, and there is nothing to accept`, () =>
      Effect.gen(function* () {
        const killed = yield* makeKilled
        damage(killed)
        for (const options of [{}, { acceptLoss: () => {} }]) {
          const error = yield* Effect.flip(use({ directory: killed.directory, ...options }, () => Effect.void))
          assert.strictEqual(error.reason, "damaged", error.detail)
          assert.include(error.detail, "Restore the folder from a backup")
        }
      })
    )
  }

  it.live("flipped bits of a table give no wrong value, and errors name the key", () =>
    Effect.gen(function* () {
      const killed = yield* makeKilled
      // Behind the links, which are read when the store is opened.
      for (const share of [0.3, 0.4, 0.5, 0.6]) flipAt(table, share)(killed)
      const name = basename(fileOf(killed.directory, table))
      assert.match(checkTableFile(killed.directory, name) ?? "", /checksum of its block/)
      yield* use({ directory: killed.directory }, (store) =>
        Effect.sync(() => {
          const damaged = Array.from({ length: 40 }, (_, index) => index).filter((index) => {
            const key = `k${index}`
            try {
              const record = store.get(key)
              if (record !== undefined) assert.strictEqual(unseal(key, record), `${index} ${value}`)
              return false
            } catch (cause) {
              if (!(cause instanceof StoreUnavailable)) throw cause
              assert.deepInclude(cause, { reason: "damaged", key })
              return true
            }
          })
          assert.isAbove(damaged.length, 0)
        })
      )
    })
  )

  it.live("a table that cannot be read on opening is refused with the way out", () =>
    Effect.gen(function* () {
      const { directory } = yield* makeKilled
      const file = fileOf(directory, table)
      const bytes = readFileSync(file)
      bytes.fill(0, 0, 2000)
      writeFileSync(file, bytes)
      const error = yield* Effect.flip(last(directory))
      assert.strictEqual(error.reason, "damaged")
      assert.include(error.detail, directory)
      assert.include(error.detail, "Restore the folder from a backup")
    })
  )

  it.live("a copy of the whole folder is a store of its own", () =>
    Effect.gen(function* () {
      const { directory, older } = yield* makeKilled
      assert.strictEqual(yield* last(older), "59")
      assert.strictEqual(yield* last(directory), "159")
    })
  )
})
