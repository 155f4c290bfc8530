import * as Effect from "effect/Effect"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { CompiledFunction, Intrinsics } from "../../stdlib/abi/intrinsics.ts"
import type { FunctionFacts, Manifest } from "../../stdlib/abi/manifest.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { type RecordTypes, recordTypes } from "../value/types.ts"
import { BundleRejected } from "./errors.ts"
import { noExterns, type PureExterns } from "./extern-modules.ts"
import { checkHash, checkManifest, loadModule } from "./loader.ts"

/** A bundle that can run: its functions, in the order of the manifest, linked with this namespace's intrinsics. */
export interface LinkedBundle {
  readonly hash: string
  readonly manifest: Manifest
  readonly functions: ReadonlyArray<CompiledFunction>
}

/** A linked bundle as stack traces and profiles know it. */
export interface LoadedBundle {
  /** The name that they give its module. */
  readonly address: string
  readonly manifest: Manifest
  readonly code: string
  /** Its source map, when the store has it. */
  readonly map: string | undefined
}

/** Where the texts of bundles are kept: `code` is the manifest as JSON, a line feed, and the code. */
export interface BundleTexts {
  readonly code: (hash: string) => string | undefined
  readonly map: (hash: string) => string | undefined
}

/** The text under which a bundle is kept. The manifest stands outside the code too, so that a task can be shown without
 * running the code of its bundle. */
export const bundleText = (bundle: Bundle): string => `${JSON.stringify(bundle.manifest)}\n${bundle.code}`

/** Writes the bundle with its map, unless they are there. False: they are. */
export const storeBundle = ({ keys, view }: { readonly view: View; readonly keys: Keys }, bundle: Bundle): boolean => {
  if (view.hasWhole(keys.bundle(bundle.hash)) && view.hasWhole(keys.map(bundle.hash))) return false
  view.put(keys.bundle(bundle.hash), bundleText(bundle))
  view.put(keys.map(bundle.hash), bundle.map)
  return true
}

/** Hash to code. What is linked stays: Node never unloads a module. */
export class BundleRegistry {
  readonly #texts: BundleTexts
  readonly #directory: string | undefined
  readonly #intrinsics: (hash: string, manifest: Manifest, pure: PureExterns) => Intrinsics
  readonly #pure: (hash: string, manifest: Manifest) => Effect.Effect<PureExterns, BundleRejected>
  readonly #has: (name: string) => boolean
  readonly #linked = new Map<string, LinkedBundle>()
  #lastLinked: LinkedBundle | undefined
  readonly #byAddress = new Map<string, LinkedBundle>()
  readonly #manifests = new Map<string, Manifest>()
  readonly #records = new Map<string, RecordTypes>()

  constructor(options: {
    readonly texts: BundleTexts
    readonly directory: string | undefined
    /** The intrinsics that a bundle is linked with. */
    readonly intrinsics: (hash: string, manifest: Manifest, pure: PureExterns) => Intrinsics
    /** The functions of JavaScript modules that the bundle calls as its own. */
    readonly pure?: (hash: string, manifest: Manifest) => Effect.Effect<PureExterns, BundleRejected>
    /** Whether the library has a function of that name. */
    readonly has: (name: string) => boolean
  }) {
    this.#texts = options.texts
    this.#directory = options.directory
    this.#intrinsics = options.intrinsics
    this.#pure = options.pure ?? (() => Effect.succeed(noExterns))
    this.#has = options.has
  }

