import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import type { BundleRejected } from "../bundle/errors.ts"
import { limits } from "../limits.ts"
import type { Keys } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import { ErrorValue, type Value } from "../value/value.ts"
import { type DriverParts, type LiveTask, runSegment } from "./driver.ts"
import type { HandOver } from "./hand-over.ts"
import { runScan } from "./scan.ts"
import { dueOf, isRunnable, type TaskRecord } from "./task.ts"
import type { PendingAction } from "./task-table.ts"
import { Timers } from "./timers.ts"

export interface SchedulerParts extends DriverParts {
  readonly view: View
  readonly keys: Keys
  readonly clock: Clock.Clock
  readonly handOver: HandOver
  /** Gives an effect a fiber of the namespace's scope. */
  readonly fork: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
  /** Called when a task stands in a bundle that cannot run. It stays as it is. */
  readonly onRejected: (task: string, rejected: BundleRejected) => void
}

/** What a fiber does after a segment. `engine`: what its task waits for is done by the fiber itself. */
type Next = "again" | "engine" | "short sleep" | "park"

const runnablePerPage = 256

/**
 * The loop of one namespace. Each live task is a fiber that runs segment after segment; segments are synchronous, so they
 * never overlap. A task that waits for longer than a moment is parked: its fiber ends and only its keys remain. Those
 * beyond `limits.liveTasksMax` stay in the index of runnable tasks until there is room.
 */
