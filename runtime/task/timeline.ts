import { topicText } from "../bus/channel.ts"
import { limits } from "../limits.ts"
import { ErrorValue } from "../value/value.ts"
import type { Frame } from "./frame.ts"
import type { TaskEvent, TaskRecord, TracePlace, Wait } from "./task.ts"

/**
 * What has happened to a task, as part of its record: the last entries, oldest first. Only a change of state adds one, so a
 * task that just runs on costs nothing. Of more than `limits.timelineRecentMax` all but the newest go to a record of their own,
 * a text with a line for each entry, as a task that waits again and again writes its own record each time.
 *
 *     entry = at " " kind " " detail [ " " place ]
 *     place = function ":" pc [ ":" bundle ] | "@" function ":" source ":" line ":" column
 *
 * `at` in ms since 1970; `detail` is percent-encoded and may be empty. A place is the suspension point where the task waited, its
 * bundle left out when it is that of the task; after `@`, with name and source percent-encoded, it is one of code that the task
 * has left, as that may be removed.
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
  | "attempt"
  | "upgraded"
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
  readonly place: StandingPlace | TracePlace | undefined
}

/** The timeline with the event that made `after` of `before`; the same one when that is nothing to be noted. */
export const noted = (before: TaskRecord, event: TaskEvent, after: TaskRecord, now: number): Timeline => {
  if (before === after) return before.timeline
  const note = noteOf(before, event, after)
  if (note === undefined) return before.timeline
  const isFailure = event.type === "woke" && event.failure !== undefined
  const earlier = isFailure
    ? add(before.timeline, encodeNote(now, noteOfFailure(before.wait, event.failure), before.bundle))
    : before.timeline
  return add(earlier, encodeNote(now, note, before.bundle))
}

/** The timeline with so many tasks more that the task has started; a row of such entries is one. */
export const notedSpawns = (record: TaskRecord, spawned: { count: number; last: string }, now: number): Timeline => {
  const { bundle, timeline } = record
  const previous = timeline.length === 0 ? undefined : decodeEntry(timeline.at(-1)!, bundle)
  const isRow = previous?.kind === "spawned"
  const count = spawned.count + (isRow ? spawnedCount(previous.detail) : 0)
  const detail = count === 1 ? spawned.last : `${count} tasks, last ${spawned.last}`
  const entry = encodeNote(now, plain("spawned", detail), bundle)
  return add(isRow ? timeline.slice(0, -1) : timeline, entry)
}

/** No id holds a space or a comma. */
const spawnedCount = (detail: string): number => Number(/^(\d+)[ ,]/.exec(detail)?.[1] ?? 1)

/**
 * The timeline of a task that goes on in other code: `after`, standing at `place`. What came before keeps its places in words,
 * found by `inWords`: by their numbers they would be looked up in the new code.
 */
export const notedUpgrade = (
  before: TaskRecord,
  after: TaskRecord,
  facts: {
    readonly bundle: string
    readonly place: StandingPlace | undefined
    readonly now: number
    readonly inWords: (place: StandingPlace) => TracePlace | undefined
    /** All that is known of `before`. */
    readonly timeline: Timeline
  }
): Timeline => {
  const { bundle, inWords, now, place, timeline } = facts
  const earlier = entriesOf(timeline, before.bundle).map((entry) => {
    const { place } = entry
    return encodeEntry(place === undefined || "source" in place ? entry : { ...entry, place: inWords(place) }, "")
  })
  const detail = `to new code ${bundle.slice(0, shownHashDigits)}`
  return add(earlier, encodeNote(now, { kind: "upgraded", detail, place }, after.bundle))
}

/** As much of a hash as people are shown. */
const shownHashDigits = 12

/** The entries of a timeline, oldest first, of a task of that bundle. */
export const entriesOf = (timeline: Timeline, bundle: string): ReadonlyArray<TimelineEntry> =>
  timeline.map((text) => decodeEntry(text, bundle))

/** The last entries of both. */
export const joined = (older: Timeline, newer: Timeline): Timeline =>
  older.length === 0 ? newer : [...older, ...newer].slice(-limits.timelineEntriesMax)

export const encodeTimeline = (timeline: Timeline): string => timeline.join("\n")

