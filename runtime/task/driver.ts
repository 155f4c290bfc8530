import type { BundleRegistry } from "../bundle/registry.ts"
import { Fault } from "../errors.ts"
import { limits } from "../limits.ts"
import { StoreUnavailable } from "../store/store.ts"
import type { Value } from "../value/value.ts"
import { askChildren, disownChildren, gather } from "./children.ts"
import { damageFault } from "./damage.ts"
import {
  asFault,
  Cancelled,
  endsAll,
  fault,
  isStackOverflow,
  isTooLargeForCommit,
  NotLinked,
  Thrown
} from "./faults.ts"
import { type Frame, pcStart } from "./frame.ts"
import { KeyMarks } from "./key-values.ts"
import type { Places } from "./places.ts"
import { type Segment, SUSPENDED } from "./segment.ts"
import type { Stack } from "./stack.ts"
import {
  type Action,
  type Fresh,
  hasGathered,
  isAnnouncing,
  isClosing,
  isEnded,
  type TaskEvent,
  type TaskRecord,
  transition,
  type Wait
} from "./task.ts"
import type { TaskMarks } from "./task-marks.ts"
import type { TaskTable } from "./task-table.ts"
import { notedSpawns } from "./timeline.ts"
import { stackFramesMax, traceFault } from "./trace.ts"

/** A task in memory. Everything here can be read again from the store. */
export interface LiveTask {
  readonly id: string
  readonly marks: TaskMarks
  readonly stack: Stack
  /** Whether it is one of the live tasks; false: it was taken from them. */
  isLive: boolean
  /** It was admitted from the index, and has not had its turn. */
  isNew: boolean
  /** How many segments more it may run before the others have their turn. */
  segmentsInRow: number
  /** Set when its wait is over: yields what it goes on with, inside the segment, and may fault there. */
  woken: (() => Value) | undefined
  /** Set while it waits for so short a time that it is not parked. */
  resume: (() => void) | undefined
  /** Hash of a bundle that its next segment needs besides that of its innermost frame. */
  needs: string | undefined
  /** Fuel of its next segment; undefined: that of a slice. Less than that while its segments would grow too large. */
  fuel: number | undefined
  /** The commit that is to be durable before its next segment, as its program waits for that; 0: none. */
  flush: number
  /** Puts it into the queue; made when it waits for that first. */
  enqueue: (() => void) | undefined
  /** Segments since its frames were saved. */
  unsaved: number
  /** A segment began again with less fuel, and there has been none with all of it since: what it reaches now must not be lost, or
   * it would never get past that place. */
  beganAgain: boolean
  /** Its first frame, as long as nothing of it is written. */
  unwritten: Frame | undefined
  /** Others wait for its place: each of its segments is saved. */
  savesEach: boolean
  /** Of the keys that its program uses; made by its first segment. */
  keyMarks: KeyMarks | undefined
  /** A fault in it with its trace; made by its first segment. */
  traceOf: Segment["traceOf"] | undefined
  /** Raised where it stands, in its next segment: its memory is needed. */
  fault: Fault | undefined
}

export interface DriverParts {
  readonly segment: Segment
  readonly meter: { fuel: number }
  readonly registry: BundleRegistry
  readonly places: Places
  readonly tasks: TaskTable
  /** Loop turns, recursive calls and frames taken up again of one segment, at least 1. */
  readonly fuelPerSlice: number
}

/** How a segment ended, and with what the innermost frame goes on. */
interface Ending {
  readonly event: TaskEvent
  readonly value: Value
}

/**
 * Runs one segment of the task, whose record is `before`: plain synchronous code up to the next suspension point. Afterwards the write set holds
 * all that it did, with the task's new record and frames. Undefined when the task is not to run now, or when `live.needs`
 * says what must be loaded first; nothing was done then. Throws `StoreUnavailable` only; the write set is then to be dropped.
 */
export const runSegment = (
  parts: DriverParts,
  live: LiveTask,
  before: TaskRecord,
  now: number
): TaskRecord | undefined => {
  if (isClosing(before) || isAnnouncing(before)) {
    parts.segment.begin(before, now, parts.meter)
    return isClosing(before) ? askChildren(parts.places, before, now) : parts.tasks.wakeJoiners(before, now)
  }
  if (hasGathered(before)) live.woken = gatherer(parts.places, before)
  const start = startOf(before, live.woken !== undefined, now)
  if (start === undefined) return undefined
  if (before.state !== "waiting") live.woken = undefined // It was woken by something else first.
  parts.segment.begin(start, now, parts.meter)
  const ending = execute(parts, live, start, before.cancelling === "due")
  if (ending === undefined) return undefined
  live.woken = undefined
  const facts = { before, start, ending, now }
  if (mayGoUnsaved(parts, live, facts)) {
    live.unsaved += parts.segment.share > 1 ? heavySegment : 1
    return before
  }
  live.unsaved = 0
  return checkpoint(parts, live, facts)
}

