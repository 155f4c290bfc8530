import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Inspection } from "../task/inspect.ts"
import type { Value } from "../value/value.ts"
import type { methods } from "./methods.ts"
import type { Operations, OwnerLost } from "./operations.ts"
import {
  connectToOwner,
  NobodyListens,
  type OtherVersion,
  type OwnerConnection,
  type OwnerSilent
} from "./owner-connection.ts"
import { type MethodName, methodKinds } from "./protocol.ts"
import { findSocket, isElsewhere } from "./socket-place.ts"
import type { OperationError } from "./wire-errors.ts"

export { NobodyListens }

/** A process that acts on a store through the one that owns it. */
export interface Guest {
  /** Process id of the owner. */
  readonly owner: number
  readonly operations: Operations
  /** Whether a change was made through it. */
  readonly hasChanged: () => boolean
  /** Waits until the task has ended, or nothing can run any more in the owner; then what has become of the task. */
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
  const ask = askerOf(connection, (method) => {
    hasChanged ||= methodKinds[method] === "change"
  })
  return {
    owner: connection.pid,
    hasChanged: () => hasChanged,
    settled: (task) => ask("settled", task),
    operations: {
      tasks: (options) => ask("tasks", options),
      countTasks: (options) => ask("countTasks", options),
      findTask: (text) => ask("findTask", text),
      inspect: (task) => ask("inspect", task),
      taskKeys: (task) => ask("taskKeys", task),
      isHeld: (task) => ask("isHeld", task),
      result: (task) => ask("result", task),
      logs: (task, options) => ask("logs", task, options),
      pause: (task) => ask("pause", task),
      resume: (task, value) => ask("resume", task, value),
      cancel: (task) => ask("cancel", task),
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

type Asked<Name extends MethodName> =
  NonNullable<ReturnType<Table[Name]["ask"]>> extends Effect.Effect<infer A, infer E>
    ? Effect.Effect<A, E | OwnerLost>
    : never

type Arguments<Name extends MethodName> = NonNullable<Table[Name]["args"]>

type Ask = <Name extends MethodName>(method: Name, ...args: Arguments<Name>) => Asked<Name>

/** The owner is of the same version, so what it answers has the type that its method says. */
const askerOf = (connection: OwnerConnection, answered: (method: MethodName) => void): Ask =>
  ((method: MethodName, ...args: ReadonlyArray<unknown>) =>
    Effect.tap(connection.ask(method, args), () => Effect.sync(() => answered(method)))) as Ask

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
