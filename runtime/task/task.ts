import type { Handling } from "../bus/ports.ts"
import type { TopicName } from "../store/keys.ts"
import type { Value } from "../value/value.ts"
import { type AttemptEvent, afterAttempt, type ExternWait } from "./extern-wait.ts"
import { deadlineOf, spared, sparedUntil, type TaskLimit } from "./task-limits.ts"
import { noted, type StandingPlace, type Timeline } from "./timeline.ts"

/**
 * What a task is and how it changes. `transition` is pure: it says what the task becomes and what has to be done about
 * it; only the scheduler has a clock, a store and fibers. The table is in docs/tasks.md.
 */
export type TaskState = "initialized" | "running" | "paused" | "waiting" | "done" | "failed" | "cancelled"

/** What runs over many keys and therefore outside a segment. */
export type Scan = KeyScan | TaskScan

/** `prefix` includes the scope, of `scopeSize` UTF-16 units. */
export interface KeyScan {
  readonly operation: "entries" | "count" | "delete"
  readonly prefix: string
  readonly scopeSize: number
  readonly offset: number
  /** How many entries at most; null: all. */
  readonly limit: number | null
}

/** The tasks of the namespace, or those of one state, in the order of their ids from behind `after` on. `self` asks, and
 * counts as running. */
export interface TaskScan {
  readonly operation: "tasks"
  readonly self: string
  readonly state: TaskState | null
  readonly after: string | null
  /** How many at most; null: all. */
  readonly limit: number | null
}

/** What waits for children, and ends only when none of them is left. */
export type Form = "all" | "race" | "any"

/** For the children of a form. Which they are stands in a record of its own, as it does not change while they run. */
export interface ChildrenWait {
  readonly kind: "children"
  readonly form: Form
  readonly count: number
  /** How many have not ended. */
  readonly left: number
  /** The child whose end decided the form. */
  readonly first?: string
  /** The form is closed, and so many children have been cancelled, in their order. */
  readonly asked?: number
}

/** Why a task does not run. `until` is in ms since 1970. */
export type Wait =
  | { readonly kind: "resume" }
  | { readonly kind: "sleep"; readonly until: number }
  /** `isFirst`: it is the oldest of those who join the task, and has no record in their list. */
  | { readonly kind: "join"; readonly task: string; readonly until: number | null; readonly isFirst?: true }
  | ChildrenWait
  | { readonly kind: "scan"; readonly scan: Scan }
  | { readonly kind: "load"; readonly bundle: string }
  /** For the next event of a topic, with a consumer of the task. */
  | (TopicName & { readonly kind: "event"; readonly consumer: number; readonly until: number | null })
  /** For room in the event queue, in the order of the numbers; then it goes on with its `value`. */
  | { readonly kind: "room"; readonly number: number }
  /** For its processor, before it has begun. */
  | { readonly kind: "turn"; readonly processor: number }
  | ExternWait

/** What the bus has to do with a task. */
export interface TaskOnBus {
  /** The event that it was started for. */
  readonly handles?: Handling
  /** It may have subscriptions, or consumers, which end with it. */
  readonly hasBelongings?: true
  /** It has published into a full queue and waited for something else since: then it waits for room before it goes on. */
  readonly owesRoom?: true
}

export interface TracePlace {
  readonly function: string
  readonly source: string
  readonly line: number
  readonly column: number
}

export interface TaskFault {
  readonly message: string
  readonly code: string
  readonly data: Value
  /** Innermost call first. */
  readonly trace: ReadonlyArray<TracePlace>
}

export interface TaskRecord {
  readonly id: string
  readonly state: TaskState
  /** Hash and index of the function that the task was started with. */
  readonly bundle: string
  readonly function: number
  /** Number of frames in the store. */
  readonly depth: number
  readonly wait: Wait | undefined
  /** What the innermost frame goes on with; none when nothing was yielded. */
  readonly value: Value
  /** Paused from outside: it may have a `wait` besides, or a value that it was woken with. */
  readonly held: boolean
  /** The `core/kv/scope` in force. */
  readonly kvPrefix: string
  readonly parent: string | undefined
  /** It belongs to the form that its parent waits in, and ends with it. */
  readonly isChild: boolean
  /** Set on the main task of a program. */
  readonly program: string | undefined
  /** Who has started it, as a W3C `traceparent`; for those who follow it over several processes. */
  readonly trace: string | undefined
  /** Both in ms since 1970: its start, and its last change of state. */
  readonly startedAt: number
  readonly since: number
  /** Number of the next log line. */
  readonly logs: number
  readonly result: Value | undefined
  readonly error: TaskFault | undefined
  /** It was cancelled while functions had something deferred. `pending`: deferred work runs anyway, and goes on to its end.
   * `due`: its frames do not know yet. `under way`: what they have deferred runs; then it is cancelled. */
  readonly cancelling: "pending" | "due" | "under way" | undefined
  /** Who joined it last and is not woken yet; the others follow in the records of joiners. */
  readonly joiner: string | undefined
  /** The `core/task/limit`s that it stands in, outermost first. */
  readonly limits: ReadonlyArray<TaskLimit>
  /** Undefined for a task that has nothing to do with the bus. */
  readonly bus: TaskOnBus | undefined
  /** What has happened to it last: see timeline.ts. */
  readonly timeline: Timeline
  /** Earlier entries of the timeline have a record of their own. */
  readonly hasOlder: boolean
}

