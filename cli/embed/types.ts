import type { PlainValue, SxsError } from "../../runtime/value/plain.ts"
import type { Closure, Sym, TaskRef } from "../../runtime/value/value.ts"
import type { Manifest } from "../../stdlib/abi/manifest.ts"
import type { SxsFault } from "./errors.ts"

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

/** A compiled program, as its file exports it, or as `compile` gives it. */
export interface SxsProgram {
  /** URL of the file, which must stay where it is; `sxs:` and the hash when it was compiled here. */
  readonly url: string
  readonly hash: string
  readonly manifest: Manifest
  /** Only of a program that was compiled here: its code and the source map. */
  readonly built?: { readonly code: string; readonly map: string; readonly folder: string }
}

/** What a function of a module gets behind its arguments, when a program calls it. */
export interface SxsCall {
  /** Aborts when nobody waits for this attempt any more. */
  readonly signal: AbortSignal
  /** The same in all attempts of this call, and in no other one. */
  readonly idempotencyKey: string
  /** From 1 on. */
  readonly attempt: number
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
  /** Whether the variables of OpenTelemetry are heeded, such as `OTEL_EXPORTER_OTLP_ENDPOINT`; they are when left out. */
  readonly telemetry?: boolean
}

/** What `compile` takes: a file, or text, whose imports are then looked for from the current folder. `name`: the file that messages
 * name, `(text)` when left out. */
export type SxsSource = { readonly file: string } | { readonly text: string; readonly name?: string }

/** A program that was compiled here. */
export interface SxsCompiled {
  readonly program: SxsProgram
  /** The exported function of that name; throws `SxsArgumentError` when there is none. */
  readonly function: (name: string) => SxsFunction<ReadonlyArray<SxsInput>, SxsValue>
  readonly warnings: ReadonlyArray<SxsDiagnostic>
}

export interface SxsDiagnostic {
  readonly file: string
  /** Stable, such as `SXS3001`; its page is in docs/errors. */
  readonly code: string
  readonly severity: "error" | "warning"
  readonly message: string
  readonly hint: string | null
  /** Both from 1 on. */
  readonly line: number
  readonly column: number
}

export interface SxsStart<Args> {
  /** The same function under the same id is the same task. */
  readonly id?: string
  readonly args: Args
  /** The span that starts it, as a W3C `traceparent`; effects give the one that they run in by themselves. */
  readonly traceparent?: string
}

export type SxsState = "initialized" | "running" | "paused" | "waiting" | "done" | "failed" | "cancelled"

/** A task in short. */
export interface SxsTaskView {
  readonly id: string
  /** `damaged`: its record cannot be read, so nothing else is known. */
  readonly state: SxsState | "damaged"
  readonly program?: string
  /** The function that it was started with. */
  readonly function: string
  /** Where it stands; of one that failed, where the fault was. */
  readonly place?: { readonly source: string; readonly line: number; readonly column: number }
  /** In words, such as `resume` or `worker-3 to end`. */
  readonly waitsFor?: string
  /** Both in ms since 1970: its start, and its last change of state. */
  readonly startedAt: number
  readonly since: number
  readonly parent?: string
  /** Message of the fault that it failed with. */
  readonly failure?: string
}

/** A task with its stack. */
export interface SxsInspection {
  readonly task: SxsTaskView
  /** Innermost first. */
  readonly frames: ReadonlyArray<{
    readonly function: string
    readonly source: string
    readonly line: number
    readonly column: number
    /** Arguments and live locals. */
    readonly slots: { readonly [name: string]: SxsValue }
  }>
  readonly result?: SxsValue
  readonly fault?: SxsFault
  /** What has happened to it last, oldest first; `at` in ms since 1970. */
  readonly timeline: ReadonlyArray<{ readonly at: number; readonly event: string; readonly detail?: string }>
}

/** Tasks in the order of their ids, from behind `after` on; 1000 at most when `limit` is left out. */
export interface SxsTaskQuery {
  readonly state?: SxsState
  readonly after?: string
  readonly limit?: number
}

