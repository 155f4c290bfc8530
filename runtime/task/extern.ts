import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { ExternModules } from "../bundle/extern-modules.ts"
import { limits } from "../limits.ts"
import { type Keys, rangeAfter } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import { ErrorValue } from "../value/value.ts"
import type { TaskRejected } from "./damage.ts"
import { type Attempted, attemptCall } from "./extern-attempt.ts"
import { backoffMsOf, type ExternCall } from "./extern-call.ts"
import { type ExternWait, isGivenUp, isLastAttempt, pauseMs } from "./extern-wait.ts"
import type { HandOver } from "./hand-over.ts"
import type { Observation } from "./observation.ts"
import type { Places } from "./places.ts"
import { externDueOf, type TaskEvent, type TaskRecord } from "./task.ts"

export interface ExternParts {
  readonly view: View
  readonly keys: Keys
  readonly places: Places
  readonly modules: ExternModules
  readonly clock: Clock.Clock
  readonly handOver: HandOver
  readonly observation: Observation | undefined
  /** Gives an effect a fiber of the namespace's scope. */
  readonly fork: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
  /** Fails the namespace when the effect fails. */
  readonly guard: (effect: Effect.Effect<void, StoreUnavailable>) => Effect.Effect<void>
  /** Writes what `change` does, with the next segment of the task where that can run then. */
  readonly goOnWith: (task: string, change: () => void) => Effect.Effect<void, StoreUnavailable>
  /** Called when a task cannot go on, as its function is not there. */
  readonly reject: (task: string, rejected: TaskRejected) => void
  readonly isRejected: (task: string) => boolean
  /** A record of the task cannot be read; throws what is another failure. */
  readonly standStill: (task: string, thrown: unknown) => void
  /** Called whenever `isIdle` may have become true. */
  readonly changed: () => void
}

/** The call that has its turn, of one task. */
interface UnderWay {
  readonly key: string
  fiber: Fiber.Fiber<void> | undefined
}

/**
 * Makes the calls that tasks wait for, each past the output gate: what it depends on is durable before. A call under way has a
 * fiber, and there are at most `limits.externCallsMax`; one that waits for its turn is an entry of the queue, or, where that is
 * full, of the index alone. Nothing else is in memory: after a crash the index says which calls were under way or due.
 */
export class Externs {
  readonly #parts: ExternParts
  readonly #underWay = new Map<string, UnderWay>()
  /** Tasks in the order in which their calls came. */
  readonly #queue = new Set<string>()
  /** The index may hold calls that are neither under way nor in the queue. */
  #hasBacklog = false
  #isReading = false
  #cursor: string | undefined
  #isMissed = false
  #isStopped = false

  constructor(parts: ExternParts) {
    this.#parts = parts
  }

  /** Nothing is under way, and nothing waits for its turn. */
  get isIdle(): boolean {
    return this.#underWay.size === 0 && this.#queue.size === 0 && !this.#hasBacklog
  }

  /** Whether a call would be made at once, so that its first attempt can be counted in the commit of its wait. */
  canBegin({ bundle, extern }: Pick<ExternCall, "bundle" | "extern">): boolean {
    const isFree = this.#underWay.size + this.#queue.size < limits.externCallsMax && !this.#hasBacklog
    return isFree && !this.#isStopped && this.#parts.modules.known(bundle, extern) !== undefined
  }

  /** Finds the calls that were under way when the process ended, and those that were due. */
  activate(): void {
    this.#hasBacklog = true
    this.#next()
  }

