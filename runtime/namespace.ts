import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import type { BundleRejected } from "./bundle/errors.ts"
import { type ExternImport, importExtern } from "./bundle/extern-import.ts"
import { ExternModules } from "./bundle/extern-modules.ts"
import { BundleRegistry, type LoadedBundle, storeBundle } from "./bundle/registry.ts"
import { busFromOutside, type NamespaceBus } from "./bus/outside.ts"
import type { BusOptions } from "./bus/ports.ts"
import type { Fault } from "./errors.ts"
import type { Evaluator } from "./evaluator.ts"
import { limits } from "./limits.ts"
import { Cache } from "./store/cache.ts"
import { Keys, namespaceKey, namespacesRange } from "./store/keys.ts"
import { seal, unseal } from "./store/record.ts"
import { Store, type StoreUnavailable } from "./store/store.ts"
import { asUnavailable } from "./store/unavailable.ts"
import { View } from "./store/view.ts"
import { type Durability, makeWriter, type StoreWriter } from "./store/writer.ts"
import { collectBundles } from "./task/bundle-collection.ts"
import { makeBus } from "./task/bus-parts.ts"
import { beginCall, type Called, type CallOptions, callFunction, type TellCalled } from "./task/call.ts"
import { Control, type FoundTasks, type TasksOptions } from "./task/control.ts"
import { type TaskRejected, unlessDamaged } from "./task/damage.ts"
import { Endings } from "./task/endings.ts"
import {
  type TaskAmbiguous,
  type TaskEnded,
  type TaskNotFound,
  type TaskNotPaused,
  UpgradeRefused
} from "./task/errors.ts"
import { HandOver } from "./task/hand-over.ts"
import type { Inspection, TaskView } from "./task/inspect.ts"
import { type Library, makeIntrinsics } from "./task/intrinsics.ts"
import { KeyValues } from "./task/key-values.ts"
import { kvFromOutside, type NamespaceKv } from "./task/kv-from-outside.ts"
import { type Upgraded, type UpgradeOptions, upgrade } from "./task/migration.ts"
import { Observation } from "./task/observation.ts"
import type { Measures, Observer } from "./task/observer.ts"
import type { Output } from "./task/outbox.ts"
import { Places } from "./task/places.ts"
import { type Started, type StartOptions, startProgram } from "./task/program.ts"
import { recover } from "./task/recovery.ts"
import { defaultRetention, type Removed, Retention, type RetentionOptions } from "./task/retention.ts"
import type { Order } from "./task/run-queue.ts"
import { Scheduler } from "./task/scheduler.ts"
import { Segment } from "./task/segment.ts"
import type { TaskRecord } from "./task/task.ts"
import { type LogRead, type ReadLogOptions, readLog, type TakeLines } from "./task/task-log.ts"
import { TaskTable } from "./task/task-table.ts"
import type { Value } from "./value/value.ts"

export interface NamespaceOptions {
  /** `default` when left out. */
  readonly name?: string
  /** `strict` when left out. */
  readonly durability?: Durability
  readonly library: Library
  /** Shows a line that a task has logged and that is durable. At least once, in order. When it throws `StoreUnavailable`, or
   * its promise is rejected with that, the namespace fails, and the next one shows the line again. */
  readonly output: Output
  /** Hears of each task that has failed, once that is durable. */
  readonly onFailed?: (task: TaskView) => void
  /** Hears of a task that stands in a bundle which cannot run here; the task stays as it is. By default a warning. */
  readonly onRejected?: (task: string, rejected: TaskRejected) => void
  /** Hears of a record that cannot be read and is done without: code, an entry of an index, a line of a log. By default a
   * warning. */
  readonly onDamaged?: (damage: StoreUnavailable) => void
  readonly evaluator?: Evaluator
  /** Imports the modules whose functions programs call; as Node does when left out. */
  readonly externs?: ExternImport
  /** How long ended tasks are kept; seven days and 10,000 of them when left out. */
  readonly retention?: Partial<RetentionOptions>
  /** How many events wait, and how often one is tried; see `BusOptions`. */
  readonly bus?: Partial<BusOptions>
  /** Watches what becomes of tasks; by default nobody does. */
  readonly observer?: Observer
  /** Shows what `debug` prints, at once; by default nothing is shown. */
  readonly onDebug?: (text: string) => void
  /** Loop turns, recursive calls and frames taken up again of one segment, at least 1; `limits.fuelPerSlice` when left out. */
  readonly fuelPerSlice?: number
  /** Segments that run before the event loop gets its turn, at least 1; `limits.segmentsPerTurn` when left out. With 1 each
   * segment is a batch of its own as far as the store keeps up. */
  readonly segmentsPerTurn?: number
  /** At least 1; `limits.joinersPerCommit` when left out. */
  readonly joinersPerCommit?: number
  /** Which of so many runnable tasks runs its next segment: an index, 0 for the one that waits longest, which it is when
   * left out. */
  readonly order?: Order
  /** Entries of the view's cache, besides those that are not durable yet; `limits.viewCacheEntriesMax` when left out. */
  readonly cacheEntriesMax?: number
}

