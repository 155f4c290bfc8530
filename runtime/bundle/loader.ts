import { createHash, randomUUID } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import type { Link } from "../../stdlib/abi/intrinsics.ts"
import type { Manifest } from "../../stdlib/abi/manifest.ts"
import { abiOldest, abiVersion } from "../../stdlib/abi/version.ts"
import { BundleRejected } from "./errors.ts"

/** What a bundle's module exports, with the addresses by which stack traces name it. */
export interface LoadedModule {
  readonly manifest: Manifest
  readonly link: Link
  readonly addresses: ReadonlyArray<string>
}

export const hashOf = (code: string): string => createHash("sha256").update(code, "utf8").digest("hex")

/** Checks that `code` is what `hash` says. */
export const checkHash = (hash: string, code: string): Effect.Effect<void, BundleRejected> => {
  const actual = hashOf(code)
  return actual === hash
    ? Effect.void
    : Effect.fail(new BundleRejected({ hash, reason: "hash", detail: `the code has the hash ${actual}` }))
}

/** Checks that this runtime can run what the manifest asks for. */
export const checkManifest = (
  hash: string,
  manifest: Manifest,
  has: (name: string) => boolean
): Effect.Effect<void, BundleRejected> => {
  if (!(manifest.abi >= abiOldest && manifest.abi <= abiVersion)) {
    const detail = `built for version ${manifest.abi} of the runtime, this is version ${abiVersion}: compile it again`
    return Effect.fail(new BundleRejected({ hash, reason: "abi", detail }))
  }
  const missing = manifest.library.filter((name) => !has(name))
  return missing.length === 0
    ? Effect.void
    : Effect.fail(new BundleRejected({ hash, reason: "library", detail: `this runtime has no ${missing.join(", ")}` }))
}

/**
 * Imports the code, after checking its hash. With a directory the module is a file `<directory>/code/<hash>.mjs`, so that
 * a debugger finds it; without one it is a `data:` module that calls itself `sxs:<hash>` in stack traces.
 */
export const loadModule = Effect.fnUntraced(function* (options: {
  readonly hash: string
  readonly code: string
  readonly directory: string | undefined
}): Effect.fn.Return<LoadedModule, BundleRejected> {
  const { hash, code, directory } = options
  yield* checkHash(hash, code)
  const rejected = (cause: unknown) => new BundleRejected({ hash, reason: "code", detail: String(cause) })
  return yield* Effect.tryPromise({
    try: async () =>
      directory === undefined ? importText(hash, code) : importFile(hash, code, join(directory, "code")),
    catch: rejected
  })
})

const importText = (hash: string, code: string): Promise<LoadedModule> => {
  const short = `sxs:${hash}`
  const text = Buffer.from(`${code}\n//# sourceURL=${short}`).toString("base64")
  // The hash stands early, as profiles keep the first 1024 units of a name only.
  const specifier = `data:text/javascript;sxs=${hash};base64,${text}`
  return importAddress(specifier, [short, specifier])
}

// Read and written at once: the file is small, and Node's promises for files take longer to load than this takes.
const importFile = (hash: string, code: string, directory: string): Promise<LoadedModule> => {
  const file = join(directory, `${hash}.mjs`)
  if (readText(file) !== code) writeWhole(directory, file, code)
  const address = pathToFileURL(file).href
  // Whether a trace names a file by its URL or its path depends on what else prepares traces in this process.
  return importAddress(address, [address, file])
}

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return undefined
  }
}

/** All of the file or none of it, also when two processes write it at once. */
const writeWhole = (directory: string, file: string, code: string): void => {
  mkdirSync(directory, { recursive: true })
  const partial = join(directory, `.${randomUUID()}.partial`)
  writeFileSync(partial, code)
  renameSync(partial, file)
}

/** Removes the files of bundles that are not needed, and what an interrupted write has left. A file that stays does no harm. */
export const removeModules = (directory: string, isNeeded: (hash: string) => boolean): Effect.Effect<void> =>
  Effect.sync(() => {
    const folder = join(directory, "code")
    for (const name of namesIn(folder)) {
      const hash = /^([0-9a-f]{64})\.mjs$/.exec(name)?.[1]
      const isLeft = hash === undefined ? name.endsWith(".partial") : !isNeeded(hash)
      if (isLeft) remove(join(folder, name))
    }
  })

const namesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const remove = (file: string): void => {
  try {
    rmSync(file, { force: true })
  } catch {
    // It stays.
  }
}

const importAddress = async (specifier: string, addresses: ReadonlyArray<string>): Promise<LoadedModule> => {
  const module = (await import(specifier)) as Partial<LoadedModule>
  if (typeof module.link !== "function" || typeof module.manifest !== "object") {
    throw new Error("the module exports no `manifest` and `link`")
  }
  return { manifest: module.manifest, link: module.link, addresses }
}
