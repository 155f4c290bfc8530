import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type Namespace, openNamespace } from "../../runtime/index.ts"
import { allKeys, linkRange } from "../../runtime/store/keys.ts"
import { layerLevel } from "../../runtime/store/level.ts"
import { Store, type StoreUnavailable } from "../../runtime/store/store.ts"
import { checkTableFile, tablesOf } from "../../runtime/store/table-file.ts"
import { scrub } from "../../runtime/task/scrub.ts"
import { compiled, library } from "./namespace.ts"
import type { Random } from "./random.ts"

/** Tasks in every state, a large local, a deep stack, timers, joiners. */
const program = compiled(`
(defn down (n :int) :int (if (= n 0) [(core/task/pause) 0] (+ 1 (down (- n 1)))))
(defn holds (n :int) :str [(def large (str/repeat "abc " n)) (core/task/sleep 3600000) large])
(def a (core/task/spawn down 20))
(def b (core/task/spawn holds 800))
(core/util/log "begun")
(core/kv/set "of the program" 1)
(core/task/join b)
`)

/**
 * Makes a store in `directory`, and copies of it as a killed process would leave it: `older`, and much later `killed`. Both
 * have tables and a log.
 */
export const makeKilledStore = (
  directory: string,
  copies: { readonly older: string; readonly killed: string },
  random: Random
) =>
  Effect.gen(function* () {
    const filled = (until: string, batches: number) =>
      withNamespace(directory, (namespace) =>
        Effect.gen(function* () {
          yield* fill(namespace, random, batches)
          cpSync(directory, until, { recursive: true })
        })
      )
    yield* withNamespace(directory, (namespace) =>
      Effect.andThen(namespace.startProgram({ bundle: program, fresh: false }), namespace.durable)
    )
    yield* filled(copies.older, 30)
    yield* filled(copies.killed, 60)
  })

const withNamespace = <A, E>(directory: string, use: (namespace: Namespace) => Effect.Effect<A, E>) =>
  openNamespace({ library, output: () => {}, durability: "relaxed" }).pipe(
    Effect.flatMap(use),
    Effect.provide(layerLevel({ directory, create: true })),
    Effect.scoped
  )

const fill = (namespace: Namespace, random: Random, batches: number) =>
  Effect.gen(function* () {
    for (let batch = 0; batch < batches; batch++) {
      const key = `key:${Math.floor(random.below(200))}`
      if (random.chance(0.1)) yield* namespace.kv.del(key)
      else yield* namespace.kv.set(key, textOf(random, random.chance(0.05) ? 200_000 : 300))
    }
  })

const textOf = (random: Random, length: number): string => {
  let text = ""
  while (text.length < length) text += Math.floor(random.below(2 ** 32)).toString(36)
  return text
}

/** All that a doctor finds wrong, and when that is nothing, what the store holds. */
export interface Examined {
  readonly wrong: ReadonlyArray<string>
  readonly entries: ReadonlyMap<string, string>
}

export const examine = (directory: string): Effect.Effect<Examined> => {
  const tables = existsSync(join(directory, "db"))
    ? tablesOf(directory).flatMap((name) => checkTableFile(directory, name) ?? [])
    : []
  if (tables.length > 0) return Effect.succeed({ wrong: tables, entries: new Map() })
  return Effect.gen(function* () {
    const store = yield* Store
    const wrong: Array<string> = []
    yield* scrub(store, { onFlaw: ({ key, what }) => wrong.push(`${key}: ${what}`), onProgress: () => {} })
    const snapshot = store.snapshot()
    const all = yield* snapshot.scan(allKeys, Number.MAX_SAFE_INTEGER)
    snapshot.close()
    const entries = new Map(all.filter(([key]) => key < linkRange.from || key >= linkRange.to))
    return { wrong, entries }
  }).pipe(
    Effect.provide(layerLevel({ directory, create: false })),
    Effect.catch((error) => Effect.succeed({ wrong: [wordsOf(error)], entries: new Map<string, string>() }))
  )
}

const wordsOf = (error: StoreUnavailable): string => `${error.reason}: ${error.detail}`

/** Damages the store in one way that disks, copies and people do; says what was done. */
export const damage = (directory: string, older: string, random: Random): string => {
  const files = filesOf(directory)
  const file = pick(files, random)
  const path = join(directory, file)
  const { size } = statSync(path)
  const at = Math.floor(random.below(size))
  switch (pick(["flip", "flip", "flip", "truncate", "zero", "delete", "swap", "older", "older folder"], random)) {
    case "flip": {
      const bytes = readFileSync(path)
      const bit = Math.floor(random.below(8))
      if (size > 0) bytes[at]! ^= 1 << bit
      writeFileSync(path, bytes)
      return `flipped bit ${bit} of byte ${at} of ${size} in ${file}`
    }
    case "truncate":
      truncateSync(path, at)
      return `cut ${file} from ${size} to ${at} bytes`
    case "zero": {
      const bytes = readFileSync(path)
      const start = at - (at % 512)
      bytes.fill(0, start, Math.min(start + 512, size))
      writeFileSync(path, bytes)
      return `zeroed the sector at ${start} of ${size} in ${file}`
    }
    case "delete":
      rmSync(path)
      return `deleted ${file}`
    case "swap": {
      const other = pick(files, random)
      renameSync(path, join(directory, "swapped"))
      if (other !== file) renameSync(join(directory, other), path)
      renameSync(join(directory, "swapped"), join(directory, other))
      return `swapped ${file} and ${other}`
    }
    case "older": {
      const old = pick(filesOf(older), random)
      cpSync(join(older, old), join(directory, old))
      return `restored the older ${old}`
    }
    default:
      rmSync(join(directory, "db"), { recursive: true })
      cpSync(join(older, "db"), join(directory, "db"), { recursive: true })
      return "restored the older db"
  }
}

/** The files of the store that are not made again from others. */
const filesOf = (directory: string): ReadonlyArray<string> => [
  "store.json",
  "anchor",
  ...readdirSync(join(directory, "db"))
    .filter((name) => name !== "LOCK" && !name.startsWith("LOG"))
    .map((name) => `db/${name}`)
]

const pick = <A>(all: ReadonlyArray<A>, random: Random): A => all[Math.floor(random.below(all.length))]!