/** Of a channel, `A` to `F` or `EXEC`, all topics, or one: an int from 0 to 65535. */
export interface SxsEventFilter {
  readonly channel: string
  readonly topic?: number
}

/** An event that was published, by a task or from outside. */
export interface SxsEvent {
  readonly channel: string
  readonly topic: number
  readonly data: SxsValue
  /** In ms since 1970. */
  readonly at: number
  /** How many came before it that were missed, as they came faster than they were taken; 0 mostly. */
  readonly missed: number
}

/** Events as they are published, from the moment on at which it was made. Ends when the store is closed. */
export interface SxsSubscription extends AsyncIterable<SxsEvent>, AsyncDisposable {
  readonly close: () => Promise<void>
}

/** A function that was started. */
export interface SxsTask<Result> {
  /** The task's id, as `sxs ps` and `sxs inspect` show it. */
  readonly id: string
  /** `joined`: it was started before under the same id, with the arguments that it had then, or its program runs already. */
  readonly kind: "started" | "joined"
  /** The function's result, once the task has ended and that is durable. Rejects with `SxsFault` when it has failed, with
   * `SxsStopped` when it was cancelled, or when `close` came first: then it goes on when the store is opened again. */
  readonly result: () => Promise<Result>
}

/** An open store, in which functions run as durable tasks. */
export interface Sxs extends AsyncDisposable {
  /** Compiles a program; rejects with `SxsCompileError`. The compiler is loaded with the first one. */
  readonly compile: (source: SxsSource) => Promise<SxsCompiled>
  /** Runs the function in a task of its own; its result, once that is durable. Rejects as `SxsTask.result` does, and with
   * `SxsArgumentError`, a `TypeError`, when an argument has no form in sxs. */
  readonly call: <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    ...args: NoInfer<Args>
  ) => Promise<Result>
  /** Starts the function; resolves once that is durable. With an `id` it is started once: the same function under the same id
   * is the same task, also after a crash, and whatever the arguments are then. */
  readonly start: <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    options: SxsStart<NoInfer<Args>>
  ) => Promise<SxsTask<Result>>
  /** Starts the main task of the program, as `sxs run` does: one that has not ended goes on, unless `fresh`. */
  readonly run: (
    program: SxsCompiled | SxsProgram,
    options?: { readonly fresh?: boolean }
  ) => Promise<SxsTask<SxsValue>>
  /** The result of a task, once it has ended. Rejects as `SxsTask.result` does. */
  readonly result: (task: string) => Promise<SxsValue>
  readonly inspect: (task: string) => Promise<SxsInspection>
  readonly tasks: (query?: SxsTaskQuery) => Promise<ReadonlyArray<SxsTaskView>>
  /** Pauses the task where it stands. Durable when it resolves, as are the next two. */
  readonly pause: (task: string) => Promise<void>
  /** Lets a paused task go on; its `core/task/pause` yields the value, none without one. */
  readonly resume: (task: string, value?: SxsInput) => Promise<void>
  /** Ends the task after what its functions have deferred. */
  readonly cancel: (task: string) => Promise<void>
  readonly kv: {
    /** The value under the key; undefined when there is none. */
    readonly get: (key: string) => Promise<SxsValue | undefined>
    /** Durable when it resolves, as is the next. */
    readonly set: (key: string, value: SxsInput) => Promise<void>
    readonly delete: (key: string) => Promise<void>
    /** In the order of the keys, from behind `after` on; 1000 at most when `limit` is left out. */
    readonly list: (
      prefix: string,
      options?: { readonly after?: string; readonly limit?: number }
    ) => Promise<ReadonlyArray<readonly [key: string, value: SxsValue]>>
  }
  /** Publishes to those who have subscribed; waits for room, and resolves once that is durable. */
  readonly publish: (channel: string, topic: number, data: SxsInput) => Promise<void>
  /** Resolves when nothing published from then on is missed. */
  readonly subscribe: (filter: SxsEventFilter) => Promise<SxsSubscription>
  /** Writes what was done and closes the store. Tasks that have not ended go on when it is opened again. */
  readonly close: () => Promise<void>
}
