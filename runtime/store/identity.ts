import { randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { writeDurably } from "./durable-file.ts"
import { formatKey } from "./keys.ts"
import { seal, unseal } from "./record.ts"
import { StoreUnavailable } from "./store.ts"

/**
 * What makes a folder a store:
 *
 *     <directory>/db/          files of level
 *     <directory>/store.json   Identity as JSON; the same is in the database under `!format`
 *
 * Both must be there and agree. An embedded database that has lost its list of files opens as a new, empty one; then the
 * identity is missing in it. `store.json` is written last, so a store without it has no data yet, or has lost that file.
 */
const identityFile = "store.json"

/** Version of everything that is stored: keys, records, values. */
export const storeFormat = 1

/** `id` is a random UUID, `created` an ISO time. */
const Identity = Schema.Struct({ format: Schema.Int, id: Schema.String, created: Schema.String })
export type Identity = typeof Identity.Type

const decodeIdentity = Schema.decodeUnknownSync(Schema.fromJsonString(Identity))

export const newIdentity = (): Identity => ({
  format: storeFormat,
  id: randomUUID(),
  created: new Date().toISOString()
})

export const databaseOf = (directory: string): string => join(directory, "db")

/** Whether there is anything of a store in the folder, complete or not. */
export const hasStore = (directory: string): boolean =>
  existsSync(join(directory, identityFile)) ||
  existsSync(join(databaseOf(directory), "CURRENT")) ||
  hasTables(directory)

/**
 * The content of `store.json`; undefined when it is missing. Throws `StoreUnavailable`: `format` for another version,
 * `damaged` when it cannot be understood, or when the database has lost its list of files.
 */
export const readIdentity = (directory: string): Identity | undefined => {
  const file = join(directory, identityFile)
  const identity = existsSync(file) ? parseIdentity(file, readFileSync(file, "utf8")) : undefined
  const isLost = !existsSync(join(databaseOf(directory), "CURRENT")) && (identity !== undefined || hasTables(directory))
  if (isLost) throw damaged(directory, "its database has lost the file CURRENT. Restore the folder from a backup")
  return identity
}

/** All of the file or none of it, on the disk when this returns. */
export const writeIdentity = (directory: string, identity: Identity): void =>
  writeDurably(directory, identityFile, `${JSON.stringify(identity)}\n`)

/** What is stored under `formatKey`. */
export const sealIdentity = (identity: Identity): string => seal(formatKey, JSON.stringify(identity))

/** The identity that a database record holds. Throws as `readIdentity` does. */
export const unsealIdentity = (directory: string, record: string): Identity =>
  parseIdentity(`the database of ${directory}`, unseal(formatKey, record))

/** Throws `StoreUnavailable` unless file and database belong together. */
export const checkSame = (directory: string, file: Identity, database: Identity | undefined): void => {
  if (database === undefined) throw damaged(directory, "its database is empty. Restore the folder from a backup")
  if (file.id !== database.id) {
    throw damaged(
      directory,
      "its `store.json` and its database are of two different stores. Restore the folder from a backup"
    )
  }
}

export const damaged = (directory: string, why: string): StoreUnavailable =>
  new StoreUnavailable({ operation: "open", reason: "damaged", detail: `the store ${directory} is damaged: ${why}` })

const parseIdentity = (where: string, text: string): Identity => {
  const identity = decoded(where, text)
  if (identity.format === storeFormat) return identity
  throw new StoreUnavailable({
    operation: "open",
    reason: "format",
    detail: `${where} has format ${identity.format}, this program reads format ${storeFormat}. Open it with the version that wrote it`
  })
}

const decoded = (where: string, text: string): Identity => {
  try {
    return decodeIdentity(text)
  } catch {
    throw damaged(where, "it names no store. Restore the folder from a backup")
  }
}

// A database whose creation was cut off has none of these; one with data has at least one.
const hasTables = (directory: string): boolean =>
  existsSync(databaseOf(directory)) &&
  readdirSync(databaseOf(directory)).some((name) => /\.(?:ldb|sst|log)$/.test(name))