  /** The task has an attempt to make. `isBegun`: it is counted, and nobody has made it. */
  add(task: string, isBegun: boolean): void {
    if (this.#isStopped || this.#underWay.has(task) || this.#queue.has(task) || this.#parts.isRejected(task)) return
    if (isBegun && this.#underWay.size < limits.externCallsMax) return this.#begin(task, true)
    if (this.#queue.size < limits.externQueueMax) this.#queue.add(task)
    else {
      this.#hasBacklog = true
      this.#isMissed = true
    }
    this.#next()
  }

  /** Ends the call of a task that does not wait for it any more: its signal aborts, and its result is dropped. */
  recheck(task: string): void {
    const call = this.#underWay.get(task)
    if (call === undefined) return
    const wait = this.#parts.places.tasks.read(task)?.wait
    if (wait?.kind === "extern" && wait.key === call.key) return
    // At once: what the task defers may call again.
    this.#underWay.delete(task)
    call.fiber?.interruptUnsafe()
  }

  /** Aborts all that is under way. Its attempts are made again by the next process. */
  stop(): void {
    this.#isStopped = true
    this.#queue.clear()
    this.#hasBacklog = false
    for (const { fiber } of this.#underWay.values()) fiber?.interruptUnsafe()
  }

  #next(): void {
    for (const task of this.#queue) {
      if (this.#underWay.size >= limits.externCallsMax) return
      this.#queue.delete(task)
      this.#begin(task, false)
    }
    if (this.#hasBacklog && !this.#isReading && !this.#isStopped) {
      this.#isReading = true
      this.#parts.fork(this.#parts.guard(this.#readIndex()))
    }
  }

  /** Fills the queue from the index, from where it was left; behind its end from the beginning, when a call was missed. */
  readonly #readIndex = Effect.fnUntraced({ self: this }, function* (this: Externs) {
    const { keys, view } = this.#parts
    const all = keys.externDueRange
    const range = this.#cursor === undefined ? all : rangeAfter(all, this.#cursor)
    if (this.#cursor === undefined) this.#isMissed = false
    const page = yield* view.scanKeys(range, limits.externQueueMax)
    for (const key of page) {
      const { task } = keys.parseExternDue(key)
      if (!this.#underWay.has(task) && !this.#parts.isRejected(task)) this.#queue.add(task)
    }
    const isWhole = page.length < limits.externQueueMax
    this.#cursor = isWhole ? undefined : page.at(-1)
    this.#isReading = false
    this.#hasBacklog = !isWhole || this.#isMissed
    if (this.#isStopped) return
    this.#next()
    this.#parts.changed()
  })

  #begin(task: string, isBegun: boolean): void {
    const record = this.#isolated(task, () => this.#parts.places.tasks.read(task))
    // It may have been cancelled or paused since.
    if (record?.wait?.kind !== "extern" || externDueOf(record) === undefined) return
    const call: UnderWay = { key: record.wait.key, fiber: undefined }
    this.#underWay.set(task, call)
    const work = Effect.catchDefect(this.#call(task, call, isBegun), (thrown) =>
      Effect.sync(() => this.#parts.standStill(task, thrown))
    )
    const failed = (cause: Cause.Cause<StoreUnavailable>) =>
      Effect.sync(() => {
        if (!Cause.hasInterruptsOnly(cause)) this.#isStopped = true
      })
    const guarded = this.#parts.guard(Effect.tapCause(work, failed))
    call.fiber = this.#parts.fork(
      Effect.ensuring(
        guarded,
        Effect.sync(() => this.#ended(task, call))
      )
    )
  }

  #ended(task: string, call: UnderWay): void {
    if (this.#underWay.get(task) === call) this.#underWay.delete(task)
    if (this.#isStopped) return
    // It was paused before the attempt was counted, and may have been released since.
    const record = this.#isolated(task, () => this.#parts.places.tasks.read(task))
    if (record?.wait?.kind === "extern" && record.wait.phase === "due" && externDueOf(record) !== undefined)
      this.add(task, false)
    this.#next()
    this.#parts.changed()
  }

  readonly #call = Effect.fnUntraced(
    { self: this },
    function* (this: Externs, task: string, underWay: UnderWay, isBegun: boolean) {
      const { goOnWith, handOver, modules, places } = this.#parts
      const call = places.tasks.externCall(task)
      if (call === undefined) throw new Error(`the extern call of ${task} is lost`)
      const found = yield* Effect.result(modules.function(call.bundle, call.extern))
      if (found._tag === "Failure") return this.#parts.reject(task, found.failure)
      if (!isBegun) yield* handOver.change(() => this.#beginAttempt(task))
      yield* handOver.durable
      const wait = this.#begunWait(task)
      if (wait === undefined) return
      const facts = { records: places.registry.records(call.bundle), idempotencyKey: wait.key, attempt: wait.attempt }
      const attempted = yield* this.#observed(task, wait, attemptCall(call, found.success, facts))
      yield* goOnWith(task, () => this.#finish(task, underWay, call, attempted))
    }
  )

  #observed(task: string, wait: ExternWait, attempt: Effect.Effect<Attempted>): Effect.Effect<Attempted> {
    const { observation } = this.#parts
    if (observation === undefined) return attempt
    const { attempt: number, key, module, name } = wait
    return observation.attempt({ task, module, function: name, attempt: number, idempotencyKey: key }, attempt)
  }

  #beginAttempt(task: string): void {
    const wait = this.#waitOf(task)
    if (wait === undefined) return
    if (!isGivenUp(wait)) return this.#apply(task, { type: "attempt begun" })
    const value = new ErrorValue(`the process ended during each of ${limits.externLostMax} attempts`)
    this.#apply(task, { type: "woke", value })
  }

  /** Once more, when what it has written was dropped. */
  #finish(task: string, underWay: UnderWay, { extern }: ExternCall, attempted: Attempted): void {
    const wait = this.#parts.places.tasks.read(task)?.wait
    if (wait?.kind !== "extern" || wait.key !== underWay.key || wait.phase !== "begun") return
    // Before the task goes on: it may call again in this very commit.
    if (this.#underWay.get(task) === underWay) this.#underWay.delete(task)
    if (attempted.kind === "value" || isLastAttempt(wait))
      return this.#apply(task, {
        type: "woke",
        value: attempted.value,
        ...(attempted.kind === "failed" && { failure: attempted.message })
      })
    const until = Math.ceil(this.#now + pauseMs(task, wait, backoffMsOf(extern)))
    this.#apply(task, { type: "attempt failed", message: attempted.message, until })
  }

  #apply(task: string, event: TaskEvent): void {
    this.#parts.places.tasks.apply(task, event, Math.floor(this.#now))
  }

  /** What the task waits for, paused from outside or not. */
  #waitOf(task: string): ExternWait | undefined {
    const record: TaskRecord | undefined = this.#parts.places.tasks.read(task)
    const wait = record?.wait
    return wait?.kind === "extern" && wait.key === this.#underWay.get(task)?.key ? wait : undefined
  }

  #begunWait(task: string): ExternWait | undefined {
    const wait = this.#waitOf(task)
    return wait?.phase === "begun" ? wait : undefined
  }

  get #now(): number {
    return this.#parts.clock.currentTimeMillisUnsafe()
  }

  #isolated<A>(task: string, run: () => A): A | undefined {
    try {
      return run()
    } catch (thrown) {
      this.#parts.standStill(task, thrown)
      return undefined
    }
  }
}
