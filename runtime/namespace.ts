import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import type { BundleRejected } from "./bundle/errors.ts"
import { BundleRegistry, bundleText } from "./bundle/registry.ts"
import type { Fault } from "./errors.ts"
import type { Evaluator } from "./evaluator.ts"
import { limits } from "./limits.ts"
import { Keys, namespaceKey, namespacesRange } from "./store/keys.ts"
import { seal, unseal } from "./store/record.ts"
import { Store, type StoreUnavailable } from "./store/store.ts"
import { View } from "./store/view.ts"
import { type Durability, makeWriter, type StoreWriter } from "./store/writer.ts"
import { type Called, type CallOptions, callFunction } from "./task/call.ts"
import { Control } from "./task/control.ts"
import { Endings } from "./task/endings.ts"
import type { TaskAmbiguous, TaskEnded, TaskNotFound, TaskNotPaused } from "./task/errors.ts"
import { HandOver } from "./task/hand-over.ts"
import type { Inspection, TaskView } from "./task/inspect.ts"
import { type Library, makeIntrinsics } from "./task/intrinsics.ts"
import { KeyValues } from "./task/key-values.ts"
import { kvFromOutside, type NamespaceKv } from "./task/kv-from-outside.ts"
import { Places } from "./task/places.ts"
import { type Started, type StartOptions, startProgram } from "./task/program.ts"
import { recover } from "./task/recovery.ts"
import { Scheduler } from "./task/scheduler.ts"
import { type LogLine, Segment } from "./task/segment.ts"
import type { TaskState } from "./task/task.ts"
import { TaskTable } from "./task/task-table.ts"
import type { Value } from "./value/value.ts"

export interface NamespaceOptions {
  /** `default` when left out. */
  readonly name?: string
  /** `strict` when left out. */
  readonly durability?: Durability
  readonly library: Library
  /** Shows a line that a task has logged and that is durable. At least once, in order. When it throws `StoreUnavailable`, the
   * namespace fails with that, and the next one shows the line again. */
  readonly output: (line: LogLine) => void
  /** Hears of each task that has failed, once that is durable. */
  readonly onFailed?: (task: TaskView) => void
  /** Hears of a task that stands in a bundle which cannot run here; the task stays as it is. By default a warning. */
  readonly onRejected?: (task: string, rejected: BundleRejected) => void
  readonly evaluator?: Evaluator
  /** Shows what `debug` prints, at once; by default nothing is shown. */
  readonly onDebug?: (text: string) => void
  /** Loop turns, recursive calls and frames taken up again of one segment, at least 1; `limits.fuelPerSlice` when left out. */
  readonly fuelPerSlice?: number
}

/** An isolated key space with its tasks. Nothing runs before `startProgram`, `recover` or `resume`. */
export interface Namespace {
  /** Stores the bundle, after checking that it can run. Durable when the effect returns. */
  readonly install: (bundle: Bundle) => Effect.Effect<void, StoreUnavailable | BundleRejected>
  /**
   * Makes sure that the program runs, along with all that was interrupted. An unfinished main task of the same program goes
   * on, on the bundle that it began with; without one, or when `fresh`, a new one starts. When the unfinished one came from
   * another origin that is not moved, nothing is done.
   */
  readonly startProgram: (options: StartOptions) => Effect.Effect<Started<TaskView>, StoreUnavailable | BundleRejected>
  /** Calls an exported function of an installed bundle in a task of its own, along with all that was interrupted. With an
   * id, the same call again is the same task. Durable when the effect returns; a `Fault` says that nothing was done. */
  readonly call: (options: CallOptions) => Effect.Effect<Called<TaskView>, Fault | StoreUnavailable>
  /** Waits until the task has ended and that is durable and its output shown; then what has become of it. */
  readonly ended: (task: string) => Effect.Effect<Inspection, TaskNotFound | StoreUnavailable>
  /** Lets every interrupted task go on, arms the timers, shows output that was durable but perhaps not shown. Yields the
   * first 100 of those that go on. */
  readonly recover: Effect.Effect<ReadonlyArray<TaskView>, StoreUnavailable>
  /** The first `limit` tasks that wait for a time, the next one first. */
  readonly sleeping: (options: { readonly limit: number }) => Effect.Effect<ReadonlyArray<TaskView>, StoreUnavailable>
  /** Succeeds when nothing can run any more, no runnable task and no timer, all is durable and all output shown. */
  readonly idle: Effect.Effect<void, StoreUnavailable>
  /** What has become of a task, durably. Does not wait for its end. */
  readonly result: (task: string) => Effect.Effect<Inspection, TaskNotFound | StoreUnavailable>
  /** In the order of their ids, from behind `after` on. */
  readonly tasks: (options: {
    readonly state?: TaskState
    readonly after?: string
    readonly limit: number
  }) => Effect.Effect<ReadonlyArray<TaskView>, StoreUnavailable>
  /** How many tasks there are; stops counting at `upTo`. */
  readonly countTasks: (options: { readonly upTo: number }) => Effect.Effect<number, StoreUnavailable>
  /** The id that `text` means: an exact id, else a unique prefix, else a unique number (`3` for `worker-3`). */
  readonly findTask: (text: string) => Effect.Effect<string, TaskNotFound | TaskAmbiguous | StoreUnavailable>
  readonly inspect: (task: string) => Effect.Effect<Inspection, TaskNotFound | StoreUnavailable>
  /** The task as the keys that scripts see, such as `fn:worker-3:local:sum`. */
  readonly taskKeys: (
    task: string
  ) => Effect.Effect<ReadonlyArray<readonly [key: string, value: Value]>, TaskNotFound | StoreUnavailable>
  /** Pauses the task where it stands. Durable when the effect returns, as are the next two. */
  readonly pause: (task: string) => Effect.Effect<TaskView, TaskNotFound | TaskEnded | StoreUnavailable>
  /** Whether the task was paused from outside: then no `pause` of its own waits for the value that `resume` brings. */
  readonly isHeld: (task: string) => Effect.Effect<boolean, TaskNotFound | StoreUnavailable>
  /** Lets a paused task go on; its own `pause` yields `value`. Everything interrupted goes on with it. */
  readonly resume: (
    task: string,
    value: Value
  ) => Effect.Effect<TaskView, TaskNotFound | TaskEnded | TaskNotPaused | StoreUnavailable>
  readonly cancel: (task: string) => Effect.Effect<TaskView, TaskNotFound | TaskEnded | StoreUnavailable>
  /** The last `limit` lines of the task's log, oldest first; `at` in ms since 1970. */
  readonly logs: (
    task: string,
    options: { readonly limit: number }
  ) => Effect.Effect<
    ReadonlyArray<{ readonly seq: number; readonly at: number; readonly text: string }>,
    TaskNotFound | StoreUnavailable
  >
  readonly kv: NamespaceKv
  /** No new segment starts; succeeds when all that was done is durable and shown. What is unfinished can be resumed. */
  readonly stop: Effect.Effect<void, StoreUnavailable>
}