export type TaskEvent =
  | { readonly type: "started" }
  | { readonly type: "ran out of fuel" }
  | { readonly type: "waited"; readonly wait: Wait; readonly place?: StandingPlace }
  /** `failure`: message of the attempt of an extern call that was the last one, and has failed. */
  | { readonly type: "woke"; readonly value: Value; readonly failure?: string }
  | { readonly type: "overdue" }
  /** A grace that was over while the process did not run begins anew. */
  | { readonly type: "spared"; readonly openedAt: number }
  | { readonly type: "held" }
  | { readonly type: "released"; readonly value: Value }
  | { readonly type: "ended"; readonly result: Value }
  | { readonly type: "faulted"; readonly error: TaskFault }
  | { readonly type: "cancelled"; readonly standing: Standing }
  | { readonly type: "child ended"; readonly child: string; readonly state: TaskState }
  | { readonly type: "children asked"; readonly count: number }
  | AttemptEvent

/** Where the frames of a task stand, as far as its cancellation is concerned: some function has deferred something, or the
 * task is in deferred work. */
export type Standing = "plain" | "deferring" | "shielded"

/** `run`: put it into the queue. `drop`: it must not be there any more. `arm`: the timer at `due`. `call`: an
 * attempt of the extern call is to be made; `isBegun`: it is counted already. `announce`: wake who joins it.
 * `discard`: delete its frames. */
export type Action =
  | { readonly type: "run" }
  | { readonly type: "drop" }
  | { readonly type: "arm"; readonly due: number }
  | { readonly type: "call"; readonly isBegun: boolean }
  | { readonly type: "announce" }
  | { readonly type: "discard" }

export type Refusal = "ended" | "not paused" | "not waiting" | "children left" | "not running" | "started before"

export type Outcome =
  | { readonly record: TaskRecord; readonly actions: ReadonlyArray<Action> }
  | { readonly refused: Refusal }

/** All of them, in the order in which a task goes through them. */
export const taskStates: ReadonlyArray<TaskState> = [
  "initialized",
  "running",
  "paused",
  "waiting",
  "done",
  "failed",
  "cancelled"
]

export const isEnded = (state: TaskState): boolean => state === "done" || state === "failed" || state === "cancelled"

/** The engine itself ends these waits, or does something about them, at once; after a crash it starts that again. */
const isOurs = (wait: Wait | undefined): boolean =>
  wait?.kind === "scan" || wait?.kind === "load" || (wait?.kind === "children" && (wait.left === 0 || hasToAsk(wait)))

/** Children are still to be cancelled. */
const hasToAsk = (wait: ChildrenWait): boolean => wait.left > 0 && wait.asked !== undefined && wait.asked < wait.count

/** The next thing to do for this task is to cancel children of its form. */
export const isClosing = (record: TaskRecord): boolean =>
  record.state === "waiting" && record.wait?.kind === "children" && hasToAsk(record.wait)

/** None of the children that it has waited for is left. */
export const hasGathered = (record: TaskRecord): boolean =>
  record.state === "waiting" && record.wait?.kind === "children" && record.wait.left === 0

/** It has ended, and some of those who joined it are still to be woken. */
export const isAnnouncing = ({ joiner, state }: TaskRecord): boolean => joiner !== undefined && isEnded(state)

/** It has ended, and nothing is left to do for it: from now on it may be removed. */
export const isOver = (record: TaskRecord): boolean => isEnded(record.state) && record.joiner === undefined

/** It has handled an event, and nobody would look for it: it goes in the commit in which it ends, so that a million events leave
 * nothing behind. */
export const leavesNothing = ({ bus, joiner, logs, state }: TaskRecord): boolean =>
  state === "done" && bus?.handles !== undefined && bus.handles.attempt > 0 && logs === 0 && joiner === undefined

/** Something to do for this task right now: it is in the index that recovery reads. */
export const isRunnable = (record: TaskRecord): boolean =>
  record.state === "running" ||
  record.state === "initialized" ||
  (record.state === "waiting" && isOurs(record.wait)) ||
  isAnnouncing(record)

