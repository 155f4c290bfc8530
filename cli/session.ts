import { realpathSync } from "node:fs"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { DeadLetterNotFound, EventQueueFull, NoSuchTopic } from "../runtime/bus/errors.ts"
import type { GuestDoor } from "../runtime/host/door.ts"
import type { Guest } from "../runtime/host/guest.ts"
import type { Operations, OwnerLost } from "../runtime/host/operations.ts"
import type { OtherVersion, OwnerSilent } from "../runtime/host/owner-connection.ts"
import { watchQuietMemory } from "../runtime/host/quiet-memory.ts"
import type { TooManyFollow } from "../runtime/host/wire-errors.ts"
import {
  type BundleRejected,
  type Fault,
  layerMemory,
  limits,
  type Namespace,
  openNamespace,
  type Store,
  type StoreUnavailable,
  type TaskAmbiguous,
  type TaskEnded,
  type TaskNotFound,
  type TaskNotPaused,
  type TaskView,
  type UpgradeRefused
} from "../runtime/index.ts"
import { hasStore } from "../runtime/store/identity.ts"
import { evaluator } from "./evaluator.ts"
import { attempt, CommandFailed, storeError } from "./exit.ts"
import { explain } from "./explain.ts"
import { Failures } from "./failures.ts"
import { makeFolder, whyNoFolder } from "./files.ts"
import { readKeep } from "./keep.ts"
import { library } from "./library.ts"
import { showLine } from "./program-output.ts"
import { Shell, type ShellService } from "./shell.ts"
import { locateStore, type StoreLocation } from "./store-location.ts"
import { connectTelemetry, outputTo } from "./telemetry.ts"
import { visible } from "./visible.ts"

export interface SessionOptions {
  /** The value of `--store`. */
  readonly store: string | undefined
  /** Makes the store when there is none; else that is an error. */
  readonly create: boolean
  readonly durability?: "strict" | "relaxed"
  /** Lets other processes act on the store meanwhile: for commands that run tasks. */
  readonly serves?: boolean
  /** Hears of each task that fails, once that is durable. */
  readonly onFailed?: (task: TaskView) => void
}

/** A store that a command looks into and changes, its own or through the process that owns it. */
export interface Session {
  readonly namespace: Operations
  readonly location: StoreLocation
  readonly shell: ShellService
}

/** A store that this process owns. */
export interface OwnSession extends Session {
  readonly namespace: Namespace
  /** The tasks that have failed since the session began. */
  readonly failures: Failures
  /** The first tasks that stood still, as a function of a module that they call is not there; some may go on by now. */
  readonly withoutModule: ReadonlySet<string>
  /** Succeeds when nothing can run any more, and no guest can change that. */
  readonly rest: Effect.Effect<void, StoreUnavailable>
}

export interface GuestSession extends Session {
  readonly guest: Guest
}

export type RuntimeError =
  | StoreUnavailable
  | BundleRejected
  | TaskNotFound
  | TaskAmbiguous
  | TaskEnded
  | TaskNotPaused
  | UpgradeRefused
  | Fault
  | TooManyFollow
  | NoSuchTopic
  | EventQueueFull
  | DeadLetterNotFound
  | OwnerLost
  | OwnerSilent
  | OtherVersion

type Use<S, A> = (session: S) => Effect.Effect<A, CommandFailed | RuntimeError, Scope.Scope>

/**
 * Opens the store and its namespace, uses it and closes it. All that the runtime may fail with becomes a message that
 * says what to do. What tasks print goes to stdout. Other processes may act on the store meanwhile.
 */
export const withOwnSession = <A>(
  options: SessionOptions,
  use: Use<OwnSession, A>
): Effect.Effect<A, CommandFailed, Shell> =>
  withLocation(options, (place) => whenFree(own(place, use), () => nobodyListens(place)))

/** The same for commands that need no store of their own: when another process has it, they ask that one. */
export const withSession = <A>(options: SessionOptions, use: Use<Session, A>): Effect.Effect<A, CommandFailed, Shell> =>
  withEither(options, { own: use, guest: use })