/** One that has made as much as a segment should counts as so many: what it made may be in its frames. */
const heavySegment = limits.segmentsUnsavedMax / 8

/** A segment that has only computed changes nothing that others could see: a crash before the next checkpoint does that work once
 * more. So its frames stay in memory, for a number of segments. */
const mayGoUnsaved = (
  { fuelPerSlice, meter, places, segment }: DriverParts,
  live: LiveTask,
  { before, ending, start }: SegmentFacts
): boolean =>
  ending.event.type === "ran out of fuel" &&
  // Else it has asked for a checkpoint.
  meter.fuel < 0 &&
  !segment.isFlushing &&
  !segment.hasPassed &&
  live.unsaved < limits.segmentsUnsavedMax &&
  live.stack.depth <= limits.framesUnsavedMax &&
  !live.savesEach &&
  !live.beganAgain &&
  fuelPerSlice === limits.fuelPerSlice &&
  before === start &&
  start.value === null &&
  ending.value === null &&
  start.limits.length === 0 &&
  !places.view.isDirty &&
  standingAt(start, { ...reached(segment), value: null, depth: start.depth }) === start &&
  withDone(segment, start, ending.event, segment.now) === start

const gatherer = (places: Places, record: TaskRecord) => () => gather(places, record)

/** The record with which the segment runs. Being woken is part of the same commit as what follows. */
const startOf = (record: TaskRecord, isWoken: boolean, now: number): TaskRecord | undefined => {
  if (record.state === "running") return knowing(record)
  const event: TaskEvent = record.state === "initialized" ? { type: "started" } : { type: "woke", value: record.value }
  if (event.type === "woke" && (record.state !== "waiting" || !isWoken)) return undefined
  const outcome = transition(record, event, now)
  return "record" in outcome ? knowing(outcome.record) : undefined
}

/** Its frames hear now that it was cancelled. */
const knowing = (record: TaskRecord): TaskRecord =>
  record.cancelling === "due" ? { ...record, cancelling: "under way" } : record

const execute = (parts: DriverParts, live: LiveTask, record: TaskRecord, isCancelled: boolean): Ending | undefined => {
  const { fault } = live
  live.fault = undefined
  const fuel = live.fuel ?? parts.fuelPerSlice
  const start: Start = { value: record.value, isCancelled, fault, raised: undefined, fuel, isLastTry: false }
  return asRunning(parts, live, record, executeWith, start)
}

/** What code of the task runs in: the task is seen as running, and faults show enough of their calls. */
// What `run` needs is handed to it, as a closure for each segment would be garbage.
const asRunning = <A, B>(
  parts: DriverParts,
  live: LiveTask,
  record: TaskRecord,
  run: (parts: DriverParts, live: LiveTask, a: A) => B,
  a: A
): B => {
  const { segment, tasks } = parts
  const traceLimit = Error.stackTraceLimit
  Error.stackTraceLimit = stackFramesMax
  tasks.setRunning(record, live.unwritten)
  segment.work.begin()
  try {
    return run(parts, live, a)
  } finally {
    segment.work.end()
    tasks.setRunning(undefined)
    Error.stackTraceLimit = traceLimit
  }
}

/**
 * A slice has more fuel than JavaScript's stack has room for calls, and more than a commit has for large writes: loops that
 * call nothing which may wait count their fuel for themselves and do not see that it was taken. Where that shows, the
 * segment begins again with less fuel, suspends before that place, and the rest is for the next ones. What the first try
 * wrote is dropped, as after a crash.
 */