  linked(hash: string): LinkedBundle | undefined {
    // Nearly always the same as last time, and mostly the same text: its 64 digits need not be looked up.
    if (this.#lastLinked?.hash === hash) return this.#lastLinked
    const found = this.#linked.get(hash)
    if (found !== undefined) this.#lastLinked = found
    return found
  }

  /** All linked bundles by the name that stack traces give their modules. */
  get byAddress(): ReadonlyMap<string, LinkedBundle> {
    return this.#byAddress
  }

  /** All linked bundles, once for each of their names. */
  get loaded(): ReadonlyArray<LoadedBundle> {
    return [...this.#byAddress].map(([address, { hash, manifest }]) => {
      const { code = "" } = splitText(this.#texts.code(hash)) ?? {}
      return { address, manifest, code, map: this.map(hash) }
    })
  }

  /** Facts about a bundle, linked or only stored; undefined when the store has no such bundle. */
  manifest(hash: string): Manifest | undefined {
    const known = this.linked(hash)?.manifest ?? this.#manifests.get(hash)
    if (known !== undefined) return known
    const stored = splitText(this.#texts.code(hash))
    if (stored === undefined) return undefined
    this.#manifests.set(hash, stored.manifest)
    return stored.manifest
  }

  facts(hash: string, index: number): FunctionFacts | undefined {
    return this.manifest(hash)?.functions[index]
  }

  /** The record types that the bundle's source declares. */
  records(hash: string): RecordTypes {
    const known = this.#records.get(hash)
    if (known !== undefined) return known
    const found = recordTypes(this.manifest(hash)?.records ?? [])
    this.#records.set(hash, found)
    return found
  }

  map(hash: string): string | undefined {
    return this.#texts.map(hash)
  }

  /** Says that the store does not hold the bundle any more. */
  forget(hash: string): void {
    this.#manifests.delete(hash)
    this.#records.delete(hash)
  }

  /** Refuses what could not run later: wrong hash, another version of the runtime, missing library functions. */
  check(bundle: Bundle): Effect.Effect<void, BundleRejected> {
    return Effect.andThen(checkHash(bundle.hash, bundle.code), checkManifest(bundle.hash, bundle.manifest, this.#has))
  }

  /** The bundle from the store, checked, imported and linked; at once when it is linked already. */
  load(hash: string): Effect.Effect<LinkedBundle, BundleRejected> {
    const known = this.#linked.get(hash)
    return known === undefined ? this.#load(hash) : Effect.succeed(known)
  }

  readonly #load = Effect.fnUntraced({ self: this }, function* (this: BundleRegistry, hash: string) {
    const stored = splitText(this.#texts.code(hash))
    if (stored === undefined) {
      return yield* new BundleRejected({ hash, reason: "code", detail: "the store does not hold it" })
    }
    const module = yield* loadModule({ hash, code: stored.code, directory: this.#directory })
    yield* checkManifest(hash, module.manifest, this.#has)
    const pure = yield* this.#pure(hash, module.manifest)
    // Another task may have linked it during the import; a bundle is linked once, as it has registers of its own.
    return this.#linked.get(hash) ?? (yield* this.#link(hash, module, pure))
  })

  #link(
    hash: string,
    module: {
      readonly manifest: Manifest
      readonly link: (i: Intrinsics) => ReadonlyArray<CompiledFunction>
      readonly addresses: ReadonlyArray<string>
    },
    pure: PureExterns
  ): Effect.Effect<LinkedBundle, BundleRejected> {
    return Effect.try({
      try: () => {
        const functions = module.link(this.#intrinsics(hash, module.manifest, pure))
        if (functions.length !== module.manifest.functions.length)
          throw new Error("it links another number of functions")
        const linked: LinkedBundle = { hash, manifest: module.manifest, functions }
        this.#linked.set(hash, linked)
        for (const address of module.addresses) this.#byAddress.set(address, linked)
        return linked
      },
      catch: (cause) => new BundleRejected({ hash, reason: "code", detail: String(cause) })
    })
  }
}

const splitText = (text: string | undefined): { readonly manifest: Manifest; readonly code: string } | undefined => {
  if (text === undefined) return undefined
  const end = text.indexOf("\n")
  return end < 0 ? undefined : { manifest: JSON.parse(text.slice(0, end)) as Manifest, code: text.slice(end + 1) }
}