/** The same for commands that do one thing as the owner and another as a guest. */
export const withEither = <A>(
  options: SessionOptions,
  uses: { readonly own: Use<OwnSession, A>; readonly guest: Use<GuestSession, A> }
): Effect.Effect<A, CommandFailed, Shell> =>
  withLocation(options, (place) => {
    if (place.location.kind === "memory") return own(place, uses.own)
    const attempt = guest(place, uses.guest).pipe(Effect.catchTag("NobodyListens", () => own(place, uses.own)))
    return whenFree(attempt, () => Effect.succeed(true))
  })

/** For commands that only a process with the store can answer: undefined when nobody listens there. */
export const withGuest = <A>(
  options: SessionOptions,
  use: Use<GuestSession, A>
): Effect.Effect<A | undefined, CommandFailed, Shell> =>
  withLocation(options, (place) =>
    guest(place, use).pipe(Effect.catchTag("NobodyListens", () => Effect.succeed(undefined)))
  )

/** Tries again for a while when the store is in use and its owner does not listen: it is opening or closing it, or has it
 * for the moment that a command takes. `mayWait`: asked when it is in use. */
const whenFree = <A>(
  attempt: Effect.Effect<A, CommandFailed | RuntimeError>,
  mayWait: () => Effect.Effect<boolean>
): Effect.Effect<A, CommandFailed | RuntimeError> =>
  Effect.gen(function* () {
    const until = (yield* Clock.currentTimeMillis) + limits.ownerWaitMs
    const again: typeof attempt = Effect.catchIf(attempt, isHeld, (held) =>
      Effect.gen(function* () {
        const isOver = (yield* Clock.currentTimeMillis) >= until
        if (isOver || !(yield* mayWait())) return yield* Effect.fail(held)
        yield* Effect.sleep(retryMs)
        return yield* again
      })
    )
    return yield* again
  })

/** Whether who has the store does not listen, so that it may be a command that is over soon. */
const nobodyListens = ({ location }: Place): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const { becomeGuest } = yield* Effect.promise(() => import("../runtime/host/guest.ts"))
    yield* becomeGuest(realDirectory(location))
    return false
  }).pipe(
    Effect.catch((error) => Effect.succeed(error._tag === "NobodyListens")),
    Effect.scoped
  )

const retryMs = 25

const isHeld = (error: CommandFailed | RuntimeError): boolean =>
  "_tag" in error && error._tag === "StoreUnavailable" && error.reason === "held"

interface Place {
  readonly options: SessionOptions
  readonly location: StoreLocation
  readonly shell: ShellService
}

const withLocation = <A>(
  options: SessionOptions,
  use: (place: Place) => Effect.Effect<A, CommandFailed | RuntimeError>
): Effect.Effect<A, CommandFailed, Shell> =>
  Effect.gen(function* () {
    const shell = yield* Shell
    const location = yield* attempt(() => findStore(options, shell))
    return yield* Effect.catch(use({ options, location, shell }), (error) =>
      Effect.fail(error instanceof CommandFailed ? error : explain(error, location))
    )
  })

const own = <A>(place: Place, use: Use<OwnSession, A>): Effect.Effect<A, CommandFailed | RuntimeError> =>
  Effect.flatMap(
    Effect.promise(() => storeLayer(place.location, place.options.create)),
    (layer) => Effect.flatMap(openSession(place), use).pipe(Effect.scoped, Effect.provide(layer))
  )

const guest = <A>({ location, shell }: Place, use: Use<GuestSession, A>) =>
  Effect.gen(function* () {
    const { becomeGuest, NobodyListens } = yield* Effect.promise(() => import("../runtime/host/guest.ts"))
    const guest = yield* becomeGuest(realDirectory(location))
    let hasShown = false
    const out = (text: string): Promise<void> | undefined => {
      hasShown ||= text !== ""
      return shell.out(text)
    }
    const session = { namespace: guest.operations, location, shell: { ...shell, out }, guest }
    // As long as nothing has been done, the command can begin again, on a store of its own.
    const isUndone = (error: CommandFailed | RuntimeError): boolean =>
      isEnded(error) && !hasShown && !guest.hasChanged()
    return yield* Effect.catchIf(use(session), isUndone, () => Effect.fail(new NobodyListens()))
  }).pipe(Effect.scoped)

