import { relative, resolve } from "node:path"
import * as Effect from "effect/Effect"
import type { ExternFacts, Manifest } from "../../stdlib/abi/manifest.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { BundleRejected, ExternRejected } from "./errors.ts"
import { type ExternImport, type ExternModule, ModuleProblem } from "./extern-import.ts"

/** As a module exports it. */
export type ExternFunction = (...args: ReadonlyArray<unknown>) => unknown

/** The pure functions of a bundle, by their ids. */
export type PureExterns = ReadonlyMap<string, ExternFunction>

/** The modules of programs: where they are, which is kept in the store, and what they export, which is loaded once. */
export class ExternModules {
  readonly #view: View
  readonly #keys: Keys
  /** What folders are relative to, so that a project may be moved together with its store. */
  readonly #root: string
  readonly #import: ExternImport
  readonly #loaded = new Map<string, ExternModule>()
  readonly #loading = new Map<string, Promise<ExternModule>>()

  constructor(parts: {
    readonly view: View
    readonly keys: Keys
    /** Where the store is; undefined for one in memory. */
    readonly directory: string | undefined
    readonly import: ExternImport
  }) {
    this.#view = parts.view
    this.#keys = parts.keys
    this.#root = parts.directory ?? resolve("/")
    this.#import = parts.import
  }

  /** Writes that the modules of the bundle are found from this folder on. */
  putFolder(hash: string, folder: string): void {
    const text = JSON.stringify(relative(this.#root, folder))
    const key = this.#keys.externFolder(hash)
    if (this.#view.read(key, asText) !== text) this.#view.put(key, text, text)
  }

  /** Lets the modules of the bundle be found where those of the other one are. */
  shareFolder(hash: string, other: string): void {
    const folder = this.#folder(other)
    if (folder !== undefined && this.#folder(hash) === undefined) this.putFolder(hash, folder)
  }

  /** The function, when its module is loaded. */
  known(hash: string, extern: ExternFacts): ExternFunction | undefined {
    const folder = this.#folder(hash)
    const found = folder === undefined ? undefined : this.#loaded.get(nameOf(extern.module, folder))?.[extern.name]
    return typeof found === "function" ? (found as ExternFunction) : undefined
  }

  /** The function, of its module that is loaded when it must be. */
  function(hash: string, extern: ExternFacts): Effect.Effect<ExternFunction, ExternRejected> {
    return Effect.suspend(() => {
      const known = this.known(hash, extern)
      if (known !== undefined) return Effect.succeed(known)
      const rejected = (why: string) =>
        new ExternRejected({ module: extern.module, name: idOf(extern), detail: `\`${idOf(extern)}\`: ${why}` })
      const folder = this.#folder(hash)
      if (folder === undefined) return Effect.fail(rejected(`nothing says where ${extern.module} is: ${startAgain}`))
      return Effect.flatMap(
        Effect.tryPromise({
          try: () => this.#load(extern.module, folder),
          catch: (cause) =>
            rejected(
              cause instanceof ModuleProblem ? cause.message : `${extern.module} cannot be loaded: ${String(cause)}`
            )
        }),
        (module) => {
          const found = module[extern.name]
          if (typeof found === "function") return Effect.succeed(found as ExternFunction)
          return Effect.fail(rejected(lacks(extern, module)))
        }
      )
    })
  }

  /** The pure functions of a bundle, which are there before any of its code runs. */
  pure(hash: string, manifest: Manifest): Effect.Effect<PureExterns, BundleRejected> {
    const externs = manifest.externs.filter(({ options }) => options.pure === true)
    if (externs.length === 0) return Effect.succeed(noExterns)
    return Effect.mapBoth(
      Effect.forEach(externs, (extern) =>
        Effect.map(this.function(hash, extern), (run) => [idOf(extern), run] as const)
      ),
      {
        onSuccess: (found) => new Map(found),
        onFailure: ({ detail }) => new BundleRejected({ hash, reason: "extern", detail })
      }
    )
  }

  #folder(hash: string): string | undefined {
    const text = this.#view.read(this.#keys.externFolder(hash), asText)
    return text === undefined ? undefined : resolve(this.#root, JSON.parse(text) as string)
  }

  /** One that could not be loaded is tried again. */
  #load(module: string, folder: string): Promise<ExternModule> {
    const name = nameOf(module, folder)
    const known = this.#loading.get(name)
    if (known !== undefined) return known
    const loading = this.#import(module, folder)
    this.#loading.set(name, loading)
    loading.then(
      (loaded) => void this.#loaded.set(name, loaded),
      () => void this.#loading.delete(name)
    )
    return loading
  }
}

/** What the program calls it. */
export const idOf = ({ id, name }: ExternFacts): string => id ?? name

export const noExterns: PureExterns = new Map()

const asText = (text: string): string => text

const nameOf = (module: string, folder: string): string => `${folder}\0${module}`

const startAgain = "start its program once more from its source or its built file"

const namesShownMax = 10

const lacks = ({ module, name }: ExternFacts, exported: ExternModule): string => {
  const functions = Object.keys(exported).filter((each) => typeof exported[each] === "function")
  const shown = functions.slice(0, namesShownMax).join(", ")
  const others =
    functions.length === 0
      ? "it exports no function"
      : `it exports ${shown}${functions.length > namesShownMax ? ", …" : ""}`
  return `${module} exports no function ${name}; ${others}. Export it, or correct the name in #(extern "${module}" …)`
}
