import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import type { ExternModules } from "../bundle/extern-modules.ts"
import type { Upkeep } from "../bus/upkeep.ts"
import { limits } from "../limits.ts"
import type { Keys } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import { ErrorValue, type Value } from "../value/value.ts"
import { Beginning } from "./beginning.ts"
import { Beginnings, type Runner } from "./beginnings.ts"
import { isDamagedTask, type TaskRejected } from "./damage.ts"
import { type DriverParts, type LiveTask, runSegment } from "./driver.ts"
import { Externs } from "./extern.ts"
import type { HandOver } from "./hand-over.ts"
import { HeapWatch } from "./heap-watch.ts"
import type { Observation } from "./observation.ts"
import { type Order, RunQueue } from "./run-queue.ts"
import { runScan } from "./scan.ts"
import type { NewTask } from "./start-task.ts"
import {
  dueOf,
  externDueOf,
  isAnnouncing,
  isOverdue,
  isRunnable,
  isSpared,
  type TaskEvent,
  type TaskRecord
} from "./task.ts"
import { numberOf } from "./task-id.ts"
import type { PendingAction } from "./task-table.ts"
import { Timers } from "./timers.ts"

export interface SchedulerParts extends DriverParts {
  readonly view: View
  readonly keys: Keys
  readonly clock: Clock.Clock
  readonly handOver: HandOver
  readonly modules: ExternModules
  readonly observation: Observation | undefined
  /** What is to be done behind the commits of tasks: it may make some of them run. */
  readonly upkeep: Pick<Upkeep, "run" | "isResting">
  /** Which runnable task runs its next segment; the one that waits longest when left out. */
  readonly order: Order | undefined
  /** Segments that run before the event loop gets its turn, at least 1; fewer when they take long. */
  readonly segmentsPerTurn: number
  /** Gives an effect a fiber of the namespace's scope. */
  readonly fork: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
  /** Called when a task stands in a bundle that cannot run, or cannot be read. It stays as it is. */
  readonly onRejected: (task: string, rejected: TaskRejected) => void
}

/** What becomes of a task after a segment. `engine`: what it waits for is done here, by a fiber. */
type Next = "again" | "engine" | "short sleep" | "park"

const runnablePerPage = 1000
/** Of those so many may wait for their first turn when the next ones are read. */
const admittedAhead = 250

/**
 * The loop of one namespace: takes the next runnable task, runs one segment of it, puts it at the end of the queue; segments
 * are synchronous, so they never overlap. One fiber does that for all tasks, and lets the event loop have its turn every
 * `limits.turnMs`. Fibers of their own have only tasks whose wait the engine itself ends, a scan or the loading of code. A task
 * that waits for longer than a moment is parked: only its keys remain. Runnable ones beyond `limits.liveTasksMax` stay in
 * their index until there is room.
 */
