import { readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { areUnchanged, compilerKey, type Dependency, hashOf } from "./dependencies.ts"
import { makeFolder, writeWhole } from "./files.ts"
import type { StoreLocation } from "./store-location.ts"

/*
 * A compiled source in the store's folder, cache/KEY.json:
 *
 *     KEY   = SHA-256 of compiler, name of the file, its bytes
 *     file  = hash LF entry      hash = 64 hex digits, SHA-256 of the text of entry
 *     entry = { bundle, dependencies } as JSON
 *
 * The entry is good while all dependencies, the files that the source imports, have the content that they had.
 * It saves the time of loading the compiler and nothing depends on it: what cannot be read is compiled again.
 */

/** Entries that are kept; each edit of a source makes a new one. */
const entriesMax = 64

export interface CachedSource {
  readonly file: string
  readonly bytes: Uint8Array
  /** What the paths of dependencies are relative to. */
  readonly cwd: string
}

interface Entry {
  readonly bundle: Bundle
  readonly dependencies: ReadonlyArray<Dependency>
}

/** The place of one source in the cache. */
export class BundleCache {
  readonly #folder: string | undefined
  readonly #path: string
  readonly #cwd: string

  constructor(location: StoreLocation, { bytes, cwd, file }: CachedSource) {
    this.#cwd = cwd
    this.#folder = location.kind === "memory" ? undefined : join(location.directory, "cache")
    this.#path = join(this.#folder ?? "", `${keyOf(file, bytes)}.json`)
  }

  /** The bundle, if it is there whole and no file has changed. */
  read(): Bundle | undefined {
    if (this.#folder === undefined) return undefined
    try {
      const entry = parseEntry(readFileSync(this.#path, "utf8"))
      return entry !== undefined && areUnchanged(entry.dependencies, this.#cwd) ? entry.bundle : undefined
    } catch {
      return undefined
    }
  }

  /** Keeps the bundle. A folder that cannot be written costs time, not the run. */
  write(entry: Entry): void {
    if (this.#folder === undefined) return
    try {
      makeFolder(this.#folder)
      writeWhole(this.#path, printEntry(entry))
      prune(this.#folder)
    } catch {
      return
    }
  }
}

const keyOf = (file: string, bytes: Uint8Array): string => hashOf([compilerKey(), file, hashOf(bytes)].join("\0"))

const printEntry = ({ bundle, dependencies }: Entry): string => {
  const text = JSON.stringify({ bundle, dependencies })
  return `${hashOf(text)}\n${text}`
}

const parseEntry = (file: string): Entry | undefined => {
  const text = file.slice(65)
  if (file.slice(0, 65) !== `${hashOf(text)}\n`) return undefined
  const entry = JSON.parse(text) as Entry
  return hashOf(entry.bundle.code) === entry.bundle.hash ? entry : undefined
}

const prune = (folder: string): void => {
  const entries = readdirSync(folder).map((name) => ({
    path: join(folder, name),
    at: statSync(join(folder, name)).mtimeMs
  }))
  for (const { path } of entries.toSorted((a, b) => b.at - a.at).slice(entriesMax)) rmSync(path, { force: true })
}