/** What has become of a task that has ended. */
export type TaskEnd = Pick<TaskRecord, "state" | "result">

/** Hears of the end of a task, and of which one. */
export type ToldEnd = (end: Exit.Exit<TaskEnd, TaskNotFound | StoreUnavailable>, task: string) => void

/** An isolated key space with its tasks. Nothing runs before `startProgram`, `recover` or `resume`. */
export interface Namespace {
  /** Stores the bundle, after checking that it can run, and the folder from which the modules that it calls are found. Durable
   * when the effect returns. */
  readonly install: (bundle: Bundle, folder?: string) => Effect.Effect<void, StoreUnavailable | BundleRejected>
  /**
   * Makes sure that the program runs, along with all that was interrupted. An unfinished main task of the same program goes
   * on, on the bundle that it began with; without one, or when `fresh`, a new one starts. When the unfinished one came from
   * another origin that is not moved, nothing is done.
   */
  readonly startProgram: (options: StartOptions) => Effect.Effect<Started<TaskView>, StoreUnavailable | BundleRejected>
  /** Calls an exported function of an installed bundle in a task of its own, along with all that was interrupted. With an
   * id, the same call again is the same task. Durable when the effect returns; a `Fault` says that nothing was done. */
  readonly call: (options: CallOptions) => Effect.Effect<Called, Fault | StoreUnavailable>
  /** `call` for a callback, which hears of it once its first commit is handed over, not yet durable: for who waits for the end of the
   * task anyway. What it gives takes the call back, as long as nothing was done. Undefined: nothing runs yet, so `call` is the way. */
  readonly begin: (options: CallOptions, told: TellCalled) => (() => void) | undefined
  /** Waits until the task has ended and that is durable and its output shown; then what has become of it. */
  readonly ended: (task: string) => Effect.Effect<Inspection, TaskNotFound | StoreUnavailable>
  /** Calls `told` once, as soon as `ended` would yield something, at once if it would. Reads nothing but the task's record, and needs no
   * fiber: for thousands who wait, of whom each may be a task and the same `told`. */
  readonly whenEnded: (task: string, told: ToldEnd) => void
  /** `whenEnded` of a task that was just `begin`un, and is now as `record` says. */
  readonly whenSeenEnded: (record: TaskRecord, told: ToldEnd) => void
  /** Takes `whenEnded` back, of a task that has not ended. */
  readonly leaveEnded: (task: string, told: ToldEnd) => void
  /** Lets every interrupted task go on, arms the timers, shows output that was durable but perhaps not shown. Yields the
   * first 100 of those that go on. */
  readonly recover: Effect.Effect<ReadonlyArray<TaskView>, StoreUnavailable>
  /** The first `limit` tasks that wait for a time, the next one first. */
  readonly sleeping: (options: { readonly limit: number }) => Effect.Effect<ReadonlyArray<TaskView>, StoreUnavailable>
  /** Succeeds when nothing can run any more, no runnable task and no timer, all is durable and all output shown. */
  readonly idle: Effect.Effect<void, StoreUnavailable>
  /** Succeeds when all that was done by now is durable: what was read before may then leave the process. */
  readonly durable: Effect.Effect<void, StoreUnavailable>
  /** What has become of a task, durably. Does not wait for its end. */
  readonly result: (task: string) => Effect.Effect<Inspection, TaskNotFound | StoreUnavailable>
  /** In the order of their ids, from behind `after` on. */
  readonly tasks: (options: TasksOptions) => Effect.Effect<ReadonlyArray<TaskView>, StoreUnavailable>
  /** Those of the first `among` tasks, in the order of their ids, that have not ended. */
  readonly leftTasks: (options: { readonly among: number }) => Effect.Effect<FoundTasks, StoreUnavailable>
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
  /** Gives the task's log to `take`, page by page; with `follow` until the task has ended. What is given is durable. */
  readonly readLog: <E>(
    task: string,
    options: ReadLogOptions,
    take: TakeLines<E>
  ) => Effect.Effect<LogRead, E | TaskNotFound | StoreUnavailable>
  readonly kv: NamespaceKv
  /** The event bus. What is published here is handled once something runs. */
  readonly bus: NamespaceBus
  /** Compares the code of the program's live tasks with a new version of it, and with `apply` moves those that can go on in it:
   * that only before anything runs. */
  readonly upgrade: (
    options: UpgradeOptions
  ) => Effect.Effect<
    Extract<Upgraded, { kind: "compared" }> | (Started<TaskView> & { readonly kind: "elsewhere" }),
    UpgradeRefused | BundleRejected | StoreUnavailable
  >
  /** Removes the ended tasks that are due, and then the bundles that nothing needs any more: reads the whole namespace. Only
   * before anything runs, and nothing else may be done meanwhile. `young`: ended tasks that are too many but stay, as they have
   * ended less than an hour ago. */
  readonly clean: Effect.Effect<Removed & { readonly bundles: number }, UpgradeRefused | StoreUnavailable>
  /** How the namespace stands at this moment. */
  readonly measure: Effect.Effect<Measures, StoreUnavailable>
  /** The bundles that were loaded so far, once for each name that stack traces and profiles give their modules. */
  readonly loaded: () => ReadonlyArray<LoadedBundle>
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
  const onDamaged = oncePerKey(options.onDamaged ?? ((damage) => void fork(Effect.logWarning(damage.detail))))
  const view = new View(store, new Cache(options.cacheEntriesMax), onDamaged)
  const settle = (watermark: number) => view.settle(watermark)
  const writer = yield* makeWriter({
    store,
    headKey: keys.head,
    durability,
    settle,
    written: options.observer?.written
  })
  const clock = yield* Clock.Clock
  const fibers = yield* FiberSet.make<void>()
  const runInSet = yield* FiberSet.runtime(fibers)<never>()
  // It begins in a later turn: who forks is often in the middle of a commit.
  const fork = (effect: Effect.Effect<void>) => runInSet(Effect.andThen(Effect.yieldNow, effect))
  const warn = (task: string, rejected: TaskRejected) =>
    void fork(Effect.logWarning(`task ${task} cannot run here: ${rejected.detail}`))
  const onRejected = options.onRejected ?? warn
  const assembled = assemble({ store, view, keys, writer, clock, fork, options: { ...options, onRejected, onDamaged } })
  // Once only: afterwards the outbox holds lines that this process itself is about to show.
  const parts = { ...assembled, showInterrupted: yield* Effect.cached(assembled.handOver.showInterrupted) }
  yield* Effect.addFinalizer(() => Effect.sync(() => parts.scheduler.stop()))
  return namespaceOf(parts)
})