const executeWith = (parts: DriverParts, live: LiveTask, start: Start): Ending | undefined => {
  const { segment } = parts
  live.keyMarks ??= new KeyMarks()
  segment.kv.marks = live.keyMarks
  segment.limits.fill(start.fuel)
  // What is in memory only, and what has to get past a place, is saved as soon as the program says so.
  segment.mayPass = live.unsaved === 0 && !live.beganAgain
  segment.work.canBeginAgain = start.fuel > 1
  segment.work.begin()
  live.traceOf ??= tracer(parts, live)
  segment.traceOf = live.traceOf
  let next: Start
  let isEnding = false
  try {
    const first = firstOf(parts, live, start)
    isEnding = first instanceof Thrown && endsAll(first.cause)
    segment.endSoonIfLarge() // Being woken may itself have deleted many keys.
    const ending = waitsFirst(segment, first) ?? unwind(parts, live.stack, first)
    if (start.fuel >= parts.fuelPerSlice) live.beganAgain = false
    live.fuel = nextFuel(parts, start.fuel)
    return ending
  } catch (thrown) {
    if (thrown instanceof NotLinked) {
      segment.abandon()
      live.stack.reset()
      live.needs = thrown.bundle
      return undefined
    }
    const again = nextTry(parts, { ...start, isLastTry: start.isLastTry || isEnding }, thrown)
    if (again === undefined) return faulted(parts, live.stack, thrown)
    next = again
    live.beganAgain = true
  }
  segment.abandon()
  live.stack.reset()
  return executeWith(parts, live, next)
}

const tracer =
  ({ places }: DriverParts, { stack }: LiveTask): Segment["traceOf"] =>
  (caught) =>
    traceFault(places, caught, stack.frames())

interface Start {
  /** With what the innermost frame goes on, unless the task was woken with something. */
  readonly value: Value
  readonly isCancelled: boolean
  /** Raised instead where it stands. */
  readonly fault: Fault | undefined
  /** What a try has thrown, which is raised before all that. */
  readonly raised: Thrown | undefined
  readonly fuel: number
  /** What it throws now is the end of the task. So it is when it began with a cancellation or a limit that is exceeded: a
   * `recover` would catch what is raised instead, and the task would go on. */
  readonly isLastTry: boolean
}

/** With what the innermost frame goes on. */
const firstOf = ({ segment }: DriverParts, live: LiveTask, start: Start): Value | Thrown => {
  if (start.raised !== undefined) return start.raised
  const ends = start.isCancelled ? new Cancelled() : (segment.limits.exceeded(segment.now) ?? start.fault)
  return ends === undefined ? goOnWith(live, start.value) : new Thrown(ends)
}

/** What the task has published into a full queue before it waited for something else makes it wait for room now. What ends it
 * does not wait. */
const waitsFirst = ({ bus }: Segment, first: Value | Thrown): Ending | undefined => {
  const wait = first instanceof Thrown ? undefined : bus.owedWait
  return wait === undefined || first instanceof Thrown ? undefined : { event: waitFor(wait), value: first }
}

/** What the task was woken with; that may itself be a fault, which belongs where the task waited. */
const goOnWith = (live: LiveTask, value: Value): Value | Thrown => {
  if (live.woken === undefined) return value
  try {
    return live.woken()
  } catch (thrown) {
    if (thrown instanceof Fault) return new Thrown(thrown)
    throw thrown
  }
}

/** How to begin the segment again; undefined when that would not help. What may have come in the middle of a write, such as
 * a stack overflow, is raised where the segment began, once: what the task has deferred must run all the same. */
const nextTry = ({ segment }: DriverParts, start: Start, thrown: unknown): Start | undefined => {
  const fuel = fuelForRetry(segment, start.fuel, thrown)
  if (fuel !== undefined) return { ...start, fuel }
  if (start.isLastTry || thrown instanceof Fault || thrown instanceof Cancelled || thrown instanceof StoreUnavailable)
    return undefined
  return { ...start, raised: new Thrown(asFault(thrown)), isLastTry: true }
}

/** Undefined when it would not help to begin again. */
const fuelForRetry = (segment: Segment, fuel: number, thrown: unknown): number | undefined => {
  if (isStackOverflow(thrown)) return fuel < overflowFuelMin ? undefined : Math.floor(fuel / 8)
  return isTooLargeForCommit(thrown) && fuel > 1 ? fuelForShare(fuel, segment.share) : undefined
}

/** With so little fuel it is not recursion that fills the stack. */
const overflowFuelMin = 100

/** As large writes come in rows, the next segment starts with what this one could do, or a little more. */
const nextFuel = ({ segment, fuelPerSlice }: DriverParts, fuel: number): number =>
  segment.share > 1 ? fuelForShare(fuel, segment.share) : Math.min(fuel * 2, fuelPerSlice)

/** With how much fuel it would have written and done as much as one segment should. */
const fuelForShare = (fuel: number, share: number): number => Math.max(1, Math.floor(fuel / share))

