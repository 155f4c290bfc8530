import type { Value } from "../value/value.ts"

/**
 * What a task is and how it changes. `transition` is pure: it says what the task becomes and what has to be done about
 * it; only the scheduler has a clock, a store and fibers. The table is in docs/tasks.md.
 */
export type TaskState = "initialized" | "running" | "paused" | "waiting" | "done" | "failed" | "cancelled"

/** What runs over many keys and therefore outside a segment. `prefix` includes the scope, of `scopeSize` UTF-16 units. */
export interface Scan {
  readonly operation: "entries" | "count" | "delete"
  readonly prefix: string
  readonly scopeSize: number
  readonly offset: number
  /** How many entries at most; null: all. */
  readonly limit: number | null
}

/** Why a task does not run. `until` is in ms since 1970. */
export type Wait =
  | { readonly kind: "resume" }
  | { readonly kind: "sleep"; readonly until: number }
  | { readonly kind: "join"; readonly task: string; readonly until: number | null }
  | { readonly kind: "scan"; readonly scan: Scan }
  | { readonly kind: "load"; readonly bundle: string }

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
  /** Set on the main task of a program. */
  readonly program: string | undefined
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
  /** Who joined it last; the others follow in the records of joiners. */
  readonly joiner: string | undefined
}

export type TaskEvent =
  | { readonly type: "started" }
  | { readonly type: "ran out of fuel" }
  | { readonly type: "waited"; readonly wait: Wait }
  | { readonly type: "woke"; readonly value: Value }
  | { readonly type: "held" }
  | { readonly type: "released"; readonly value: Value }
  | { readonly type: "ended"; readonly result: Value }
  | { readonly type: "faulted"; readonly error: TaskFault }
  | { readonly type: "cancelled"; readonly standing: Standing }

/** Where the frames of a task stand, as far as its cancellation is concerned: some function has deferred something, or the
 * task is in deferred work. */
export type Standing = "plain" | "deferring" | "shielded"

/** `run`: give it a fiber. `drop`: its fiber, if any, must end. `arm`: the timer at `due`. `announce`: wake who joins it.
 * `discard`: delete its frames. */
export type Action =
  | { readonly type: "run" }
  | { readonly type: "drop" }
  | { readonly type: "arm"; readonly due: number }
  | { readonly type: "announce" }
  | { readonly type: "discard" }

export type Refusal = "ended" | "not paused" | "not waiting" | "not running" | "started before"

export type Outcome =
  | { readonly record: TaskRecord; readonly actions: ReadonlyArray<Action> }
  | { readonly refused: Refusal }

export const isEnded = (state: TaskState): boolean => state === "done" || state === "failed" || state === "cancelled"

/** The engine itself ends these waits, at once; after a crash it starts them again. */
const isOurs = (wait: Wait | undefined): boolean => wait?.kind === "scan" || wait?.kind === "load"

/** Something to do for this task right now: it is in the index that recovery reads. */
export const isRunnable = (record: TaskRecord): boolean =>
  record.state === "running" || record.state === "initialized" || (record.state === "waiting" && isOurs(record.wait))

/** When the timer of a waiting task is due; undefined without one. A paused task has none. */
export const dueOf = (record: TaskRecord): number | undefined => {
  if (record.state !== "waiting") return undefined
  const wait = record.wait
  return wait?.kind === "sleep" || wait?.kind === "join" ? (wait.until ?? undefined) : undefined
}

/** What the task becomes by `event` at the time `now`, and what is to be done; or why that cannot happen to it. */
export const transition = (record: TaskRecord, event: TaskEvent, now: number): Outcome => {
  if (isEnded(record.state)) return { refused: "ended" }
  switch (event.type) {
    case "started":
      return record.state === "initialized" ? to(record, "running", now, {}) : { refused: "started before" }
    case "ran out of fuel":
      return whenRunning(record, () => ({ record, actions: [] }))
    case "waited":
      return whenRunning(record, () => wait(record, event.wait, now))
    case "woke":
      return wake(record, event.value, now)
    case "held":
      return hold(record, now)
    case "released":
      return release(record, event.value, now)
    case "ended":
      return whenRunning(record, () =>
        to(record, "done", now, { result: event.result, value: null }, ["announce", "discard"])
      )
    case "faulted":
      return whenRunning(record, () => to(record, "failed", now, { error: event.error, value: null }, ["announce"]))
    case "cancelled":
      return cancel(record, event.standing, now)
  }
}

type Simple = Exclude<Action["type"], "arm">

const to = (
  record: TaskRecord,
  state: TaskState,
  now: number,
  changes: Partial<TaskRecord>,
  actions: ReadonlyArray<Simple> = []
): Outcome => ({
  record: { ...record, ...changes, state, since: state === record.state ? record.since : now },
  actions: actions.map((type) => ({ type }))
})

const whenRunning = (record: TaskRecord, then: () => Outcome): Outcome =>
  record.state === "running" ? then() : { refused: "not running" }

const withTimer = (outcome: Outcome): Outcome => {
  if ("refused" in outcome) return outcome
  const due = dueOf(outcome.record)
  return due === undefined ? outcome : { ...outcome, actions: [...outcome.actions, { type: "arm", due }] }
}

const end = (record: TaskRecord, now: number): Outcome =>
  to(record, "cancelled", now, { wait: undefined, held: false, value: null, cancelling: undefined }, [
    "drop",
    "announce",
    "discard"
  ])

const cancel = (record: TaskRecord, standing: Standing, now: number): Outcome => {
  if (standing === "plain") return end(record, now)
  if (record.cancelling === "due" || record.cancelling === "under way") return { record, actions: [] }
  if (standing === "deferring")
    return to(record, "running", now, { wait: undefined, held: false, value: null, cancelling: "due" }, ["drop", "run"])
  const pending: TaskRecord = { ...record, cancelling: "pending" }
  return record.held ? release(pending, null, now) : { record: pending, actions: [] }
}

const wait = (record: TaskRecord, wait: Wait, now: number): Outcome =>
  withTimer(to(record, wait.kind === "resume" ? "paused" : "waiting", now, { wait }))

const wake = (record: TaskRecord, value: Value, now: number): Outcome => {
  if (record.wait === undefined || record.wait.kind === "resume") return { refused: "not waiting" }
  if (record.held) return to(record, "paused", now, { wait: undefined, value })
  return to(record, "running", now, { wait: undefined, value }, ["run"])
}

const hold = (record: TaskRecord, now: number): Outcome =>
  record.state === "paused" ? { record, actions: [] } : to(record, "paused", now, { held: true }, ["drop"])

const release = (record: TaskRecord, value: Value, now: number): Outcome => {
  if (record.state !== "paused") return { refused: "not paused" }
  if (!record.held) return to(record, "running", now, { wait: undefined, value }, ["run"])
  if (record.wait === undefined) return to(record, "running", now, { held: false }, ["run"])
  return withTimer(to(record, "waiting", now, { held: false }, isOurs(record.wait) ? ["run"] : []))
}