/** A record that cannot be read is met again and again. */
const oncePerKey = (tell: (damage: StoreUnavailable) => void): ((damage: StoreUnavailable) => void) => {
  const told = new Set<string>()
  return (damage) => {
    const key = damage.key ?? ""
    if (told.has(key) || told.size >= limits.damagesToldMax) return
    told.add(key)
    tell(damage)
  }
}

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
}, asUnavailable)

type Parts = ReturnType<typeof assemble> & { readonly showInterrupted: Effect.Effect<void, StoreUnavailable> }

/** The parts of a namespace, wired together. */
const assemble = (given: {
  readonly store: Store["Service"]
  readonly view: View
  readonly keys: Keys
  readonly writer: StoreWriter
  readonly clock: Clock.Clock
  readonly fork: (effect: Effect.Effect<void>) => ReturnType<typeof Effect.runFork<void, never>>
  readonly options: NamespaceOptions & Required<Pick<NamespaceOptions, "onRejected" | "onDamaged">>
}) => {
  const { store, view, keys, writer, clock, options } = given
  const text = (payload: string): string => payload
  // Code that is damaged counts as missing: to run or build the program again stores it again.
  const readText = (key: string) => unlessDamaged(() => view.read(key, text), options.onDamaged)
  const meter = { fuel: 0 }
  const { directory } = store
  const modules = new ExternModules({ view, keys, directory, import: options.externs ?? importExtern })
  const registry: BundleRegistry = new BundleRegistry({
    texts: { code: (hash) => readText(keys.bundle(hash)), map: (hash) => readText(keys.map(hash)) },
    directory: store.directory,
    intrinsics: (hash, manifest, pure) =>
      makeIntrinsics({ segment, meter, functions, registry: () => registry }, hash, manifest, pure),
    pure: (hash, manifest) => modules.pure(hash, manifest),
    has: (name) => functions.has(name)
  })
  const tasks = new TaskTable(
    view,
    keys,
    options.joinersPerCommit ?? limits.joinersPerCommit,
    options.observer?.traceOf
  )
  const places = new Places({ view, keys, tasks, registry, writer })
  const kv = new KeyValues(view, keys, places)
  const now = () => Math.floor(clock.currentTimeMillisUnsafe())
  const bus = makeBus({
    places,
    options: options.bus,
    onDamaged: options.onDamaged,
    now,
    handOver: () => handOver,
    rested: () => scheduler.checkQuiet()
  })
  const segment = new Segment({
    view,
    keys,
    tasks,
    kv,
    places,
    rejection: (task) => scheduler.rejection(task),
    records: (hash) => registry.records(hash),
    canBegin: (call) => scheduler.canBegin(call),
    shareFolder: (hash, other) => modules.shareFolder(hash, other),
    bus,
    evaluator: options.evaluator,
    passesCheckpoints: options.order === undefined && options.segmentsPerTurn !== 1,
    debug: options.onDebug ?? (() => {})
  })
  const functions = new Map([...options.library.pure, ...options.library.contextual(segment)])
  const notFound = (task: string) => control.notFound(task)
  const endings = new Endings({ tasks, writer, handOver: () => handOver, notFound, fork: given.fork })
  const { observer } = options
  const observation = observer && new Observation({ observer, keys, places, writer })
  const handOver: HandOver = new HandOver({
    view,
    keys,
    writer,
    tasks,
    output: options.output,
    // The fault of a child goes on in its parent, which tells of it unless it handles it.
    failed: (task) => task.isChild || options.onFailed?.(control.view(task)),
    ended: (ended) => {
      endings.announce(ended)
      retention.ended(ended)
    },
    logged: (lines) => endings.logged(lines),
    taps: bus.taps,
    observation,
    carryOut: (pending) => scheduler.carryOut(pending)
  })
  const { fork } = given
  const { onRejected } = options
  const driver = { segment, meter, registry, places, tasks, fuelPerSlice: options.fuelPerSlice ?? limits.fuelPerSlice }
  const { order, segmentsPerTurn = limits.segmentsPerTurn } = options
  const run = { order, segmentsPerTurn, fork, onRejected }
  const scheduler: Scheduler = new Scheduler({
    ...driver,
    ...run,
    view,
    keys,
    clock,
    handOver,
    modules,
    upkeep: bus.upkeep,
    observation
  })
  const keep = { ...defaultRetention, ...options.retention }
  const retention: Retention = new Retention({ places, handOver, clock, fork, options: keep })
  const control: Control = new Control({ places, handOver, now, rejection: (task) => scheduler.rejection(task) })
  return {
    store,
    view,
    keys,
    registry,
    modules,
    tasks,
    places,
    kv,
    endings,
    handOver,
    scheduler,
    retention,
    control,
    bus,
    now,
    writer
  }
}