/** Hands the value to the innermost frame, its result to the next one, and so on until one suspends or none is left. What
 * ends a call early goes to the innermost frame that stands in a region which catches it. */
const unwind = (parts: DriverParts, stack: Stack, first: Value | Thrown): Ending => {
  let value = first
  if (value instanceof Thrown && !dropToCatcher(parts, stack, value.cause)) throw value.cause
  while (stack.depth > 0) {
    const frame = stack.at(stack.depth - 1)
    const linked = parts.registry.linked(frame.bundle)
    if (value instanceof Thrown) {
      // A fault cannot wait in the store for it, as after a restart when it comes from evaluated text.
      if (linked === undefined) throw new NotLinked(frame.bundle)
    } else {
      if (linked === undefined) return { event: waitFor({ kind: "load", bundle: frame.bundle }), value }
      if (--parts.meter.fuel < 0) return outOfFuel(parts.segment, value)
    }
    stack.pop()
    try {
      const result = enter(linked?.functions[frame.function], frame, value, parts)
      if (result === SUSPENDED) return suspended(parts.segment, stack)
      value = result as Value
    } catch (thrown) {
      if (!parts.segment.isCatchable(thrown) || !dropToCatcher(parts, stack, thrown)) throw thrown
      value = new Thrown(thrown)
    }
  }
  return { event: { type: "ended", result: value as Value }, value: null }
}

/** A segment that ends for no reason of its program's: the task goes on at its next turn, or when there is room for events. */
const outOfFuel = ({ bus }: Segment, value: Value): Ending => {
  const { wait } = bus
  return { event: wait === undefined ? { type: "ran out of fuel" } : waitFor(wait), value }
}

/** Takes the frames off that stand above the innermost one which catches what was thrown. False: there is none, and none is
 * taken off. */
const dropToCatcher = ({ places, segment }: DriverParts, stack: Stack, thrown: Fault | Cancelled): boolean => {
  for (let depth = stack.depth - 1; depth >= 0; depth--) {
    const catches = places.point(stack.at(depth))?.catches
    if (catches === undefined || (endsAll(thrown) && catches !== "ends")) continue
    if (thrown instanceof Fault) segment.trace(thrown)
    segment.forgetSuspension()
    while (stack.depth > depth + 1) stack.pop()
    return true
  }
  return false
}

const waitFor = (wait: Wait) => ({ type: "waited", wait }) as const

type Functions = NonNullable<ReturnType<BundleRegistry["linked"]>>["functions"]

const enter = (
  code: Functions[number] | undefined,
  frame: Frame,
  value: Value | Thrown,
  parts: DriverParts
): unknown => {
  const facts = parts.registry.facts(frame.bundle, frame.function)
  if (code === undefined || facts === undefined) {
    throw fault("no such function", `the bundle ${frame.bundle} has no function ${frame.function}`)
  }
  if (frame.pc !== pcStart) return code.resume?.(frame, value)
  const { length } = facts.params
  if (frame.slots.length !== length) {
    throw fault(
      "arity",
      `\`${facts.name}\` takes ${length - facts.captured}, got ${frame.slots.length - facts.captured}`
    )
  }
  return code.hot(...(frame.slots as Array<never>))
}

/** The frames cannot be saved: a fault at the point where the task would have waited. */
const raisedWhereItStands = (parts: DriverParts, { stack }: LiveTask, thrown: Fault): Ending => {
  try {
    return unwind(parts, stack, new Thrown(thrown))
  } catch (uncaught) {
    return faulted(parts, stack, uncaught instanceof NotLinked ? thrown : uncaught)
  }
}

const suspended = (segment: Segment, stack: Stack): Ending => {
  segment.moveCaptured(stack)
  const wait = segment.wait
  if (wait === undefined) return outOfFuel(segment, null)
  return { event: { ...waitFor(wait), place: stack.at(stack.depth - 1) }, value: null }
}

/** What was written before the fault stays written; the frames stay where the segment began. What is thrown otherwise, such
 * as a stack overflow, may have come in the middle of a write, so that nothing of its segment is kept. */
const faulted = (parts: DriverParts, stack: Stack, thrown: unknown): Ending => {
  if (thrown instanceof StoreUnavailable) {
    const { keys } = parts.places
    const isOwn = keys.taskOf(thrown.key ?? "") === parts.segment.task
    const found = isOwn ? undefined : damageFault(keys, thrown)
    if (found === undefined) throw thrown
    parts.segment.abandon()
    return faulted(parts, stack, found)
  }
  if (thrown instanceof Cancelled) {
    stack.clear()
    return { event: { type: "cancelled", standing: "plain" }, value: null }
  }
  if (!(thrown instanceof Fault)) parts.segment.abandon()
  const error = parts.segment.trace(asFault(thrown))
  stack.reset()
  return { event: { type: "faulted", error }, value: null }
}