export const decodeTimeline = (text: string): Timeline => text.split("\n")

const add = (timeline: Timeline, entry: string): Timeline =>
  timeline.length < limits.timelineEntriesMax
    ? [...timeline, entry]
    : [...timeline.slice(1 - limits.timelineEntriesMax), entry]

type Note = Omit<TimelineEntry, "at">

const plain = (kind: TimelineKind, detail = ""): Note => ({ kind, detail, place: undefined })

// Each task has these.
const startedNote = plain("started")
const doneNote = plain("done")

const noteOf = (before: TaskRecord, event: TaskEvent, after: TaskRecord): Note | undefined => {
  switch (event.type) {
    case "started":
      return startedNote
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
      return doneNote
    case "faulted":
      return plain("faulted", event.error.code)
    case "cancelled":
      return after.state === "cancelled" ? plain("cancelled") : plain("cancelling")
    case "attempt failed":
      return noteOfFailure(before.wait, event.message)
    case "attempt begun":
      return before.wait?.kind === "extern" && before.wait.phase === "begun"
        ? plain("attempt", `${attemptWords(before.wait)} ended with its process`)
        : undefined
    default:
      return undefined
  }
}

const noteOfFailure = (wait: Wait | undefined, message: string): Note =>
  plain("attempt", `${attemptWords(wait)} failed: ${clip(message)}`)

const attemptWords = (wait: Wait | undefined): string =>
  wait?.kind === "extern" ? `${wait.attempt}${wait.attempts > 1 ? ` of ${wait.attempts}` : ""}` : ""

/** UTF-16 units of a message in the timeline. */
const messageUnitsMax = 200

const clip = (text: string): string =>
  text.length <= messageUnitsMax ? text.toWellFormed() : `${text.slice(0, messageUnitsMax).toWellFormed()}…`

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
    case "extern":
      return { kind: "waited", detail: `for \`${wait.name}\` of ${wait.module}`, place }
    case "scan":
      return { kind: "waited", detail: wait.scan.operation === "tasks" ? "for a list of tasks" : "for keys", place }
    case "event":
      return { kind: "waited", detail: `for an event of ${topicText(wait)}`, place }
    case "room":
      return { kind: "waited", detail: "for room in the event queue", place }
    case "turn":
      return { kind: "waited", detail: `for processor ${wait.processor}`, place }
  }
}

const wokenBy = (wait: Wait | undefined, value: unknown): string => {
  const isTimeout = value instanceof ErrorValue && value.content === "timeout"
  if (wait?.kind === "join") return isTimeout ? "by its time limit" : `by ${wait.task}`
  if (wait?.kind === "event") return isTimeout ? "by its time limit" : "by an event"
  if (wait?.kind === "extern") return `by \`${wait.name}\``
  return wait?.kind === "sleep" ? "by the clock" : ""
}

const encodeEntry = (entry: TimelineEntry, bundle: string): string => encodeNote(entry.at, entry, bundle)

const encodeNote = (at: number, { detail, kind, place }: Note, bundle: string): string => {
  const text = `${at} ${kind} ${detail === "" ? "" : encodeURIComponent(detail)}`
  if (place === undefined) return text
  if ("source" in place) {
    const [name, source] = [place.function, place.source].map(encodeURIComponent)
    return `${text} @${name}:${source}:${place.line}:${place.column}`
  }
  return `${text} ${place.function}:${place.pc}${place.bundle === bundle ? "" : `:${place.bundle}`}`
}

const decodeEntry = (text: string, bundle: string): TimelineEntry => {
  const [at, kind, detail, place] = text.split(" ")
  return {
    at: Number(at),
    kind: kind as TimelineKind,
    detail: decodeURIComponent(detail ?? ""),
    place: place === undefined ? undefined : decodePlace(place, bundle)
  }
}

const decodePlace = (text: string, bundle: string): StandingPlace | TracePlace => {
  if (text.startsWith("@")) {
    const [name, source, line, column] = text.slice(1).split(":")
    return {
      function: decodeURIComponent(name ?? ""),
      source: decodeURIComponent(source ?? ""),
      line: Number(line),
      column: Number(column)
    }
  }
  const [index, pc, other] = text.split(":")
  return { function: Number(index), pc: Number(pc), bundle: other ?? bundle }
}