/** The owner has ended before it did what was asked last. */
const isEnded = (error: CommandFailed | RuntimeError): boolean =>
  "_tag" in error && error._tag === "OwnerLost" && error.why === "ended" && !error.inDoubt

const realDirectory = (location: StoreLocation): string =>
  location.kind === "directory" ? realpathSync(location.directory) : ""

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
    throw storeError(`${whyNoFolder(directory, error as Error)}. Use --store for another one`)
  }
}

// The native store is loaded only when it is used: a throw-away run needs none.
const storeLayer = async (location: StoreLocation, create: boolean) => {
  if (location.kind === "memory") return layerMemory
  const { layerLevel } = await import("../runtime/store/level.ts")
  return layerLevel({ directory: location.directory, create })
}

const openSession = ({
  location,
  options,
  shell
}: Place): Effect.Effect<OwnSession, StoreUnavailable | CommandFailed, Store | Scope.Scope> =>
  Effect.gen(function* () {
    const failures = new Failures(yield* Clock.currentTimeMillis)
    const withoutModule = new Set<string>()
    const retention = yield* attempt(() => readKeep(shell))
    const telemetry = options.serves === true ? yield* telemetryOf(location, shell) : undefined
    const namespace = yield* openNamespace({
      library,
      evaluator,
      retention,
      output: outputTo(telemetry, (line) => showLine(line, shell)),
      onFailed: (task) => {
        failures.add(task)
        options.onFailed?.(task)
      },
      onDebug: (text) => shell.err(`${visible(text)}\n`),
      onRejected: (task, rejected) => {
        if (rejected._tag === "ExternRejected" && withoutModule.size < standingStillMax) withoutModule.add(task)
        shell.err(`sxs: ${task} cannot go on here: ${visible(rejected.detail)}\n`)
      },
      onDamaged: ({ detail }) => shell.err(`sxs: ${visible(detail)}; sxs doctor${location.flag} says more\n`),
      ...(telemetry !== undefined && { observer: telemetry.observer }),
      ...(options.durability !== undefined && { durability: options.durability })
    })
    telemetry?.watch(namespace)
    if (options.serves === true) yield* watchQuietMemory
    const isOpen = options.serves === true && location.kind === "directory"
    const rest = isOpen ? yield* serve(namespace, realDirectory(location)) : namespace.idle
    return { namespace, location, shell, failures, withoutModule, rest }
  })

/** As many as are looked at when a run has come to rest. */
const standingStillMax = 20

const telemetryOf = (location: StoreLocation, { env, err }: ShellService) =>
  connectTelemetry({
    env,
    directory: location.kind === "directory" ? location.directory : undefined,
    warn: (message) => err(`sxs: ${visible(message)}\n`)
  })

/** A program that is over sooner (ms) has no door, which takes some 10 ms to open. Guests try again meanwhile. A short program takes
 * 40 ms from here to its end, or twice that while others use the processor. */
const doorAfterMs = 200

/** Lets other processes act on the namespace. Yields what succeeds when nothing can run any more, not by them either. */
const serve = Effect.fnUntraced(function* (namespace: Namespace, directory: string) {
  let door: GuestDoor | undefined
  const open = Effect.gen(function* () {
    const { openDoor } = yield* Effect.promise(() => import("../runtime/host/door.ts"))
    door = yield* openDoor({ namespace, directory })
  })
  const opening = yield* Effect.forkScoped(Effect.andThen(Effect.sleep(doorAfterMs), Effect.uninterruptible(open)))
  const rest: Effect.Effect<void, StoreUnavailable> = Effect.gen(function* () {
    yield* namespace.idle
    yield* Fiber.interrupt(opening)
    if (door === undefined) return
    const { changeCount } = door
    yield* door.hold
    if (door.changeCount === changeCount) return
    yield* door.admit
    yield* rest
  })
  return rest
})