interface SegmentFacts {
  readonly before: TaskRecord
  readonly start: TaskRecord
  readonly ending: Ending
  readonly now: number
}

/** Writes frames and record. A value in them that cannot be stored is a fault where the task stands; so is what the handler of
 * that fault leaves, as often as there is fuel for it. */
const checkpoint = (parts: DriverParts, live: LiveTask, facts: SegmentFacts): TaskRecord => {
  const { actions, record } = save(parts, live, facts)
  return parts.tasks.note(record, actions, facts.now)
}

const save = (parts: DriverParts, live: LiveTask, facts: SegmentFacts): Saved => {
  let { ending } = facts
  for (;;) {
    try {
      return trySave(parts, live, facts, ending)
    } catch (thrown) {
      if (!(thrown instanceof Fault) || ending.event.type === "faulted") throw thrown
      const { event } = ending
      if (event.type === "waited" && event.wait.kind === "children")
        disownChildren(parts.places, live.id, parts.tasks.children(live.id), facts.now)
      if (event.type === "waited" && event.wait.kind === "extern") parts.tasks.forgetExternCall(live.id)
      ending = asRunning(parts, live, facts.start, raisedWhereItStands, thrown)
    }
  }
}

interface Saved {
  readonly record: TaskRecord
  readonly actions: ReadonlyArray<Action>
}

/** A cancellation that has come while deferred work ran is due once that is over. */
const cancelWhenPossible = ({ places }: DriverParts, stack: Stack, ended: Saved, now: number): Saved => {
  const { record } = ended
  if (record.cancelling !== "pending" || isEnded(record.state)) return ended
  if (places.standing(stack.frames()) === "shielded") return ended
  const due = transition(record, { type: "cancelled", standing: "deferring" }, now)
  return "record" in due ? due : ended
}

type Reached = Pick<TaskRecord, "value" | "depth" | "kvPrefix" | "logs">

const reached = ({ logs, scope }: Segment): Pick<Reached, "kvPrefix" | "logs"> => ({
  kvPrefix: scope,
  logs
})

/** The record itself when it says so already, as after most steps: then there is nothing to write. */
const standingAt = (record: TaskRecord, at: Reached): TaskRecord =>
  Object.is(record.value, at.value) &&
  record.depth === at.depth &&
  record.kvPrefix === at.kvPrefix &&
  record.logs === at.logs
    ? record
    : stand({ ...record }, at)

const stand = (fresh: Fresh, { depth, kvPrefix, logs, value }: Reached): TaskRecord => {
  fresh.value = value
  fresh.depth = depth
  fresh.kvPrefix = kvPrefix
  fresh.logs = logs
  return fresh
}

/** With what the way in which the segment ends depends on: its timer may be that of a limit which it has entered. */
const withDone = (segment: Segment, record: TaskRecord, event: TaskEvent, now: number): TaskRecord => {
  const { spawned } = segment
  const { stored } = segment.limits
  const bus = segment.bus.after(record.bus, event)
  if (spawned.count === 0)
    return stored === record.limits && bus === record.bus ? record : { ...record, limits: stored, bus }
  return { ...record, limits: stored, bus, timeline: notedSpawns(record, spawned, now) }
}

/** Throws `Fault`, having written nothing, when a value cannot be stored. */
const trySave = (parts: DriverParts, live: LiveTask, facts: SegmentFacts, ending: Ending): Saved => {
  const { before, start, now } = facts
  const done = withDone(parts.segment, start, ending.event, now)
  const ended = transition(done, ending.event, now)
  if ("refused" in ended) throw new Error(`a segment of ${live.id} cannot end so: ${ended.refused}`)
  const outcome = cancelWhenPossible(parts, live.stack, ended, now)
  const at = { ...reached(parts.segment), value: outcome === ended ? ending.value : null, depth: live.stack.depth }
  // What the transition has made nobody else has yet: a copy less.
  const after = outcome.record === done ? standingAt(done, at) : stand(outcome.record, at)
  const writeFrames = live.stack.prepare()
  const record = parts.tasks.save(live.unwritten === undefined ? before : undefined, after, live.marks)
  writeFrames()
  live.unwritten = undefined
  return { record, actions: outcome.actions }
}