const namespaceOf = (parts: Parts): Namespace => {
  const { view, keys, registry, handOver, scheduler, control } = parts
  const putFolder = ({ hash, manifest }: Bundle, folder: string | undefined): void => {
    if (folder !== undefined && manifest.externs.length > 0) parts.modules.putFolder(hash, folder)
  }
  const install = (bundle: Bundle, folder?: string) =>
    Effect.andThen(
      registry.check(bundle),
      Effect.andThen(
        handOver.change(() => {
          storeBundle(parts, bundle)
          putFolder(bundle, folder)
        }),
        Effect.andThen(
          handOver.durable,
          Effect.sync(() => scheduler.retry())
        )
      )
    )
  // Before the tasks stand in the new code.
  const putFolderFor = ({ apply, bundle, folder }: UpgradeOptions) =>
    apply ? handOver.change(() => putFolder(bundle, folder)) : Effect.void
  const recoverAll = Effect.map(
    Effect.suspend(() => recover(parts)),
    (records) => records.map((record) => control.view(record))
  ).pipe(asUnavailable)
  return {
    install,
    startProgram: (start) =>
      Effect.andThen(
        install(start.bundle, start.folder),
        Effect.map(startProgram(parts, start), (started) => {
          const task = control.view(started.task)
          if (started.kind === "elsewhere") return { ...started, task }
          // Read again, as they may have run while the program's start found room.
          const others = started.others.flatMap(({ id }) => unlessDamaged(() => parts.tasks.read(id)) ?? [])
          return { ...started, task, others: others.map((record) => control.view(record)) }
        }).pipe(asUnavailable)
      ),
    call: (call) => callFunction(parts, call),
    begin: (call, told) => (scheduler.isActive ? beginCall(parts, call, told) : undefined),
    ended: (task) => Effect.andThen(parts.endings.wait(task), control.inspect(task)),
    whenEnded: (task, told) => parts.endings.whenEnded(task, told),
    whenSeenEnded: (record, told) => parts.endings.whenSeenEnded(record, told),
    leaveEnded: (task, told) => parts.endings.leave(task, told),
    recover: recoverAll,
    sleeping: ({ limit }) =>
      Effect.flatMap(view.scanKeys(keys.timerRange(), limit), (page) =>
        handOver.read(() => {
          const records = page.map((key) => unlessDamaged(() => parts.tasks.read(keys.parseTimer(key).task)))
          return Effect.succeed(records.flatMap((record) => (record === undefined ? [] : [control.view(record)])))
        })
      ),
    idle: idle(parts),
    durable: handOver.durable,
    result: (task) => Effect.andThen(handOver.durable, control.inspect(task)),
    tasks: (options) => asUnavailable(control.tasks(options)),
    leftTasks: ({ among }) => asUnavailable(control.left(among)),
    countTasks: ({ upTo }) => control.count(upTo),
    findTask: (text) => asUnavailable(control.find(text)),
    inspect: control.inspect,
    taskKeys: control.keys,
    pause: (task) => control.pause(task),
    isHeld: control.isHeld,
    resume: (task, value) => Effect.tap(control.resume(task, value), () => recoverAll),
    cancel: (task) => control.cancel(task),
    logs: (task, { limit }) => asUnavailable(control.logs(task, limit)),
    readLog: (task, options, take) => asUnavailable(readLog(parts, task, options, take)),
    kv: kvFromOutside(parts),
    bus: busFromOutside({
      ...parts.bus,
      isActive: () => scheduler.isActive,
      change: (change) => handOver.changeDurably(change),
      failure: handOver.failure
    }),
    upgrade: (options) => {
      const upgraded = Effect.map(
        asUnavailable(Effect.andThen(putFolderFor(options), upgrade(parts, options))),
        (found) =>
          found.kind === "compared"
            ? found
            : { kind: found.kind, origin: found.origin, task: control.view(found.record) }
      )
      return options.apply ? whileResting(parts, upgraded) : upgraded
    },
    clean: whileResting(
      parts,
      asUnavailable(
        Effect.flatMap(parts.retention.removeDue, (removed) =>
          Effect.map(collectBundles(parts), (bundles) => ({ ...removed, bundles }))
        )
      )
    ),
    measure: handOver.read(() =>
      Effect.succeed({
        segments: scheduler.segmentCount,
        liveTasks: scheduler.liveCount,
        commitsWaiting: parts.writer.nextCommit - 1 - parts.writer.gate.watermark,
        eventsQueued: parts.bus.table.queued
      })
    ),
    loaded: () => registry.loaded,
    stop: Effect.andThen(
      Effect.sync(() => scheduler.stop()),
      handOver.settled
    )
  }
}

/** For what must not be done while tasks have their frames and values in memory. */
const whileResting = <A, E>(
  { scheduler }: Pick<Parts, "scheduler">,
  effect: Effect.Effect<A, E>
): Effect.Effect<A, E | UpgradeRefused> =>
  Effect.suspend(
    (): Effect.Effect<A, E | UpgradeRefused> =>
      scheduler.isActive ? Effect.fail(new UpgradeRefused({ reason: "running" })) : effect
  )

/** Settling the output can take a while, and meanwhile something may have made a task runnable. */
const idle = (parts: Pick<Parts, "scheduler" | "handOver" | "retention">): Effect.Effect<void, StoreUnavailable> =>
  Effect.suspend(() =>
    Effect.andThen(
      Effect.raceFirst(Effect.andThen(parts.scheduler.quiet, parts.retention.firstTurn), parts.handOver.failure),
      Effect.andThen(
        parts.handOver.settled,
        Effect.suspend(() => (parts.scheduler.isQuiet && parts.handOver.isSettled ? Effect.void : idle(parts)))
      )
    )
  )
