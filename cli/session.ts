import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import {
  type BundleRejected,
  type Fault,
  layerMemory,
  type Namespace,
  openNamespace,
  type Store,
  type StoreUnavailable,
  type TaskAmbiguous,
  type TaskEnded,
  type TaskNotFound,
  type TaskNotPaused
} from "../runtime/index.ts"
import { evaluator } from "./evaluator.ts"
import { attempt, CommandFailed, storeError } from "./exit.ts"
import { explain } from "./explain.ts"
import { Failures } from "./failures.ts"
import { makeFolder } from "./files.ts"
import { library } from "./library.ts"
import { showLine } from "./program-output.ts"
import { Shell, type ShellService } from "./shell.ts"
import { hasStore, locateStore, type StoreLocation } from "./store-location.ts"
import { visible } from "./visible.ts"

export interface SessionOptions {
  /** The value of `--store`. */
  readonly store: string | undefined
  /** Makes the store when there is none; else that is an error. */
  readonly create: boolean
  readonly durability?: "strict" | "relaxed"
}

export interface Session {
  readonly namespace: Namespace
  readonly location: StoreLocation
  readonly shell: ShellService
  /** The tasks that have failed since the session began. */
  readonly failures: Failures
}

export type RuntimeError =
  | StoreUnavailable
  | BundleRejected
  | TaskNotFound
  | TaskAmbiguous
  | TaskEnded
  | TaskNotPaused
  | Fault

/**
 * Opens the store and its namespace, uses it and closes it. All that the runtime may fail with becomes a message that
 * says what to do. What tasks print goes to stdout.
 */
export const withSession = <A>(
  options: SessionOptions,
  use: (session: Session) => Effect.Effect<A, CommandFailed | RuntimeError, Scope.Scope>
): Effect.Effect<A, CommandFailed, Shell> =>
  Effect.gen(function* () {
    const shell = yield* Shell
    const location = yield* attempt(() => findStore(options, shell))
    const layer = yield* Effect.promise(() => storeLayer(location, options.create))
    const used = Effect.flatMap(openSession(options, location, shell), use)
    return yield* used.pipe(
      Effect.scoped,
      Effect.provide(layer),
      Effect.catch((error) => Effect.fail(error instanceof CommandFailed ? error : explain(error, location)))
    )
  })

/** Where the store is, or shall be: then its folder is made. */
const findStore = (options: SessionOptions, shell: ShellService): StoreLocation => {
  const location = locateStore(options.store, shell)
  if (options.create) {
    if (location.kind === "directory") makeStoreFolder(location.directory)
    return location
  }
  if (location.kind === "directory" && hasStore(location.directory)) return location
  throw storeError(
    location.kind === "memory"
      ? "a store in memory ends with its process: there is nothing in it to look at"
      : `there is no store in ${location.directory}: nothing has run there yet. Use --store for another folder`
  )
}

const makeStoreFolder = (directory: string): void => {
  try {
    makeFolder(directory)
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException
    throw storeError(`the folder ${directory} cannot be made for the store: ${message}. Use --store for another one`)
  }
}

// The native store is loaded only when it is used: a throw-away run needs none.
const storeLayer = async (location: StoreLocation, create: boolean) => {
  if (location.kind === "memory") return layerMemory
  const { layerLevel } = await import("../runtime/store/level.ts")
  return layerLevel({ directory: location.directory, create })
}

const openSession = (
  options: SessionOptions,
  location: StoreLocation,
  shell: ShellService
): Effect.Effect<Session, StoreUnavailable, Store | Scope.Scope> =>
  Effect.gen(function* () {
    const failures = new Failures(yield* Clock.currentTimeMillis)
    const namespace = yield* openNamespace({
      library,
      evaluator,
      output: (line) => showLine(line, shell),
      onFailed: failures.add,
      onDebug: (text) => shell.err(`${visible(text)}\n`),
      onRejected: (task, rejected) => shell.err(`sxs: ${task} cannot go on here: ${visible(rejected.detail)}\n`),
      ...(options.durability !== undefined && { durability: options.durability })
    })
    return { namespace, location, shell, failures }
  })
