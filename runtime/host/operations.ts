import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { NamespaceBus } from "../bus/outside.ts"
import type { Namespace } from "../namespace.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { TaskNotFound } from "../task/errors.ts"
import type { NamespaceKv } from "../task/kv-from-outside.ts"
import type { LogRead, ReadLogOptions, TakeLines } from "../task/task-log.ts"
import type { TooManyFollow } from "./wire-errors.ts"

/**
 * The process that has the store ended, or says nothing any more. `inDoubt`: a change was asked for and may have been made,
 * or may still be: look before you repeat it. Else nothing was changed, and a retry is safe.
 */
export class OwnerLost extends Data.TaggedError("OwnerLost")<{
  /** What was asked for, such as `kv set`. */
  readonly operation: string
  readonly why: "ended" | "silent"
  readonly inDoubt: boolean
  readonly pid: number
}> {}

type Asked<F> = F extends (...args: infer Args) => Effect.Effect<infer A, infer E>
  ? (...args: Args) => Effect.Effect<A, E | OwnerLost>
  : never

type Operation =
  | "tasks"
  | "countTasks"
  | "findTask"
  | "inspect"
  | "taskKeys"
  | "isHeld"
  | "result"
  | "logs"
  | "pause"
  | "resume"
  | "cancel"

/** What can be done with a namespace from outside: by its owner, and by a guest that asks the owner. */
export type Operations = { readonly [Name in Operation]: Asked<Namespace[Name]> } & {
  readonly readLog: <E>(
    task: string,
    options: ReadLogOptions,
    take: TakeLines<E>
  ) => Effect.Effect<LogRead, E | TaskNotFound | StoreUnavailable | TooManyFollow | OwnerLost>
  readonly bus: { readonly [Name in Exclude<keyof NamespaceBus, "tap">]: Asked<NamespaceBus[Name]> }
  readonly kv: { readonly [Name in keyof NamespaceKv]: Asked<NamespaceKv[Name]> }
}