/** When the timer of a waiting task is due, for its wait or for a limit; undefined without one. A task that was paused from
 * outside has none. */
export const dueOf = (record: TaskRecord): number | undefined => {
  const { limits, state, wait } = record
  if (wait === undefined || record.held || (state !== "waiting" && state !== "paused")) return undefined
  // A form that is closed is about to end; then its task hears of the deadline.
  if (wait.kind === "children" && wait.asked !== undefined) return undefined
  const until = untilOf(wait)
  const deadline = limits.length === 0 ? undefined : deadlineOf(limits)
  if (until === undefined || deadline === undefined) return until ?? deadline
  return Math.min(until, deadline)
}

const untilOf = (wait: Wait): number | undefined => {
  if (wait.kind === "extern") return wait.phase === "pausing" ? wait.dueAt : undefined
  const { kind } = wait
  return kind === "sleep" || kind === "join" || kind === "event" ? (wait.until ?? undefined) : undefined
}

/** Since when an attempt of its extern call is to be made, or is under way; undefined when none is. */
export const externDueOf = ({ held, state, wait }: TaskRecord): number | undefined =>
  wait?.kind === "extern" && wait.phase !== "pausing" && state === "waiting" && !held ? wait.dueAt : undefined

/** Its timer, due at `due`, is that of a limit. */
export const isOverdue = ({ limits }: TaskRecord, due: number): boolean =>
  limits.length > 0 && (deadlineOf(limits) ?? Number.POSITIVE_INFINITY) <= due

/** Some of its limits are a grace that was over while the process did not run. */
export const isSpared = ({ limits }: TaskRecord, openedAt: number): boolean =>
  limits.some((limit) => sparedUntil(limit, openedAt) !== undefined)

/** What the task becomes by `event` at the time `now`, and what is to be done; or why that cannot happen to it. */
export const transition = (record: TaskRecord, event: TaskEvent, now: number): Outcome => {
  const outcome = change(record, event, now)
  if ("refused" in outcome) return outcome
  const after: Fresh = outcome.record
  // It has noted nothing unless `change` has made another record, which nobody else has yet: a copy less in each segment.
  after.timeline = noted(record, event, after, now)
  return outcome
}

/** A record that nobody else has yet. */
export type Fresh = { -readonly [Field in keyof TaskRecord]: TaskRecord[Field] }

const none: ReadonlyArray<never> = []
const notRunning: Outcome = { refused: "not running" }

// Without closures, as it runs in every segment: what they refer to would be made room for each time.
const change = (record: TaskRecord, event: TaskEvent, now: number): Outcome => {
  if (isEnded(record.state)) return { refused: "ended" }
  switch (event.type) {
    case "started":
      return record.state === "initialized" ? to(record, "running", now, {}) : { refused: "started before" }
    case "ran out of fuel":
      return record.state === "running" ? { record, actions: none } : notRunning
    case "waited":
      return record.state === "running" ? wait(record, event.wait, now) : notRunning
    case "woke":
      return wake(record, event.value, now)
    case "spared":
      return withTimer({ record: { ...record, limits: spared(record.limits, event.openedAt) }, actions: [] })
    case "overdue":
      return overdue(record, now)
    case "held":
      return hold(record, now)
    case "released":
      return release(record, event.value, now)
    case "ended":
      return record.state === "running"
        ? to(record, "done", now, { result: event.result, value: null }, ["announce", "discard"])
        : notRunning
    case "faulted":
      return record.state === "running"
        ? to(record, "failed", now, { error: event.error, value: null }, ["announce"])
        : notRunning
    case "cancelled":
      return cancel(record, event.standing, now)
    case "child ended":
      return childEnded(record, event, now)
    case "children asked":
      return childrenAsked(record, event.count, now)
    case "attempt begun":
    case "attempt failed":
    case "attempt due":
      return attempted(record, event)
  }
}

type Simple = Exclude<Action["type"], "arm" | "call">

const to = (
  record: TaskRecord,
  state: TaskState,
  now: number,
  changes: Partial<TaskRecord>,
  actions: ReadonlyArray<Simple> = []
): Outcome => ({
  // Not one expression: that takes a second spread as it comes, name by name.
  record: Object.assign({ ...record, state, since: state === record.state ? record.since : now }, changes),
  actions: actions.length === 0 ? none : actions.map((type) => ({ type }))
})

const withTimer = (outcome: Outcome): Outcome => {
  if ("refused" in outcome) return outcome
  const due = dueOf(outcome.record)
  return due === undefined ? outcome : { ...outcome, actions: [...outcome.actions, { type: "arm", due }] }
}

/** With the attempt of an extern call that is to be made now. */
const withCall = (outcome: Outcome, isBegun = false): Outcome => {
  if ("refused" in outcome || externDueOf(outcome.record) === undefined) return outcome
  return { ...outcome, actions: [...outcome.actions, { type: "call", isBegun }] }
}

