import { realpathSync } from "node:fs"
import { resolve } from "node:path"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import {
  type LogLine,
  layerMemory,
  type Namespace,
  type NamespaceOptions,
  openNamespace,
  type Store,
  type StoreUnavailable
} from "../../runtime/index.ts"
import { evaluator } from "../evaluator.ts"
import { makeFolder } from "../files.ts"
import { library } from "../library.ts"
import { writeTo } from "../outlet.ts"
import { SxsStoreError } from "./errors.ts"
import { Host } from "./host.ts"
import { promiseOf } from "./promise.ts"
import { Rejections } from "./rejections.ts"
import type { Sxs, SxsOptions } from "./types.ts"

/**
 * Opens the store for this process alone and lets all tasks in it go on that were interrupted. Rejects with
 * `SxsStoreError`, with the reason `held` when another process has it open.
 */
export const openSxs = async (options: SxsOptions): Promise<Sxs> => {
  checkOptions(options)
  const scope = Effect.runSync(Scope.make())
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  const rejections = new Rejections()
  try {
    const layer = await storeLayer(options.store)
    const context = await promiseOf(Layer.buildWithScope(layer, scope))
    const namespace = await promiseOf(openIn({ context, scope }, namespaceOptions(options, rejections)))
    await promiseOf(namespace.recover)
    if (options.store !== "memory:") await listen(namespace, realpathSync(options.store), scope)
    return new Host({ namespace, rejections, close })
  } catch (error) {
    await close()
    throw error
  }
}

const nodeMajorMin = 24

const checkOptions = ({ durability, keep, store }: SxsOptions): void => {
  if (Number(process.versions.node.split(".")[0]) < nodeMajorMin) {
    throw new Error(`sxs needs Node ${nodeMajorMin} or newer, this is ${process.version}`)
  }
  if (typeof store !== "string" || store === "") throw new TypeError("openSxs: `store` is a folder, or memory:")
  if (durability !== undefined && durability !== "strict" && durability !== "relaxed") {
    throw new TypeError("openSxs: `durability` is strict or relaxed")
  }
  for (const bound of [keep?.ms, keep?.tasks])
    if (bound !== undefined && !(bound >= 0)) throw new TypeError("openSxs: `keep` has numbers, 0 or more")
}

// The native store is loaded only when it is used.
const storeLayer = async (store: string): Promise<Layer.Layer<Store, StoreUnavailable>> => {
  if (store === "memory:") return layerMemory
  const directory = resolve(store)
  try {
    makeFolder(directory)
  } catch (cause) {
    throw new SxsStoreError("io", `the folder ${directory} cannot be made for the store: ${(cause as Error).message}`)
  }
  const { layerLevel } = await import("../../runtime/store/level.ts")
  return layerLevel({ directory, create: true })
}

const namespaceOptions = ({ durability, keep, onLog }: SxsOptions, rejections: Rejections): NamespaceOptions => ({
  library,
  evaluator,
  output: onLog ?? writeLine,
  onRejected: rejections.add,
  onDamaged: ({ detail }) => process.emitWarning(detail, "SxsWarning"),
  retention: {
    ...(keep?.ms !== undefined && { ageMs: keep.ms }),
    ...(keep?.tasks !== undefined && { tasks: keep.tasks })
  },
  ...(durability !== undefined && { durability })
})

const writeLine = ({ text }: LogLine): Promise<void> | undefined => writeTo(process.stdout, `${text}\n`)

/** For `sxs ps` and the others from a terminal. */
const listen = async (namespace: Namespace, directory: string, scope: Scope.Scope): Promise<void> => {
  const { openDoor } = await import("../../runtime/host/door.ts")
  await promiseOf(Scope.provide(openDoor({ namespace, directory }), scope))
}

const openIn = (
  { context, scope }: { readonly context: Context.Context<Store>; readonly scope: Scope.Scope },
  options: NamespaceOptions
): Effect.Effect<Namespace, StoreUnavailable> =>
  openNamespace(options).pipe(Effect.provide(context), Scope.provide(scope))
