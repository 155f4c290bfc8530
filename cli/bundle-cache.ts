import { createHash } from "node:crypto"
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { abiVersion, compilerVersion } from "../stdlib/abi/version.ts"
import { makeFolder, writeWhole } from "./files.ts"
import type { StoreLocation } from "./store-location.ts"

/*
 * A compiled source in the store's folder, cache/KEY.json:
 *
 *     KEY  = SHA-256 of everything that the bundle depends on: compiler, name of the file, its bytes
 *     file = hash LF bundle      hash = 64 hex digits, SHA-256 of the text of bundle; bundle as JSON
 *
 * It saves the time of loading the compiler and nothing depends on it: what cannot be read is compiled again.
 */

/** Entries that are kept; each edit of a source makes a new one. */
const entriesMax = 64

/** The place of one source in the cache. */
export class BundleCache {
  readonly #folder: string | undefined
  readonly #path: string

  constructor(location: StoreLocation, file: string, bytes: Uint8Array) {
    this.#folder = location.kind === "memory" ? undefined : join(location.directory, "cache")
    this.#path = join(this.#folder ?? "", `${keyOf(file, bytes)}.json`)
  }

  /** The bundle, if it is there whole. */
  read(): Bundle | undefined {
    if (this.#folder === undefined) return undefined
    try {
      return parseEntry(readFileSync(this.#path, "utf8"))
    } catch {
      return undefined
    }
  }

  /** Keeps the bundle. A folder that cannot be written costs time, not the run. */
  write(bundle: Bundle): void {
    if (this.#folder === undefined) return
    try {
      makeFolder(this.#folder)
      writeWhole(this.#path, printEntry(bundle))
      prune(this.#folder)
    } catch {
      return
    }
  }
}

const keyOf = (file: string, bytes: Uint8Array): string => {
  const hash = createHash("sha256")
  for (const part of [`${abiVersion} ${compilerVersion} ${buildTime()}`, file]) hash.update(part).update("\0")
  return hash.update(bytes).digest("hex")
}

// The version alone does not tell two builds from the same working tree apart.
const buildTime = (): number => statSync(fileURLToPath(import.meta.url)).mtimeMs

const printEntry = (bundle: Bundle): string => {
  const text = JSON.stringify(bundle)
  return `${sha256(text)}\n${text}`
}

const parseEntry = (entry: string): Bundle | undefined => {
  const text = entry.slice(65)
  if (entry.slice(0, 65) !== `${sha256(text)}\n`) return undefined
  const bundle = JSON.parse(text) as Bundle
  return sha256(bundle.code) === bundle.hash ? bundle : undefined
}

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex")

const prune = (folder: string): void => {
  const entries = readdirSync(folder).map((name) => ({
    path: join(folder, name),
    at: statSync(join(folder, name)).mtimeMs
  }))
  for (const { path } of entries.toSorted((a, b) => b.at - a.at).slice(entriesMax)) rmSync(path, { force: true })
}
