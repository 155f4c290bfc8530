import { realpathSync } from "node:fs"
import { resolve } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { watchQuietMemory } from "../../runtime/host/quiet-memory.ts"
import {
  type LogLine,
  layerMemory,
  type Namespace,
  type NamespaceOptions,
  openNamespace,
  type Store,
  type StoreUnavailable
} from "../../runtime/index.ts"
import { UpkeepSleep } from "../../runtime/task/upkeep-sleep.ts"
import type { Telemetry } from "../../runtime/telemetry/telemetry.ts"
import { evaluator } from "../evaluator.ts"
import { makeFolder, whyNoFolder } from "../files.ts"
import { library } from "../library.ts"
import { writeTo } from "../outlet.ts"
import { connectTelemetry, outputTo } from "../telemetry.ts"
import { SxsArgumentError, SxsStoreError } from "./errors.ts"
import { explained } from "./explain.ts"
import { Host } from "./host.ts"
import { promiseOf, promisesOf } from "./promises.ts"
import { Results } from "./results.ts"
import type { Sxs, SxsOptions } from "./types.ts"

/**
 * Opens the store for this process alone and lets all tasks in it go on that were interrupted. Rejects with
 * `SxsStoreError`, with the reason `held` when another process has it open.
 */
export const openSxs = async (options: SxsOptions): Promise<Sxs> => {
  const scope = Effect.runSync(Scope.make())
  const release = () => Effect.runPromise(Scope.close(scope, Exit.void))
  try {
    return promisesOf(await promiseOf(Scope.provide(openHost(options), scope)), release)
  } catch (error) {
    await release()
    throw error
  }
}

/** The same until the scope closes. `Host.close` is to be called before. */
export const openHost = (options: SxsOptions): Effect.Effect<Host, SxsArgumentError | SxsStoreError, Scope.Scope> =>
  Effect.gen(function* () {
    yield* checkOptions(options)
    const results = new Results()
    const directory = options.store === "memory:" ? undefined : yield* storeFolder(options.store)
    const layer = yield* Effect.promise(() => storeLayer(directory))
    const context = yield* Effect.mapError(Layer.build(layer), explained)
    const namespace = yield* Effect.mapError(
      Effect.provide(open(options, { directory, results }), Context.add(context, UpkeepSleep, sleepUnnoticed)),
      explained
    )
    yield* watchQuietMemory
    if (directory !== undefined) yield* listen(namespace, realpathSync(directory))
    return new Host({ namespace, results })
  })

/** Sleeps without keeping the process alive. */
const sleepUnnoticed = (ms: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const timer = setTimeout(() => resume(Effect.void), ms).unref()
    return Effect.sync(() => clearTimeout(timer))
  })

const nodeMajorMin = 24

const checkOptions = (options: SxsOptions): Effect.Effect<void, SxsArgumentError> => {
  if (Number(process.versions.node.split(".")[0]) < nodeMajorMin) {
    return Effect.die(new Error(`sxs needs Node ${nodeMajorMin} or newer, this is ${process.version}`))
  }
  const mistake = mistakeIn(options)
  return mistake === undefined ? Effect.void : Effect.fail(new SxsArgumentError(`openSxs: ${mistake}`))
}

const mistakeIn = ({ durability, keep, store }: SxsOptions): string | undefined => {
  if (typeof store !== "string" || store === "") return "`store` is a folder, or memory:"
  if (durability !== undefined && durability !== "strict" && durability !== "relaxed")
    return "`durability` is strict or relaxed"
  const bounds = [keep?.ms, keep?.tasks].filter((bound) => bound !== undefined)
  return bounds.every((bound) => bound >= 0) ? undefined : "`keep` has numbers, 0 or more"
}

const storeFolder = (store: string): Effect.Effect<string, SxsStoreError> =>
  Effect.try({
    try: () => {
      const directory = resolve(store)
      makeFolder(directory)
      return directory
    },
    catch: (cause) => new SxsStoreError("io", whyNoFolder(resolve(store), cause as Error))
  })

// The native store is loaded only when it is used.
const storeLayer = async (directory: string | undefined): Promise<Layer.Layer<Store, StoreUnavailable>> => {
  if (directory === undefined) return layerMemory
  const { layerLevel } = await import("../../runtime/store/level.ts")
  return layerLevel({ directory, create: true })
}

const open = Effect.fnUntraced(function* (
  options: SxsOptions,
  { directory, results }: { readonly directory: string | undefined; readonly results: Results }
) {
  const telemetry =
    options.telemetry === false ? undefined : yield* connectTelemetry({ env: process.env, directory, warn })
  const namespace = yield* openNamespace(namespaceOptions(options, results, telemetry))
  results.connect(namespace)
  telemetry?.watch(namespace)
  yield* namespace.recover
  return namespace
})

const warn = (message: string): void => process.emitWarning(message, "SxsWarning")

const namespaceOptions = (
  { durability, keep, onLog }: SxsOptions,
  results: Results,
  telemetry: Telemetry | undefined
): NamespaceOptions => ({
  library,
  evaluator,
  output: outputTo(telemetry, onLog ?? writeLine),
  onRejected: results.reject,
  onDamaged: ({ detail }) => warn(detail),
  retention: {
    ...(keep?.ms !== undefined && { ageMs: keep.ms }),
    ...(keep?.tasks !== undefined && { tasks: keep.tasks })
  },
  ...(telemetry !== undefined && { observer: telemetry.observer }),
  ...(durability !== undefined && { durability })
})

const writeLine = ({ text }: LogLine): Promise<void> | undefined => writeTo(process.stdout, `${text}\n`)

/** For `sxs ps` and the others from a terminal. */
const listen = (namespace: Namespace, directory: string): Effect.Effect<void, never, Scope.Scope> =>
  Effect.flatMap(
    Effect.promise(() => import("../../runtime/host/door.ts")),
    ({ openDoor }) => Effect.asVoid(openDoor({ namespace, directory }))
  )