export class Scheduler {
  readonly #parts: SchedulerParts
  readonly #live = new Map<string, LiveTask>()
  readonly #queue: RunQueue<LiveTask>
  readonly #beginnings: Beginnings
  /** Runs before all that are in the queue. */
  #goesOn: LiveTask | undefined
  /** Of the tasks that were admitted, how many have not had their first turn. */
  #newCount = 0
  readonly #newTaken = Latch.makeUnsafe(true)
  /** Open while somebody may be in the queue. */
  readonly #work = Latch.makeUnsafe(false)
  readonly #rejected = new Map<string, TaskRejected>()
  /** Who waits for a bundle that is being loaded, by its hash. */
  readonly #loading = new Map<string, Array<LiveTask>>()
  /** Of tasks that are not live the commits that they wait for to be durable. Each entry goes when that is so. */
  readonly #flushes = new Map<string, number>()
  readonly #timers: Timers
  readonly #externs: Externs
  readonly #heap: HeapWatch
  readonly #admit = Latch.makeUnsafe(false)
  readonly #room = Latch.makeUnsafe(true)
  readonly #quietWaiters = new Set<() => void>()
  #isActive = false
  #isStopped = false
  /** The index may hold runnable tasks that are not live. */
  #hasBacklog = false

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    this.#queue = new RunQueue(parts.order)
    const { view, keys, clock, fork, handOver, modules, places } = parts
    this.#externs = new Externs({
      ...{ view, keys, clock, fork, handOver, modules, places, observation: parts.observation },
      guard: (effect) => this.#guard(effect),
      goOnWith: (task, change) => this.#goOnWith(task, change),
      reject: (task, rejected) => this.#reject(task, rejected),
      isRejected: (task) => this.#rejected.has(task),
      standStill: (task, thrown) => this.#standStill(task, thrown),
      changed: () => {
        this.#recheckTimers()
        this.checkQuiet()
      }
    })
    this.#beginnings = new Beginnings({ ...parts, runner: this.#runner })
    this.#heap = new HeapWatch({ tasks: () => this.#live.values(), forget: () => this.#forgetRead() })
    this.#timers = new Timers({
      view,
      keys,
      clock,
      ready: Effect.suspend(() => parts.handOver.vacancy),
      fire: (task, due) => this.#wake(task, due),
      changed: () => this.checkQuiet()
    })
  }

  #forgetRead(): void {
    for (const live of this.#live.values()) live.keyMarks = undefined
    this.#parts.view.forget()
  }

  readonly #runner: Runner = {
    hasRoomFor: (task) => this.#live.size < limits.liveTasksMax && !this.#live.has(task) && !this.#rejected.has(task),
    makeLive: (task) => this.#makeLive(task),
    list: (live) => void this.#live.set(live.id, live),
    canRun: (live, record) => this.#missingCode(live, record) === undefined,
    run: (live, record, now) => this.#runNow(live, record, now),
    handedOver: (live, after, now) => this.#goOn(live, after === undefined ? "again" : this.#nextOf(live, after, now)),
    forget: (live) => this.#forget(live),
    wake: () => this.#work.openUnsafe(),
    changed: () => this.checkQuiet()
  }

  /** Lets a task go on with what `change` writes, as one commit with its next segment. */
  #goOnWith(task: string, change: () => void): Effect.Effect<void, StoreUnavailable> {
    // Where it is refused as all is stopped, it comes again in the task's next life.
    return Effect.catch(this.#beginnings.goOnWith(task, change), (error) =>
      this.#isStopped ? Effect.void : Effect.fail(error)
    )
  }

  /** Makes all runnable tasks run, and arms the timers. Does nothing the second time. */
  activate(): void {
    if (this.#isActive || this.#isStopped) return
    this.#isActive = true
    const refusing = Effect.sync(() => this.#beginnings.refuse())
    this.#parts.segment.limits.openedAt = this.#parts.clock.currentTimeMillisUnsafe()
    this.#hasBacklog = true
    this.#admit.openUnsafe()
    this.#parts.fork(Effect.ensuring(this.#guard(this.#run()), refusing))
    this.#parts.fork(this.#guard(this.#admission))
    this.#parts.fork(this.#guard(this.#timers.run))
    this.#parts.fork(this.#guard(this.#parts.upkeep.run))
    this.#externs.activate()
  }

  /** Whether an extern call would be made at once. */
  canBegin(call: Parameters<Externs["canBegin"]>[0]): boolean {
    return this.#isActive && this.#externs.canBegin(call)
  }

  /** Why the task cannot go on although it is runnable. */
  rejection(task: string): TaskRejected | undefined {
    return this.#rejected.get(task)
  }

  /** Tries tasks again whose bundle could not run: it may have been installed since. */
  retry(): void {
    const rejected = [...this.#rejected.keys()]
    this.#rejected.clear()
    for (const task of rejected) {
      this.#start(task)
      // The timer of one that waits for a time may have been read already.
      const record = this.#isolated(task, () => this.#parts.tasks.read(task))
      const due = record && dueOf(record)
      if (due !== undefined) this.#timers.arm(due)
      if (record && externDueOf(record) !== undefined) this.#externs.add(task, false)
    }
  }

  /** Carries out what a commit has asked for, once that is handed over. */
  carryOut(pending: ReadonlyArray<PendingAction>): void {
    for (const { task, action, begun } of pending) {
      if (action.type === "call") {
        // Before that it is found in the index.
        if (this.#isActive) this.#externs.add(task, action.isBegun)
      } else if (action.type === "arm") this.#timers.arm(action.due)
      else {
        this.#externs.recheck(task)
        if (action.type === "run") this.#start(task, undefined, false, begun)
        else this.#drop(task)
      }
    }
    this.#recheckTimers()
  }

  /** Done when nothing can run any more: no runnable task and no timer. */
  readonly quiet: Effect.Effect<void> = Effect.callback<void>((resume) => {
    if (this.#isQuiet) return resume(Effect.void)
    const waiter = () => resume(Effect.void)
    this.#quietWaiters.add(waiter)
    this.#recheckTimers()
    return Effect.sync(() => {
      this.#quietWaiters.delete(waiter)
    })
  })

  /** Tasks run here, or may at any moment. */
  get isActive(): boolean {
    return this.#isActive
  }

  /** Segments that have run. */
  get segmentCount(): number {
    return this.#segmentCount
  }

  get liveCount(): number {
    return this.#live.size
  }

  get isQuiet(): boolean {
    return this.#isQuiet
  }

  /** No new segment starts from here on. */
  stop(): void {
    this.#isStopped = true
    this.#beginnings.stop()
    this.#externs.stop()
    for (const task of [...this.#live.keys()]) this.#drop(task)
  }

  get #isQuiet(): boolean {
    if (!this.#isActive || this.#isStopped) return true
    return (
      this.#live.size === 0 &&
      this.#beginnings.size === 0 &&
      !this.#hasBacklog &&
      this.#externs.isIdle &&
      !this.#timers.hasTimers &&
      this.#parts.upkeep.isResting
    )
  }

  /** The timer that is known to be first may have been deleted since: who waits for quiet must not wait for it. */
  #recheckTimers(): void {
    if (this.#quietWaiters.size > 0 && this.#live.size === 0 && !this.#hasBacklog && this.#externs.isIdle)
      this.#timers.recheck()
  }

  /** Tells those who wait for quiet, if it is. */
  checkQuiet(): void {
    if (this.#quietWaiters.size === 0 || !this.#isQuiet) return
    const waiters = [...this.#quietWaiters]
    this.#quietWaiters.clear()
    for (const waiter of waiters) waiter()
  }

  /** Begins the task in its turn: its start and its first segment are one commit. */
  begin(beginning: Beginning): void {
    this.#beginnings.add(beginning)
  }

  /** Puts the task into the queue, unless it is live; without room it stays in the index, from which it is admitted later. */
  #start(task: string, woken?: () => Value, isAdmitted = false, begun?: NewTask): void {
    if (!this.#isActive || this.#isStopped || this.#live.has(task) || this.#rejected.has(task)) return
    if (this.#live.size >= limits.liveTasksMax) {
      this.#hasBacklog = true
      this.#admit.openUnsafe()
      return
    }
    const marks = begun?.marks ?? this.#parts.tasks.marks(task)
    const record = this.#isolated(task, () => this.#parts.tasks.readAt(marks.record))
    if (record === undefined || (!isRunnable(record) && woken === undefined)) return
    const stack = begun?.stack ?? this.#parts.places.stack(record)
    const live = this.#makeLive({ record, marks, stack }, woken, isAdmitted)
    this.#live.set(task, live)
    this.#parts.observation?.live(record, this.#parts.handOver.lastCommit)
    this.#enqueue(live)
  }

  #makeLive({ marks, record, stack }: NewTask, woken?: () => Value, isAdmitted = false): LiveTask {
    const { id } = record
    const live: LiveTask = {
      id,
      marks,
      stack,
      isLive: true,
      isNew: isAdmitted,
      segmentsInRow: isAdmitted ? limits.segmentsInRow : 0,
      woken,
      resume: undefined,
      needs: undefined,
      fuel: undefined,
      flush: this.#flushes.get(id) ?? 0,
      enqueue: undefined,
      unsaved: 0,
      beganAgain: false,
      unwritten: undefined,
      savesEach: false,
      keyMarks: undefined,
      traceOf: undefined,
      fault: undefined
    }
    if (isAdmitted) this.#newCount++
    return live
  }

  #enqueue(live: LiveTask): void {
    if (!this.#parts.handOver.isDurable(live.flush)) return this.#enqueueWhenDurable(live)
    this.#queue.push(live)
    this.#work.openUnsafe()
  }

  #enqueueWhenDurable(live: LiveTask): void {
    live.enqueue ??= this.#enqueuer(live)
    this.#parts.handOver.afterDurable(live.flush, live.enqueue)
  }

  #enqueuer(live: LiveTask): () => void {
    return () => this.#enqueue(live)
  }

  /** The timer of a waiting task is due: the transition becomes part of its next commit, or is one by itself when there
   * is no room for the task to run. */
  #wake(task: string, due: number): void {
    if (!this.#rejected.has(task)) this.#isolated(task, () => this.#wakeIfDue(task, due))
  }

  #wakeIfDue(task: string, due: number): void {
    const record = this.#parts.tasks.read(task)
    if (record === undefined || dueOf(record) !== due) return
    const kind = record.wait?.kind
    const value = kind === "join" || kind === "event" ? new ErrorValue("timeout") : null
    const live = this.#live.get(task)
    if (live?.resume === undefined && isOverdue(record, due)) {
      const now = this.#parts.clock.currentTimeMillisUnsafe()
      const { openedAt } = this.#parts.segment.limits
      const event: TaskEvent = isSpared(record, openedAt) ? { type: "spared", openedAt } : { type: "overdue" }
      this.#parts.handOver.transact(() => this.#parts.tasks.apply(task, event, now))
    } else if (record.wait?.kind === "extern") {
      const now = this.#parts.clock.currentTimeMillisUnsafe()
      this.#parts.handOver.transact(() => this.#parts.tasks.apply(task, { type: "attempt due" }, now))
    } else if (live !== undefined) {
      live.woken = () => value
      live.resume?.()
    } else if (this.#live.size < limits.liveTasksMax) {
      this.#start(task, () => value)
    } else {
      const now = this.#parts.clock.currentTimeMillisUnsafe()
      this.#parts.handOver.transact(() => this.#parts.tasks.apply(task, { type: "woke", value }, now))
    }
  }

  #drop(task: string): void {
    const live = this.#live.get(task)
    if (live === undefined) return
    this.#forget(live)
    live.resume?.()
  }

  #forget(live: LiveTask): void {
    if (!live.isLive) return
    live.isLive = false
    this.#live.delete(live.id)
    if (!this.#parts.handOver.isDurable(live.flush)) this.#rememberFlush(live)
    if (this.#live.size <= limits.liveTasksMax / 2) this.#room.openUnsafe()
    this.#recheckTimers()
    this.checkQuiet()
  }

  /** Whatever lets it go on before that, it still waits. */
  #rememberFlush({ flush, id }: LiveTask): void {
    this.#flushes.set(id, flush)
    this.#parts.handOver.afterDurable(flush, () => {
      if (this.#flushes.get(id) === flush) this.#flushes.delete(id)
    })
  }

  /** A fiber's failure is the namespace's; nothing is lost silently. */
  #guard(effect: Effect.Effect<void, StoreUnavailable>): Effect.Effect<void> {
    return Effect.catchCause(effect, (cause) => this.#parts.handOver.fail(cause))
  }

  readonly #run = Effect.fnUntraced({ self: this }, function* (this: Scheduler) {
    for (;;) {
      if (!this.#hasWork) {
        yield* this.#work.await
        // Who enqueues is often in the middle of a commit.
        yield* Effect.yieldNow
      }
      while (!this.#parts.handOver.hasSegmentVacancy) yield* this.#untilRoom
      this.#turn()
      if (!this.#hasWork) this.#work.closeUnsafe()
      else yield* Effect.yieldNow
    }
  })

  /** In one row with all who wait for room, so that a busy namespace still hears its operators; while output cannot be shown what
   * begins is written all the same. */
  readonly #untilRoom: Effect.Effect<void, StoreUnavailable> = Effect.suspend(() => {
    const { handOver } = this.#parts
    if (!handOver.hasVacancy) return handOver.vacancy
    if (this.#beginnings.size === 0) return Effect.raceFirst(handOver.segmentVacancy, this.#beginnings.come)
    return Effect.sync(() => this.#beginnings.writeStuck())
  })

  /** Runs segments until nobody is runnable, the writer has no room, or it is time for the event loop. */
  #turn(): void {
    const { clock, handOver, segmentsPerTurn } = this.#parts
    const startedAt = clock.currentTimeMillisUnsafe()
    let now = startedAt
    for (let count = 0; count < segmentsPerTurn && handOver.hasSegmentVacancy; count++) {
      const next = this.#takeNext()
      if (next === undefined) return
      if (next instanceof Beginning) this.#beginnings.run(next, now)
      else if (next.isLive) this.#advanceIsolated(next, now)
      now = clock.currentTimeMillisUnsafe()
      if (Math.abs(now - startedAt) >= limits.turnMs) break
    }
    // Its time is over, however many segments it has left.
    const goesOn = this.#goesOn
    this.#goesOn = undefined
    if (goesOn !== undefined) this.#enqueue(goesOn)
  }

  get #hasWork(): boolean {
    return this.#queue.size > 0 || this.#beginnings.size > 0
  }

  #takeNext(): LiveTask | Beginning | undefined {
    const goesOn = this.#goesOn
    if (goesOn !== undefined) {
      this.#goesOn = undefined
      return goesOn
    }
    const beginning = this.#beginnings.take(this.#queue.size > 0)
    if (beginning !== undefined) return beginning
    const live = this.#queue.take()
    if (live?.isNew === true) this.#tookNew(live)
    return live
  }

  #tookNew(live: LiveTask): void {
    live.isNew = false
    if (--this.#newCount < admittedAhead) this.#newTaken.openUnsafe()
  }

  /** Behind the others; in its first turn here, for which it was read from the store, at once. */
  #again(live: LiveTask): void {
    const isFree = this.#parts.order === undefined && this.#parts.handOver.isDurable(live.flush)
    if (live.segmentsInRow === 0 || !isFree) return this.#enqueue(live)
    live.segmentsInRow--
    this.#goesOn = live
  }

  #advanceIsolated(live: LiveTask, now: number): void {
    try {
      this.#advance(live, now)
    } catch (thrown) {
      this.#standStill(live.id, thrown)
    }
  }

  #advance(live: LiveTask, now: number): void {
    const record = this.#parts.tasks.readAt(live.marks.record)
    if (record === undefined) return this.#forget(live)
    if (this.#awaitsScan(live, record)) return void this.#parts.fork(this.#guard(this.#isolatedScan(live)))
    const missing = this.#missingCode(live, record)
    if (missing !== undefined) return this.#load(missing, live)
    if (record.wait?.kind === "load") live.woken = () => record.value
    live.needs = undefined
    this.#goOn(live, this.#segment(live, record, now))
  }

  #goOn(live: LiveTask, next: Next): void {
    this.#heap.afterSegment(this.#parts.segment.share > 1)
    if (next === "again" && live.segmentsInRow === 0 && this.#isAwaited(live)) this.#giveUpPlace(live)
    else if (next === "again") this.#again(live)
    else if (next === "engine") this.#enqueue(live)
    else if (next === "short sleep") this.#sleepShortly(live)
    else this.#forget(live)
  }

  /** Others wait for its place among the live ones, and nothing of it would be lost. */
  #isAwaited({ needs, unsaved }: LiveTask): boolean {
    return !this.#room.isOpen() && needs === undefined && unsaved === 0
  }

  /** It goes on from the index: also tasks that never end let all others run. */
  #giveUpPlace(live: LiveTask): void {
    this.#hasBacklog = true
    this.#admit.openUnsafe()
    this.#forget(live)
  }

  #awaitsScan(live: LiveTask, { state, wait }: TaskRecord): boolean {
    return wait?.kind === "scan" && state === "waiting" && live.woken === undefined
  }

  /** A bundle that its next segment needs and that is not linked yet. */
  #missingCode(live: LiveTask, record: TaskRecord): string | undefined {
    const { wait } = record
    if (isAnnouncing(record)) return undefined
    const { registry } = this.#parts
    const hash = wait?.kind === "load" ? wait.bundle : live.stack.at(live.stack.depth - 1).bundle
    if (registry.linked(hash) === undefined) return hash
    return live.needs !== undefined && registry.linked(live.needs) === undefined ? live.needs : undefined
  }

  /** Does the scan that the task waits for. */
  readonly #scan = Effect.fnUntraced({ self: this }, function* (this: Scheduler, live: LiveTask) {
    const record = this.#parts.tasks.read(live.id)
    if (record === undefined) return this.#forget(live)
    const { wait } = record
    if (wait?.kind === "scan" && record.state === "waiting") live.woken = yield* runScan(this.#parts, wait.scan)
    this.#enqueue(live)
  })

  #isolatedScan(live: LiveTask): Effect.Effect<void, StoreUnavailable> {
    return Effect.catchDefect(this.#scan(live), (thrown) =>
      Effect.sync(() =>
        this.#isolated(live.id, () => {
          throw thrown
        })
      )
    )
  }

  /** A record of a task that cannot be read keeps the task that needs it from going on, and changes nothing of it. */
  #isolated<A>(task: string, run: () => A): A | undefined {
    try {
      return run()
    } catch (thrown) {
      this.#standStill(task, thrown)
      return undefined
    }
  }

  #standStill(task: string, thrown: unknown): void {
    if (!isDamagedTask(this.#parts.keys, thrown)) throw thrown
    this.#drop(task)
    this.#reject(task, thrown)
  }

  #reject(task: string, rejected: TaskRejected): void {
    this.#rejected.set(task, rejected)
    this.#parts.onRejected(task, rejected)
  }

  /** Loads the bundle, once for all who need it: after a crash that may be thousands. They go on in their order. */
  #load(hash: string, live: LiveTask): void {
    const known = this.#loading.get(hash)
    if (known !== undefined) return void known.push(live)
    const waiting = [live]
    this.#loading.set(hash, waiting)
    const loaded = Effect.match(this.#parts.registry.load(hash), {
      onSuccess: () => {
        this.#loading.delete(hash)
        for (const each of waiting) this.#enqueue(each)
      },
      onFailure: (rejected) => {
        this.#loading.delete(hash)
        for (const each of waiting) {
          this.#reject(each.id, rejected)
          this.#forget(each)
        }
      }
    })
    this.#parts.fork(this.#guard(loaded))
  }

  /** One segment and the hand-over of its commit. */
  #segment(live: LiveTask, record: TaskRecord, now: number): Next {
    this.#running = live
    this.#runningAs = record
    this.#runningSince = now
    const after = this.#parts.handOver.transact(this.#runSegment, this.#linesOfSegment)
    return this.#nextOf(live, after, now)
  }

  /** What becomes of it once its segment is handed over. */
  #nextOf(live: LiveTask, after: TaskRecord | undefined, now: number): Next {
    if (after === undefined) return live.needs === undefined ? "park" : "again"
    if (this.#parts.segment.isFlushing) live.flush = this.#parts.handOver.lastCommit
    return nextOf(after, now)
  }

  #runNow(live: LiveTask, record: TaskRecord, now: number): TaskRecord | undefined {
    live.savesEach = !this.#room.isOpen()
    this.#segmentCount++
    return runSegment(this.#parts, live, record, now)
  }

  // Made once, not for each segment.
  #running: LiveTask | undefined
  #runningAs: TaskRecord | undefined
  #runningSince = 0
  #segmentCount = 0
  readonly #runSegment = () => this.#runNow(this.#running!, this.#runningAs!, this.#runningSince)
  readonly #linesOfSegment = () => this.#parts.segment.lines

  #sleepShortly(live: LiveTask): void {
    if (live.woken !== undefined || !live.isLive) return this.#enqueue(live)
    live.resume = () => {
      live.resume = undefined
      this.#enqueue(live)
    }
  }

  /** Puts those into the queue who wait in the index, whenever there are such. */
  readonly #admission: Effect.Effect<never, StoreUnavailable> = Effect.forever(
    Effect.suspend(() => this.#admitAll()),
    { disableYield: true }
  )

  readonly #admitAll = Effect.fnUntraced({ self: this }, function* (this: Scheduler) {
    yield* this.#admit.await
    this.#admit.closeUnsafe()
    const { view, keys } = this.#parts
    let range = keys.runnableRange
    let page: ReadonlyArray<string>
    do {
      page = yield* view.scanKeys(range, runnablePerPage)
      for (const task of byNumber(page.map((key) => keys.parseRunnable(key)))) {
        while (this.#live.size >= limits.liveTasksMax) {
          this.#room.closeUnsafe()
          yield* this.#room.await
        }
        this.#start(task, undefined, true)
      }
      // More would only fill the memory, and push out what is known of these before they have their turn.
      while (this.#newCount >= admittedAhead) {
        this.#newTaken.closeUnsafe()
        yield* this.#newTaken.await
      }
      range = { from: `${page.at(-1) ?? range.from}\0`, to: range.to }
    } while (page.length === runnablePerPage)
    if (this.#admit.isOpen()) return
    this.#hasBacklog = false
    this.checkQuiet()
  })
}

/** As handlers begin in the order of their events, and `on-a-1-10` stands before `on-a-1-9` in the index. Each number is found once:
 * a sort asks for it some twenty times. */
const byNumber = (tasks: ReadonlyArray<string>): ReadonlyArray<string> =>
  tasks
    .map((task) => ({ task, number: numberOf(task) }))
    .sort((a, b) => a.number - b.number)
    .map(({ task }) => task)

const nextOf = (record: TaskRecord, now: number): Next => {
  if (record.state === "running") return "again"
  if (record.state !== "waiting") return isAnnouncing(record) ? "again" : "park"
  if (isRunnable(record)) return "engine"
  const isShort = record.wait?.kind === "sleep" && record.wait.until - now < limits.parkGraceMs
  return isShort ? "short sleep" : "park"
}
