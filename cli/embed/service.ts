import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type {
  SxsArgumentError,
  SxsBundleError,
  SxsCompileError,
  SxsFault,
  SxsStopped,
  SxsStoreError,
  SxsTaskError
} from "./errors.ts"
import type {
  SxsCompiled,
  SxsEvent,
  SxsEventFilter,
  SxsFunction,
  SxsInput,
  SxsInspection,
  SxsProgram,
  SxsSource,
  SxsStart,
  SxsTaskQuery,
  SxsTaskView,
  SxsValue
} from "./types.ts"

/** Why a task has no result. */
export type SxsResultError = SxsFault | SxsStopped | SxsTaskError | SxsBundleError | SxsStoreError

/** Why a task was not started; nothing was done then. */
export type SxsStartError = SxsArgumentError | SxsFault | SxsBundleError | SxsStoreError

/** A function that was started: as `SxsTask`, with an effect. Interrupting it leaves the task as it is. */
export interface SxsStarted<Result> {
  readonly id: string
  readonly kind: "started" | "joined"
  readonly result: Effect.Effect<Result, SxsResultError>
}

/** An open store for effects; `Sxs` has the same for promises, and says what each does. */
export interface SxsService {
  readonly compile: (source: SxsSource) => Effect.Effect<SxsCompiled, SxsCompileError>
  readonly call: <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    ...args: NoInfer<Args>
  ) => Effect.Effect<Result, SxsStartError | SxsResultError>
  /** The task's span is below the one that the effect runs in. */
  readonly start: <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    options: SxsStart<NoInfer<Args>>
  ) => Effect.Effect<SxsStarted<Result>, SxsStartError>
  readonly run: (
    program: SxsCompiled | SxsProgram,
    options?: { readonly fresh?: boolean }
  ) => Effect.Effect<SxsStarted<SxsValue>, SxsStartError>
  readonly result: (task: string) => Effect.Effect<SxsValue, SxsResultError>
  readonly inspect: (task: string) => Effect.Effect<SxsInspection, SxsTaskError | SxsStoreError>
  readonly tasks: (query?: SxsTaskQuery) => Effect.Effect<ReadonlyArray<SxsTaskView>, SxsStoreError>
  readonly pause: (task: string) => Effect.Effect<void, SxsTaskError | SxsStoreError>
  readonly resume: (
    task: string,
    value?: SxsInput
  ) => Effect.Effect<void, SxsArgumentError | SxsFault | SxsTaskError | SxsStoreError>
  readonly cancel: (task: string) => Effect.Effect<void, SxsTaskError | SxsStoreError>
  readonly kv: {
    readonly get: (key: string) => Effect.Effect<SxsValue | undefined, SxsFault | SxsStoreError>
    readonly set: (key: string, value: SxsInput) => Effect.Effect<void, SxsArgumentError | SxsFault | SxsStoreError>
    readonly delete: (key: string) => Effect.Effect<void, SxsFault | SxsStoreError>
    readonly list: (
      prefix: string,
      options?: { readonly after?: string; readonly limit?: number }
    ) => Effect.Effect<ReadonlyArray<readonly [key: string, value: SxsValue]>, SxsFault | SxsStoreError>
  }
  readonly publish: (
    channel: string,
    topic: number,
    data: SxsInput
  ) => Effect.Effect<void, SxsArgumentError | SxsFault | SxsStoreError>
  /** What is published while the stream runs; ends when the store is closed. */
  readonly subscribe: (filter: SxsEventFilter) => Stream.Stream<SxsEvent, SxsArgumentError | SxsStoreError>
}