export class Scheduler {
  readonly #parts: SchedulerParts
  readonly #live = new Map<string, LiveTask>()
  readonly #rejected = new Map<string, BundleRejected>()
  readonly #timers: Timers
  readonly #admit = Latch.makeUnsafe(false)
  readonly #room = Latch.makeUnsafe(true)
  readonly #quietWaiters = new Set<() => void>()
  #isActive = false
  #isStopped = false
  /** The index may hold runnable tasks that have no fiber. */
  #hasBacklog = false

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    const { view, keys, clock } = parts
    this.#timers = new Timers({
      view,
      keys,
      clock,
      ready: Effect.suspend(() => parts.handOver.vacancy),
      fire: (task, due) => this.#wake(task, due),
      changed: () => this.#checkQuiet()
    })
  }

  /** Makes all runnable tasks run, and arms the timers. Does nothing the second time. */
  activate(): void {
    if (this.#isActive || this.#isStopped) return
    this.#isActive = true
    this.#hasBacklog = true
    this.#admit.openUnsafe()
    this.#parts.fork(this.#guard(this.#admission))
    this.#parts.fork(this.#guard(this.#timers.run))
  }

  /** Why the task cannot go on although it is runnable. */
  rejection(task: string): BundleRejected | undefined {
    return this.#rejected.get(task)
  }

  /** Tries tasks again whose bundle could not run: it may have been installed since. */
  retry(): void {
    const rejected = [...this.#rejected.keys()]
    this.#rejected.clear()
    for (const task of rejected) this.#start(task)
  }

  /** Carries out what a commit has asked for, once that is handed over. */
  carryOut(pending: ReadonlyArray<PendingAction>): void {
    for (const { task, action } of pending) {
      if (action.type === "run") this.#start(task)
      else if (action.type === "arm") this.#timers.arm(action.due)
      else this.#drop(task)
    }
  }

  /** Done when nothing can run any more: no runnable task and no timer. */
  readonly quiet: Effect.Effect<void> = Effect.callback<void>((resume) => {
    if (this.#isQuiet) return resume(Effect.void)
    const waiter = () => resume(Effect.void)
    this.#quietWaiters.add(waiter)
    return Effect.sync(() => {
      this.#quietWaiters.delete(waiter)
    })
  })

  get isQuiet(): boolean {
    return this.#isQuiet
  }

  /** No new segment starts from here on. */
  stop(): void {
    this.#isStopped = true
    for (const task of [...this.#live.keys()]) this.#drop(task)
  }

  get #isQuiet(): boolean {
    if (!this.#isActive || this.#isStopped) return true
    return this.#live.size === 0 && !this.#hasBacklog && !this.#timers.hasTimers
  }

  #checkQuiet(): void {
    if (this.#quietWaiters.size === 0 || !this.#isQuiet) return
    const waiters = [...this.#quietWaiters]
    this.#quietWaiters.clear()
    for (const waiter of waiters) waiter()
  }

  /** Gives the task a fiber, unless it has one; without room it stays in the index, from which it is admitted later. */
  #start(task: string, woken?: () => Value): void {
    if (!this.#isActive || this.#isStopped || this.#live.has(task) || this.#rejected.has(task)) return
    if (this.#live.size >= limits.liveTasksMax) {
      this.#hasBacklog = true
      this.#admit.openUnsafe()
      return
    }
    const record = this.#parts.tasks.read(task)
    if (record === undefined || (!isRunnable(record) && woken === undefined)) return
    const live: LiveTask = { id: task, stack: this.#parts.places.stack(record), woken, resume: undefined }
    this.#live.set(task, live)
    this.#parts.fork(this.#guard(this.#drive(live)))
  }

  /** The timer of a waiting task is due: the transition becomes part of its next commit, or is one by itself when there
   * is no room for the task to run. */
  #wake(task: string, due: number): void {
    const record = this.#parts.tasks.read(task)
    if (record === undefined || dueOf(record) !== due) return
    const value = record.wait?.kind === "join" ? new ErrorValue("timeout") : null
    const live = this.#live.get(task)
    if (live !== undefined) {
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
    if (!this.#isCurrent(live)) return
    this.#live.delete(live.id)
    if (this.#live.size <= limits.liveTasksMax / 2) this.#room.openUnsafe()
    this.#checkQuiet()
  }

  #isCurrent(live: LiveTask): boolean {
    return this.#live.get(live.id) === live
  }

  /** A fiber's failure is the namespace's; nothing is lost silently. */
  #guard(effect: Effect.Effect<void, StoreUnavailable>): Effect.Effect<void> {
    return Effect.catchCause(effect, (cause) => this.#parts.handOver.fail(cause))
  }

  readonly #drive = Effect.fnUntraced({ self: this }, function* (this: Scheduler, live: LiveTask) {
    while (this.#isCurrent(live)) {
      const isReady = yield* this.#prepare(live)
      if (!isReady) return this.#forget(live)
      if (!this.#isCurrent(live)) return
      const next = this.#segment(live)
      if (next === "again") yield* Effect.yieldNow
      else if (next === "short sleep") yield* this.#sleepShortly(live)
      else if (next === "park") return this.#forget(live)
    }
  })

  /** Does what the segment needs before it can start: the scan that the task waits for, its code, room for its commit.
   * False: its code cannot run. */
  readonly #prepare = Effect.fnUntraced({ self: this }, function* (this: Scheduler, live: LiveTask) {
    const record = this.#parts.tasks.read(live.id)
    if (record === undefined) return false
    const { wait } = record
    if (wait?.kind === "scan" && record.state === "waiting") {
      live.woken = yield* runScan(this.#parts, wait.scan)
    }
    const hash = wait?.kind === "load" ? wait.bundle : live.stack.at(live.stack.depth - 1).bundle
    if (this.#parts.registry.linked(hash) === undefined && !(yield* this.#load(live, hash))) return false
    if (live.needs !== undefined && !(yield* this.#load(live, live.needs))) return false
    live.needs = undefined
    if (wait?.kind === "load") live.woken = () => record.value
    yield* this.#parts.handOver.vacancy
    return true
  })

  #load(live: LiveTask, hash: string): Effect.Effect<boolean> {
    return Effect.matchEffect(this.#parts.registry.load(hash), {
      onSuccess: () => Effect.succeed(true),
      onFailure: (rejected) =>
        Effect.sync(() => {
          this.#rejected.set(live.id, rejected)
          this.#parts.onRejected(live.id, rejected)
          return false
        })
    })
  }

  /** One segment and the hand-over of its commit. */
  #segment(live: LiveTask): Next {
    const now = this.#parts.clock.currentTimeMillisUnsafe()
    const after = this.#parts.handOver.transact(
      () => runSegment(this.#parts, live, now),
      () => this.#parts.segment.lines
    )
    if (after === undefined) return live.needs === undefined ? "park" : "again"
    return nextOf(after, now)
  }

  #sleepShortly(live: LiveTask): Effect.Effect<void> {
    return Effect.callback((resume) => {
      if (live.woken !== undefined || !this.#isCurrent(live)) return resume(Effect.void)
      live.resume = () => {
        live.resume = undefined
        resume(Effect.void)
      }
    })
  }

  /** Gives fibers to those who wait in the index, whenever there are such. */
  readonly #admission: Effect.Effect<never, StoreUnavailable> = Effect.forever(
    Effect.suspend(() => this.#admitAll()),
    { disableYield: true }
  )

  readonly #admitAll = Effect.fnUntraced({ self: this }, function* (this: Scheduler) {
    yield* this.#admit.await
    this.#admit.closeUnsafe()
    const { view, keys } = this.#parts
    let range = keys.runnableRange
    let page: ReadonlyArray<readonly [string, unknown]>
    do {
      page = yield* view.scan(range, runnablePerPage)
      for (const [key] of page) {
        while (this.#live.size >= limits.liveTasksMax) {
          this.#room.closeUnsafe()
          yield* this.#room.await
        }
        this.#start(keys.parseRunnable(key))
      }
      range = { from: `${page.at(-1)?.[0] ?? range.from}\0`, to: range.to }
    } while (page.length === runnablePerPage)
    if (this.#admit.isOpen()) return
    this.#hasBacklog = false
    this.#checkQuiet()
  })
}

const nextOf = (record: TaskRecord, now: number): Next => {
  if (record.state === "running") return "again"
  if (record.state !== "waiting") return "park"
  if (isRunnable(record)) return "engine"
  const isShort = record.wait?.kind === "sleep" && record.wait.until - now < limits.parkGraceMs
  return isShort ? "short sleep" : "park"
}