/** Opens a namespace of the store, creating it when it is new. Closing the scope stops it, after what was handed over is
 * written. */
export const openNamespace = Effect.fnUntraced(function* (
  options: NamespaceOptions
): Effect.fn.Return<Namespace, StoreUnavailable, Store | Scope.Scope> {
  const store = yield* Store
  const durability = options.durability ?? "strict"
  const keys = new Keys(yield* namespaceId(store, options.name ?? "default"))
  const view = new View(store)
  const settle = (watermark: number) => view.settle(watermark)
  const writer = yield* makeWriter({ store, headKey: keys.head, durability, settle })
  const clock = yield* Clock.Clock
  const fibers = yield* FiberSet.make<void>()
  const runInSet = yield* FiberSet.runtime(fibers)<never>()
  // It begins in a later turn: who forks is often in the middle of a commit.
  const fork = (effect: Effect.Effect<void>) => runInSet(Effect.andThen(Effect.yieldNow, effect))
  const warn = (task: string, rejected: BundleRejected) =>
    void fork(Effect.logWarning(`task ${task} cannot run here: ${rejected.detail}`))
  const onRejected = options.onRejected ?? warn
  const assembled = assemble({ store, view, keys, writer, clock, fork, options: { ...options, onRejected } })
  // Once only: afterwards the outbox holds lines that this process itself is about to show.
  const parts = { ...assembled, showInterrupted: yield* Effect.cached(assembled.handOver.showInterrupted) }
  yield* Effect.addFinalizer(() => Effect.sync(() => parts.scheduler.stop()))
  return namespaceOf(parts)
})

/** The id under which the namespace's keys are hidden; a new namespace gets the next number. */
const namespaceId = Effect.fnUntraced(function* (
  store: Store["Service"],
  name: string
): Effect.fn.Return<string, StoreUnavailable> {
  const key = namespaceKey(name)
  const record = store.get(key)
  if (record !== undefined) return unseal(key, record)
  const snapshot = store.snapshot()
  const others = yield* Effect.ensuring(
    snapshot.scan(namespacesRange, Number.MAX_SAFE_INTEGER),
    Effect.sync(() => snapshot.close())
  )
  const id = String(Math.max(0, ...others.map(([other, text]) => Number(unseal(other, text)))) + 1)
  yield* store.commit([{ type: "put", key, value: seal(key, id) }], { sync: true })
  return id
})

type Parts = ReturnType<typeof assemble> & { readonly showInterrupted: Effect.Effect<void, StoreUnavailable> }

