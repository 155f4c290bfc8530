import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { NoSuchTopic } from "../bus/errors.ts"
import type { DeadLetterView, NamespaceBus } from "../bus/outside.ts"
import type { Inspection } from "../task/inspect.ts"
import type { Value } from "../value/value.ts"
import type { Emit, methods, streams, Tapped } from "./methods.ts"
import type { Operations, OwnerLost } from "./operations.ts"
import {
  connectToOwner,
  NobodyListens,
  type OtherVersion,
  type OwnerConnection,
  type OwnerSilent
} from "./owner-connection.ts"
import { methodKinds, type RequestName, type StreamName } from "./protocol.ts"
import { findSocket, isElsewhere } from "./socket-place.ts"
import type { OperationError, TooManyFollow } from "./wire-errors.ts"

export { NobodyListens }

type TapFilter = Parameters<NamespaceBus["tap"]>[0]
type LettersPage = Parameters<NamespaceBus["deadLetters"]>[0]

/** A process that acts on a store through the one that owns it. */
export interface Guest {
  /** Process id of the owner. */
  readonly owner: number
  readonly operations: Operations
  /** Whether a change was made through it. */
  readonly hasChanged: () => boolean
  /** Waits until the task has ended, or nothing can run any more in the owner; then what has become of the task. */
  /** What `Namespace.upgrade` says without moving anything. `origin`: the source file of the bundle, as the store knows it. */
  readonly compare: (bundle: Bundle, origin: string | undefined) => Asked<"compare">
  /** Gives events to `take` as they become durable, until the owner ends; an empty part says that it listens from now on. */
  readonly tap: <E>(
    filter: TapFilter,
    take: (part: Tapped) => Effect.Effect<void, E>
  ) => Effect.Effect<never, E | NoSuchTopic | TooManyFollow | OwnerLost>
  readonly settled: (task: string) => Effect.Effect<Inspection, OperationError | OwnerLost>
}

/** Connects to the owner of the store in the folder, given by its real path. */
export const becomeGuest = Effect.fnUntraced(function* (
  directory: string
): Effect.fn.Return<Guest, NobodyListens | OtherVersion | OwnerSilent, Scope.Scope> {
  const socket = findSocket(directory)
  if (socket === undefined) return yield* new NobodyListens()
  const connection = yield* connectToOwner(socket, isElsewhere(directory, socket) ? directory : undefined)
  let hasChanged = false
  const follow = followerOf(connection)
  const ask = askerOf(connection, (method) => {
    hasChanged ||= methodKinds[method] === "change"
  })
  return {
    owner: connection.pid,
    hasChanged: () => hasChanged,
    settled: (task) => ask("settled", task),
    tap: (filter, take) => follow("bus tap", take, filter),
    compare: ({ code, hash, manifest, map }, origin) =>
      ask("compare", { hash, code, manifest: { ...manifest }, map }, origin ?? null),
    operations: {
      tasks: (options) => ask("tasks", options),
      countTasks: (options) => ask("countTasks", options),
      findTask: (text) => ask("findTask", text),
      inspect: (task) => ask("inspect", task),
      taskKeys: (task) => ask("taskKeys", task),
      isHeld: (task) => ask("isHeld", task),
      result: (task) => ask("result", task),
      logs: (task, options) => ask("logs", task, options),
      readLog: (task, options, take) => follow("read log", take, task, options),
      pause: (task) => ask("pause", task),
      resume: (task, value) => ask("resume", task, value),
      cancel: (task) => ask("cancel", task),
      bus: {
        publish: (channel, topic, data) => ask("bus publish", channel, topic, data),
        subscriptions: (page) => ask("bus subscriptions", page),
        deadLetters: (page) => listLetters(ask, page),
        retryDeadLetter: (id) => ask("bus retry", id),
        dropDeadLetter: (id) => ask("bus drop", id)
      },
      kv: {
        get: (key) => ask("kv get", key),
        set: (key, value) => ask("kv set", key, value),
        del: (key) => ask("kv del", key),
        snx: (key, value) => ask("kv snx", key, value),
        cas: (key, old, value) => ask("kv cas", key, old, value),
        incr: (key, by) => ask("kv incr", key, by),
        list: (prefix, offset, limit, after) => listAll(ask, { prefix, offset, limit, after })
      }
    }
  }
})

type Table = typeof methods

type Asked<Name extends RequestName> =
  NonNullable<ReturnType<Table[Name]["ask"]>> extends Effect.Effect<infer A, infer E>
    ? Effect.Effect<A, E | OwnerLost>
    : never

type Arguments<Name extends RequestName> = NonNullable<Table[Name]["args"]>

type Ask = <Name extends RequestName>(method: Name, ...args: Arguments<Name>) => Asked<Name>

type Streams = typeof streams

type Part<Name extends StreamName> = Streams[Name] extends {
  readonly ask: (namespace: never, given: never, emit: Emit<infer Part>) => unknown
}
  ? Part
  : never

type Followed<Name extends StreamName> =
  NonNullable<ReturnType<Streams[Name]["ask"]>> extends Effect.Effect<infer A, infer E>
    ? { readonly value: A; readonly error: E }
    : never

type Follow = <Name extends StreamName, E>(
  method: Name,
  take: (part: Part<Name>) => Effect.Effect<void, E>,
  ...args: NonNullable<Streams[Name]["args"]>
) => Effect.Effect<Followed<Name>["value"], E | Followed<Name>["error"] | TooManyFollow | OwnerLost>

/** The owner is of the same version, so what it answers has the type that its method says. */
const askerOf = (connection: OwnerConnection, answered: (method: RequestName) => void): Ask =>
  ((method: RequestName, ...args: ReadonlyArray<unknown>) =>
    Effect.tap(connection.ask(method, args), () => Effect.sync(() => answered(method)))) as Ask

const followerOf = (connection: OwnerConnection): Follow =>
  ((method: StreamName, take: (part: unknown) => Effect.Effect<void, unknown>, ...args: ReadonlyArray<unknown>) =>
    connection.follow(method, args, take)) as Follow

/** The owner cuts a page that is too large for one answer. */
const listLetters = Effect.fnUntraced(function* (ask: Ask, page: LettersPage) {
  const found: Array<DeadLetterView> = []
  for (;;) {
    const after = found.at(-1)?.id ?? page.after
    const limit = page.limit - found.length
    const { isCut, letters } = yield* ask("bus dead letters", { ...page, limit, ...(after !== undefined && { after }) })
    for (const letter of letters) found.push(letter)
    if (!isCut) return found
  }
})

type Entry = readonly [key: string, value: Value]

/** The owner cuts a page that is too large for one answer. */
const listAll = Effect.fnUntraced(function* (
  ask: Ask,
  asked: {
    readonly prefix: string
    readonly offset: number
    readonly limit: number
    readonly after: string | undefined
  }
) {
  const found: Array<Entry> = []
  for (;;) {
    const offset = found.length === 0 ? asked.offset : 0
    const after = found.at(-1)?.[0] ?? asked.after ?? null
    const page = yield* ask("kv list", asked.prefix, offset, asked.limit - found.length, after)
    for (const entry of page.entries) found.push(entry)
    if (!page.isCut) return found
  }
})
