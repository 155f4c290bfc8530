import { randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
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
export interface Identity {
  readonly format: number
  readonly id: string
  readonly created: string
}

const isIdentity = (data: Partial<Identity> | null): data is Identity =>
  Number.isSafeInteger(data?.format) && typeof data?.id === "string" && typeof data.created === "string"

export const newIdentity = (): Identity => ({
  format: storeFormat,
  id: randomUUID(),
  created: new Date().toISOString()
})

export const databaseOf = (directory: string): string => join(directory, "db")

/** Names of the files of the database; none when it has no folder. */
export const databaseFiles = (directory: string): ReadonlyArray<string> => {
  const folder = databaseOf(directory)
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : []
}

/** Whether there is anything of a store in the folder, complete or not. */
export const hasStore = (directory: string): boolean =>
  hasIdentity(directory) || existsSync(join(databaseOf(directory), "CURRENT")) || hasTables(directory)

/** Whether the folder has its `store.json`. */
export const hasIdentity = (directory: string): boolean => existsSync(join(directory, identityFile))

/**
 * The content of `store.json`; undefined when it is missing. Throws `StoreUnavailable`: `format` for another version,
 * `damaged` when it cannot be understood, or when the database has lost its list of files.
 */
export const readIdentity = (directory: string): Identity | undefined => {
  const isLost = !existsSync(join(databaseOf(directory), "CURRENT")) && hasStore(directory)
  const identity = hasIdentity(directory) ? fileIdentity(directory, isLost) : undefined
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
  parseIdentity({
    where: `the database of ${directory}`,
    text: unseal(formatKey, record),
    unreadable: () => damaged(directory, "its database names no store. Restore the folder from a backup")
  })

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

// What is in the file is in the database, too. It is not simply written over: who sees it knows that the disk has failed.
const fileIdentity = (directory: string, isDatabaseLost: boolean): Identity => {
  const file = join(directory, identityFile)
  const wayOut = isDatabaseLost
    ? ", and its database has lost the file CURRENT. Restore the folder from a backup"
    : ". Delete that file and run the command again: it is written again from the database"
  return parseIdentity({
    where: file,
    text: readFileSync(file, "utf8"),
    unreadable: () => damaged(directory, `its \`${identityFile}\` cannot be understood${wayOut}`)
  })
}

interface IdentityText {
  readonly where: string
  readonly text: string
  /** For text that is no identity. */
  readonly unreadable: () => StoreUnavailable
}

const parseIdentity = ({ text, unreadable, where }: IdentityText): Identity => {
  const identity = decoded(text)
  if (identity === undefined) throw unreadable()
  if (identity.format === storeFormat) return identity
  throw new StoreUnavailable({
    operation: "open",
    reason: "format",
    detail: `${where} has format ${identity.format}, this program reads format ${storeFormat}. Open it with the version that wrote it`
  })
}

const decoded = (text: string): Identity | undefined => {
  try {
    const data = JSON.parse(text) as Partial<Identity> | null
    return isIdentity(data) ? data : undefined
  } catch {
    return undefined
  }
}

// A database whose creation was cut off has none of these; one with data has at least one.
const hasTables = (directory: string): boolean =>
  databaseFiles(directory).some((name) => /\.(?:ldb|sst|log)$/.test(name))
