import type { PlainValue, SxsError } from "../../runtime/value/plain.ts"
import type { Closure, Sym, TaskRef } from "../../runtime/value/value.ts"
import type { Manifest } from "../../stdlib/abi/manifest.ts"

/** An int: a number while it is a safe integer, a bigint outside ±(2^53-1). Both are taken. */
export type Int = number | bigint

/** Any value that a program gives. */
export type SxsValue = PlainValue

/** Any value that a program takes. An integer number is an int, any other number a real. */
export type SxsInput =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | SxsError
  | Sym
  | Closure
  | TaskRef
  | ReadonlyArray<SxsInput>
  | SxsMapInput

export type SxsMapInput = ReadonlyMap<string, SxsInput> | { readonly [key: string]: SxsInput }

/** A compiled program, as its file exports it. */
export interface SxsProgram {
  /** URL of the file, which must stay where it is. */
  readonly url: string
  readonly hash: string
  readonly manifest: Manifest
}

declare const types: unique symbol

/** An exported function of a compiled program. It does nothing by itself: call it with `Sxs.call`. */
export interface SxsFunction<Args extends ReadonlyArray<unknown>, Result> {
  readonly program: SxsProgram
  /** As in the source. */
  readonly name: string
  /** Never there; for the type checker. */
  readonly [types]?: readonly [args: Args, result: Result]
}

export interface SxsOptions {
  /** The folder of the store, made when it is missing; `memory:` keeps nothing. */
  readonly store: string
  /** `strict`, the default: what is done is on the disk before anybody hears of it. `relaxed`: it survives a crash of the
   * process, not of the machine. */
  readonly durability?: "strict" | "relaxed"
  /** How long ended tasks are kept, and how many; `Infinity` for all. What is left out is 7 days and 10,000. Tasks with an id of
   * their own stay. */
  readonly keep?: { readonly ms?: number; readonly tasks?: number }
  /** Takes each line that a task logs, once that is durable, at least once; by default it goes to stdout. When it throws, the
   * store stops, and the line is shown again by who opens it next. */
  readonly onLog?: (line: { readonly task: string; readonly text: string }) => void
}

/** A function that was started. */
export interface SxsTask<Result> {
  /** The task's id, as `sxs ps` and `sxs inspect` show it. */
  readonly id: string
  /** `joined`: it was started before under the same id, with the arguments that it had then. */
  readonly kind: "started" | "joined"
  /** The function's result, once the task has ended and that is durable. Rejects with `SxsFault` when it has failed, with
   * `SxsStopped` when it was cancelled, or when `close` came first: then it goes on when the store is opened again. */
  readonly result: () => Promise<Result>
}

/** An open store, in which functions run as durable tasks. */
export interface Sxs extends AsyncDisposable {
  /** Runs the function in a task of its own; its result, once that is durable. Rejects as `SxsTask.result` does, and with
   * `TypeError` when an argument has no form in sxs. */
  readonly call: <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    ...args: NoInfer<Args>
  ) => Promise<Result>
  /** Starts the function; resolves once that is durable. With an `id` it is started once: the same function under the same id
   * is the same task, also after a crash, and whatever the arguments are then. */
  readonly start: <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    options: { readonly id?: string; readonly args: NoInfer<Args> }
  ) => Promise<SxsTask<Result>>
  /** Lets a paused task go on; its `core/task/pause` yields the value, none without one. */
  readonly resume: (task: string, value?: SxsInput) => Promise<void>
  /** Writes what was done and closes the store. Tasks that have not ended go on when it is opened again. */
  readonly close: () => Promise<void>
}