/** A task that is paused from outside lets the attempt under way come to its end, and makes no other. */
const attempted = (record: TaskRecord, event: AttemptEvent): Outcome => {
  const wait = record.wait?.kind === "extern" ? afterAttempt(record.wait, event) : undefined
  if (wait === undefined || (record.held && event.type !== "attempt failed")) return { refused: "not waiting" }
  const after = withTimer({ record: { ...record, wait }, actions: [] })
  return event.type === "attempt due" ? withCall(after) : after
}

const end = (record: TaskRecord, now: number): Outcome =>
  to(record, "cancelled", now, { wait: undefined, held: false, value: null, cancelling: undefined }, [
    "drop",
    "announce",
    "discard"
  ])

const cancel = (record: TaskRecord, standing: Standing, now: number): Outcome => {
  if (record.wait?.kind === "children" && record.wait.left > 0 && standing !== "shielded")
    return closeFirst(record, record.wait, now)
  if (standing === "plain") return end(record, now)
  if (record.cancelling === "due" || record.cancelling === "under way") return { record, actions: [] }
  if (standing === "deferring")
    return to(record, "running", now, { wait: undefined, held: false, value: null, cancelling: "due" }, ["drop", "run"])
  const pending: TaskRecord = { ...record, cancelling: "pending" }
  return record.held ? release(pending, null, now) : { record: pending, actions: [] }
}

/** Its children end before it does, so that none outlives it. */
const closeFirst = (record: TaskRecord, wait: ChildrenWait, now: number): Outcome => {
  const closed: ChildrenWait = { ...wait, asked: wait.asked ?? 0 }
  return to(record, "waiting", now, { wait: closed, held: false, cancelling: "due" }, ["drop", "run"])
}

/** Counted in the commit in which the child ends. */
const childEnded = (
  record: TaskRecord,
  { child, state }: { readonly child: string; readonly state: TaskState },
  now: number
): Outcome => {
  const { wait } = record
  if (wait?.kind !== "children" || wait.left === 0) return { refused: "not waiting" }
  const decides = wait.asked === undefined && decidesForm(wait.form, state)
  const next: ChildrenWait = { ...wait, left: wait.left - 1, ...(decides && { first: child, asked: 0 }) }
  return to(record, record.state, now, { wait: next }, record.state === "waiting" && isOurs(next) ? ["run"] : [])
}

/** Whether a form is decided by a child that ends in this state. */
const decidesForm = (form: Form, state: TaskState): boolean =>
  form === "race" || (form === "any" ? state === "done" : state !== "done")

const childrenAsked = (record: TaskRecord, count: number, now: number): Outcome => {
  const { wait } = record
  if (wait?.kind !== "children" || !isClosing(record)) return { refused: "not waiting" }
  return to(record, "waiting", now, { wait: { ...wait, asked: (wait.asked ?? 0) + count } })
}

const wait = (record: TaskRecord, wait: Wait, now: number): Outcome =>
  withCall(
    withTimer(to(record, wait.kind === "resume" ? "paused" : "waiting", now, { wait })),
    wait.kind === "extern" && wait.phase === "begun"
  )

const wake = (record: TaskRecord, value: Value, now: number): Outcome => {
  if (record.wait === undefined || record.wait.kind === "resume") return { refused: "not waiting" }
  if (record.wait.kind === "children" && record.wait.left > 0) return { refused: "children left" }
  if (record.held) return to(record, "paused", now, { wait: undefined, value })
  return to(record, "running", now, { wait: undefined, value }, ["run"])
}

/** A deadline has passed while it waited: its next segment raises that where it stands, once its children have ended. */
const overdue = (record: TaskRecord, now: number): Outcome => {
  const { wait } = record
  if (wait === undefined || record.held) return { refused: "not waiting" }
  if (wait.kind !== "children" || wait.left === 0)
    return to(record, "running", now, { wait: undefined, value: null }, ["run"])
  if (wait.asked !== undefined) return { record, actions: [] }
  return to(record, "waiting", now, { wait: { ...wait, asked: 0 } }, ["run"])
}

const hold = (record: TaskRecord, now: number): Outcome =>
  record.state === "paused" ? { record, actions: [] } : to(record, "paused", now, { held: true }, ["drop"])

const release = (record: TaskRecord, value: Value, now: number): Outcome => {
  if (record.state !== "paused") return { refused: "not paused" }
  if (!record.held) return to(record, "running", now, { wait: undefined, value }, ["run"])
  if (record.wait === undefined) return to(record, "running", now, { held: false }, ["run"])
  return withCall(withTimer(to(record, "waiting", now, { held: false }, isOurs(record.wait) ? ["run"] : [])))
}