/** The parts of a namespace, wired together. */
const assemble = (given: {
  readonly store: Store["Service"]
  readonly view: View
  readonly keys: Keys
  readonly writer: StoreWriter
  readonly clock: Clock.Clock
  readonly fork: (effect: Effect.Effect<void>) => ReturnType<typeof Effect.runFork<void, never>>
  readonly options: NamespaceOptions & Required<Pick<NamespaceOptions, "onRejected">>
}) => {
  const { store, view, keys, writer, clock, options } = given
  const text = (payload: string): string => payload
  const meter = { fuel: 0 }
  const registry: BundleRegistry = new BundleRegistry({
    texts: { code: (hash) => view.read(keys.bundle(hash), text), map: (hash) => view.read(keys.map(hash), text) },
    directory: store.directory,
    intrinsics: (hash, manifest) =>
      makeIntrinsics({ segment, meter, functions, registry: () => registry }, hash, manifest),
    has: (name) => functions.has(name)
  })
  const tasks = new TaskTable(view, keys)
  const places = new Places({ view, keys, tasks, registry })
  const kv = new KeyValues(view, keys, places)
  const facts = (hash: string, index: number) => registry.facts(hash, index)
  const { slotNames, inWords: placeInWords } = places
  const segment = new Segment({
    view,
    keys,
    tasks,
    kv,
    facts,
    slotNames,
    placeInWords,
    records: (hash) => registry.records(hash),
    evaluator: options.evaluator,
    debug: options.onDebug ?? (() => {})
  })
  const functions = new Map([...options.library.pure, ...options.library.contextual(segment)])
  const endings = new Endings(tasks)
  const handOver: HandOver = new HandOver({
    view,
    keys,
    writer,
    tasks,
    output: options.output,
    failed: (task) => options.onFailed?.(control.view(task)),
    ended: (ended) => endings.announce(ended),
    carryOut: (pending) => scheduler.carryOut(pending)
  })
  const { fork } = given
  const { onRejected } = options
  const driver = { segment, meter, registry, places, tasks, fuelPerSlice: options.fuelPerSlice ?? limits.fuelPerSlice }
  const scheduler: Scheduler = new Scheduler({ ...driver, view, keys, clock, handOver, fork, onRejected })
  const now = () => Math.floor(clock.currentTimeMillisUnsafe())
  const control: Control = new Control({ places, handOver, now, rejection: (task) => scheduler.rejection(task) })
  return { view, keys, registry, tasks, places, kv, endings, handOver, scheduler, control, now }
}

const namespaceOf = (parts: Parts): Namespace => {
  const { view, keys, registry, handOver, scheduler, control } = parts
  const install = (bundle: Bundle) =>
    Effect.andThen(
      registry.check(bundle),
      Effect.andThen(
        handOver.change(() => {
          if (view.has(keys.bundle(bundle.hash)) && view.has(keys.map(bundle.hash))) return
          view.put(keys.bundle(bundle.hash), bundleText(bundle))
          view.put(keys.map(bundle.hash), bundle.map)
        }),
        Effect.andThen(
          handOver.durable,
          Effect.sync(() => scheduler.retry())
        )
      )
    )
  const recoverAll = Effect.map(
    Effect.suspend(() => recover(parts)),
    (records) => records.map((record) => control.view(record))
  )
  return {
    install,
    startProgram: (start) =>
      Effect.andThen(
        install(start.bundle),
        Effect.map(startProgram(parts, start), (started) => ({ ...started, task: control.view(started.task) }))
      ),
    call: (call) =>
      Effect.flatMap(callFunction(parts, call), ({ kind, task }) =>
        // Read again, as it may have run while its start became durable.
        handOver.read(() => Effect.succeed({ kind, task: control.view(parts.tasks.read(task)!) }))
      ),
    ended: (task) => Effect.andThen(parts.endings.wait(task, handOver), control.inspect(task)),
    recover: recoverAll,
    sleeping: ({ limit }) =>
      Effect.flatMap(view.scan(keys.timerRange(), limit), (page) =>
        handOver.read(() => {
          const records = page.map(([key]) => parts.tasks.read(keys.parseTimer(key).task))
          return Effect.succeed(records.flatMap((record) => (record === undefined ? [] : [control.view(record)])))
        })
      ),
    idle: idle(parts),
    result: (task) => Effect.andThen(handOver.durable, control.inspect(task)),
    tasks: control.tasks,
    countTasks: ({ upTo }) => control.count(upTo),
    findTask: control.find,
    inspect: control.inspect,
    taskKeys: control.keys,
    pause: (task) => control.pause(task),
    isHeld: control.isHeld,
    resume: (task, value) => Effect.tap(control.resume(task, value), () => recoverAll),
    cancel: (task) => control.cancel(task),
    logs: (task, { limit }) => control.logs(task, limit),
    kv: kvFromOutside(parts),
    stop: Effect.andThen(
      Effect.sync(() => scheduler.stop()),
      handOver.settled
    )
  }
}

/** Settling the output can take a while, and meanwhile something may have made a task runnable. */
const idle = ({ scheduler, handOver }: Pick<Parts, "scheduler" | "handOver">): Effect.Effect<void, StoreUnavailable> =>
  Effect.suspend(() =>
    Effect.andThen(
      Effect.raceFirst(scheduler.quiet, handOver.failure),
      Effect.andThen(
        handOver.settled,
        Effect.suspend(() => (scheduler.isQuiet ? Effect.void : idle({ scheduler, handOver })))
      )
    )
  )
