import { limits } from "../limits.ts"
import { ErrorValue } from "../value/value.ts"
import type { Frame } from "./frame.ts"
import type { TaskEvent, TaskRecord, Wait } from "./task.ts"

/**
 * What has happened to a task, as part of its record: the last entries, oldest first. Only a change of state adds one, so a
 * task that just runs on costs nothing.
 *
 *     entry = at " " kind " " detail [ " " function ":" pc [ ":" bundle ] ]
 *
 * `at` in ms since 1970; `detail` is percent-encoded and may be empty; the place is the suspension point where the task waited, its bundle
 * left out when it is that of the task.
 */
export type Timeline = ReadonlyArray<string>

export type TimelineKind =
  | "started"
  | "waited"
  | "woke"
  | "paused"
  | "held"
  | "resumed"
  | "spawned"
  | "cancelling"
  | "done"
  | "faulted"
  | "cancelled"

/** The place where a task stands, of its innermost frame. */
export type StandingPlace = Pick<Frame, "bundle" | "function" | "pc">

export interface TimelineEntry {
  /** In ms since 1970. */
  readonly at: number
  readonly kind: TimelineKind
  /** For or by what, in words; empty when there is nothing to say. */
  readonly detail: string
  readonly place: StandingPlace | undefined
}

/** The timeline with the event that made `after` of `before`; the same one when that is nothing to be noted. */
export const noted = (before: TaskRecord, event: TaskEvent, after: TaskRecord, now: number): Timeline => {
  if (before === after) return before.timeline
  const note = noteOf(before, event, after)
  return note === undefined ? before.timeline : add(before.timeline, encodeEntry({ at: now, ...note }, before.bundle))
}

/** The timeline with so many tasks more that the task has started; a row of such entries is one. */
export const notedSpawns = (record: TaskRecord, spawned: { count: number; last: string }, now: number): Timeline => {
  const { bundle, timeline } = record
  const previous = timeline.length === 0 ? undefined : decodeEntry(timeline.at(-1)!, bundle)
  const isRow = previous?.kind === "spawned"
  const count = spawned.count + (isRow ? Number.parseInt(previous.detail, 10) : 0)
  const detail = `${count}, the last one ${spawned.last}`
  const entry = encodeEntry({ at: now, kind: "spawned", detail, place: undefined }, bundle)
  return add(isRow ? timeline.slice(0, -1) : timeline, entry)
}

/** The entries of a task's timeline, oldest first. */
export const timelineOf = (record: TaskRecord): ReadonlyArray<TimelineEntry> =>
  record.timeline.map((text) => decodeEntry(text, record.bundle))

const add = (timeline: Timeline, entry: string): Timeline => [...timeline.slice(1 - limits.timelineEntriesMax), entry]

type Note = Omit<TimelineEntry, "at">

const plain = (kind: TimelineKind, detail = ""): Note => ({ kind, detail, place: undefined })

const noteOf = (before: TaskRecord, event: TaskEvent, after: TaskRecord): Note | undefined => {
  switch (event.type) {
    case "started":
      return plain("started")
    case "waited":
      return noteOfWait(event.wait, event.place)
    case "woke":
      return before.wait?.kind === "load" ? undefined : plain("woke", wokenBy(before.wait, event.value))
    case "overdue":
      return plain("woke", "by a deadline")
    case "held":
      return plain("held")
    case "released":
      return plain("resumed")
    case "ended":
      return plain("done")
    case "faulted":
      return plain("faulted", event.error.code)
    case "cancelled":
      return after.state === "cancelled" ? plain("cancelled") : plain("cancelling")
    default:
      return undefined
  }
}

/** Loading code is the engine's own matter. */
const noteOfWait = (wait: Wait, place: StandingPlace | undefined): Note | undefined => {
  switch (wait.kind) {
    case "load":
      return undefined
    case "resume":
      return { kind: "paused", detail: "", place }
    case "sleep":
      return { kind: "waited", detail: `until ${new Date(wait.until).toISOString()}`, place }
    case "join":
      return { kind: "waited", detail: `for ${wait.task} to end`, place }
    case "children":
      return { kind: "waited", detail: `for ${wait.count} tasks (${wait.form})`, place }
    case "scan":
      return { kind: "waited", detail: wait.scan.operation === "tasks" ? "for a list of tasks" : "for keys", place }
  }
}

const wokenBy = (wait: Wait | undefined, value: unknown): string => {
  if (wait?.kind === "join")
    return value instanceof ErrorValue && value.content === "timeout" ? "by its time limit" : `by ${wait.task}`
  return wait?.kind === "sleep" ? "by the clock" : ""
}

const encodeEntry = ({ at, detail, kind, place }: TimelineEntry, bundle: string): string => {
  const text = `${at} ${kind} ${encodeURIComponent(detail)}`
  if (place === undefined) return text
  return `${text} ${place.function}:${place.pc}${place.bundle === bundle ? "" : `:${place.bundle}`}`
}

const decodeEntry = (text: string, bundle: string): TimelineEntry => {
  const [at, kind, detail, place] = text.split(" ")
  const [index, pc, other] = place?.split(":") ?? []
  return {
    at: Number(at),
    kind: kind as TimelineKind,
    detail: decodeURIComponent(detail ?? ""),
    place: index === undefined ? undefined : { function: Number(index), pc: Number(pc), bundle: other ?? bundle }
  }
}
