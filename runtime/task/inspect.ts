import { TraceMap } from "@jridgewell/trace-mapping"
import type { Position } from "../../stdlib/abi/manifest.ts"
import { BundleRejected, ExternRejected } from "../bundle/errors.ts"
import { topicText } from "../bus/channel.ts"
import { deadLetterId } from "../bus/records.ts"
import { limits } from "../limits.ts"
import { StoreUnavailable } from "../store/store.ts"
import type { Value } from "../value/value.ts"
import { type TaskRejected, unlessDamaged } from "./damage.ts"
import { externWords } from "./extern-wait.ts"
import { type Frame, pcStart } from "./frame.ts"
import type { Places } from "./places.ts"
import { dueOf, isEnded, type TaskFault, type TaskRecord, type TaskState, type TracePlace, type Wait } from "./task.ts"
import { entriesOf, type StandingPlace, type TimelineKind } from "./timeline.ts"

export interface TaskView {
  readonly id: string
  /** `damaged`: the task's own record cannot be read, so nothing else is known. */
  readonly state: TaskState | "damaged"
  readonly program?: string
  readonly function: string
  readonly bundle: string
  /** Where it stands: the innermost frame's suspension point; of a task that failed, where the fault was. */
  readonly place?: { readonly source: string; readonly line: number; readonly column: number }
  /** What it waits for, in words: `resume`, `until 2026-11-21T12:00:00.000Z`, `worker-3 to end`. */
  readonly waitsFor?: string
  /** Both in ms since 1970: its start, and its last change of state. */
  readonly startedAt: number
  readonly since: number
  readonly parent?: string
  /** Message of the fault that it failed with. */
  readonly failure?: string
  /** A record of it cannot be read, so it stands still: which, and why. */
  readonly damage?: string
  /** The event that it handles. */
  readonly handles?: HandlingView
}

export interface HandlingView {
  readonly subscription: string
  /** Number of the event among those of its topic. */
  readonly event: number
  /** From 1 on. */
  readonly attempt: number
  /** Of an attempt that has failed: the event is tried again by that task … */
  readonly retriedBy?: string
  /** … or is the dead letter of this id. */
  readonly deadLetter?: string
}

export interface FrameView {
  readonly depth: number
  readonly function: string
  readonly bundle: string
  /** Index of the suspension point; -1 while the call has not begun. */
  readonly pc: number
  readonly kind: "entry" | "loop" | "call"
  /** What is called there, in the source's words; empty for entry and loop. */
  readonly callee: string
  readonly position: Position
  readonly source: string
  readonly sourceText?: string
  /** Arguments and live locals; the compiler's own intermediates are left out. */
  readonly slots: ReadonlyArray<{ readonly name: string; readonly kind: "arg" | "local"; readonly value: Value }>
}

export interface FaultView {
  readonly message: string
  readonly code: string
  readonly data: Value
  readonly trace: ReadonlyArray<TracePlace>
}

export interface Inspection {
  readonly task: TaskView
  /** Innermost first. */
  readonly frames: ReadonlyArray<FrameView>
  /** The files that its bundle was made from, as far as they came into its code; none for a task that is done. */
  readonly sources: ReadonlyArray<{ readonly name: string; readonly text: string }>
  readonly result?: Value
  readonly error?: FaultView
  /** The `core/task/limit`s that it stands in, outermost first. */
  readonly limits: ReadonlyArray<LimitView>
  /** What has happened to it last, oldest first. */
  readonly timeline: ReadonlyArray<TimelineView>
}

export interface LimitView {
  /** When it is over, in ms since 1970. */
  readonly deadline?: number
  /** Fuel that is left. */
  readonly fuel?: number
}

export interface TimelineView {
  /** In ms since 1970. */
  readonly at: number
  readonly event: TimelineKind
  /** For or by what, in words. */
  readonly detail?: string
  readonly place?: TracePlace
}

export type Rejections = (task: string) => TaskRejected | undefined

/** The task in short. Reads its innermost frame only, and the records of those that it waits for. */
export const viewTask = (places: Places, record: TaskRecord, rejection: Rejections): TaskView => {
  const rejected = rejection(record.id)
  let damage = rejected instanceof StoreUnavailable ? rejected.detail : undefined
  const note = ({ detail }: StoreUnavailable) => {
    damage ??= detail
  }
  const place = unlessDamaged(() => placeOf(places, record), note)
  const waitsFor = unlessDamaged(() => waitWords(places, record, rejected), note)
  const handles = viewHandling(record)
  return {
    id: record.id,
    state: record.state,
    function: places.functionName(record.bundle, record.function),
    bundle: record.bundle,
    startedAt: record.startedAt,
    since: record.since,
    ...(record.program !== undefined && { program: record.program }),
    ...(record.parent !== undefined && { parent: record.parent }),
    ...(place !== undefined && { place }),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(record.error !== undefined && { failure: record.error.message }),
    ...(damage !== undefined && { damage }),
    ...(handles !== undefined && { handles })
  }
}

/** Tasks of processors handle no event of the program's. */
const viewHandling = ({ bus }: TaskRecord): HandlingView | undefined => {
  const handles = bus?.handles
  if (handles === undefined || handles.attempt === 0) return undefined
  const { attempt, event, next, subscription } = handles
  return {
    subscription,
    event,
    attempt,
    ...(typeof next === "object" && { retriedBy: next.task }),
    ...(next === "dead letter" && { deadLetter: deadLetterId(subscription, event) })
  }
}

/** A task of which nothing can be read. */
export const viewDamaged = (id: string, damage: string): TaskView => ({
  id,
  state: "damaged",
  function: "",
  bundle: "",
  startedAt: 0,
  since: 0,
  damage
})

/** The task with all its frames that can be read. */
export const inspectTask = (places: Places, record: TaskRecord, rejection: Rejections): Inspection => {
  const texts: Texts = new Map()
  const stack = places.stack(record)
  let damage: string | undefined
  const note = ({ detail }: StoreUnavailable) => {
    damage ??= detail
  }
  const frames = Array.from({ length: record.depth }, (_, depth) =>
    unlessDamaged(() => viewFrame(places, stack.at(depth), depth, texts), note)
  ).filter((frame) => frame !== undefined)
  const task = viewTask(places, record, rejection)
  return {
    task: damage === undefined ? task : { ...task, damage },
    frames: frames.reverse(),
    sources: frames.length === 0 && record.error === undefined ? [] : readSources(places.registry.map(record.bundle)),
    ...(record.result !== undefined && { result: record.result }),
    ...(record.error !== undefined && { error: viewFault(record.error) }),
    limits: viewLimits(record),
    timeline: viewTimeline(places, record)
  }
}

export const viewLimits = (record: TaskRecord): ReadonlyArray<LimitView> =>
  record.limits.map(({ due, fuel }) => ({
    ...(due !== null && { deadline: due }),
    ...(fuel !== null && { fuel: Math.max(0, fuel) })
  }))

/** What has happened to the task last, oldest first, with the places in the source. */
export const viewTimeline = (places: Places, record: TaskRecord): ReadonlyArray<TimelineView> =>
  entriesOf(places.tasks.timeline(record), record.bundle).map(({ at, detail, kind, place }) => {
    const found =
      kind === "faulted"
        ? record.error && faultPlace(record.error)
        : place && ("source" in place ? place : tracePlace(places, place))
    return { at, event: kind, ...(detail !== "" && { detail }), ...(found !== undefined && { place: found }) }
  })

/** In words; undefined when its code is lost. */
export const tracePlace = (places: Places, at: StandingPlace): TracePlace | undefined => {
  const frame = { ...at, slots: [] }
  const position = places.position(frame)
  const source = places.source(frame)
  if (position === undefined || source === undefined) return undefined
  return {
    function: places.functionName(frame.bundle, frame.function),
    source,
    line: position.line,
    column: position.column
  }
}

const viewFault = ({ message, code, data, trace }: TaskFault): FaultView => ({ message, code, data, trace })

/** The place of a fault to look at first: the user's, also when it was raised in a part of the library written in sxs. */
export const faultPlace = ({ trace }: Pick<TaskFault, "trace">): TracePlace | undefined =>
  trace.find(({ source }) => !source.startsWith("sxs:")) ?? trace[0]

const placeOf = (places: Places, record: TaskRecord): TaskView["place"] => {
  const failed = record.error && faultPlace(record.error)
  if (failed !== undefined) return { source: failed.source, line: failed.line, column: failed.column }
  if (record.depth === 0) return undefined
  const frame = places.stack(record).at(record.depth - 1)
  const position = places.position(frame)
  const source = places.source(frame)
  if (position === undefined || source === undefined) return undefined
  return { source, line: position.line, column: position.column }
}

/** What a task waits for, as it begins, when a function of a module is not there. */
export const absentModule = "what is not there"

const waitWords = (places: Places, record: TaskRecord, rejected: TaskRejected | undefined): string | undefined => {
  if (rejected instanceof BundleRejected) return `its code, which cannot run here: ${rejected.detail}`
  if (rejected instanceof ExternRejected) return `${absentModule}: ${rejected.detail}`
  if (record.held) return "resume"
  if (record.wait === undefined || isEnded(record.state)) return undefined
  return `${wordsOf(record.wait, dueOf(record))}${waitsForItself(places, record) ? ", which waits for this one" : ""}`
}

/** Tasks that join each other in a circle wait for ever, unless one of them has a time limit or is cancelled. */
const waitsForItself = (places: Places, start: TaskRecord): boolean => {
  let record: TaskRecord | undefined = start
  for (let count = 0; count < limits.joinsFollowedMax && record !== undefined; count++) {
    if (record.wait?.kind === "children") return record.id !== start.id && isBelow(places, start, record.id)
    if (record.wait?.kind !== "join" || record.wait.until !== null) return false
    if (record.wait.task === start.id) return true
    record = places.tasks.read(record.wait.task)
  }
  return false
}

/** Whether the task is a child of that form, or of one inside it. */
const isBelow = (places: Places, start: TaskRecord, parent: string): boolean => {
  let record: TaskRecord | undefined = start
  for (let count = 0; count < limits.joinsFollowedMax && record?.isChild === true; count++) {
    if (record.parent === parent) return true
    record = places.tasks.read(record.parent ?? "")
  }
  return false
}

const wordsOf = (wait: Wait, due: number | undefined): string => {
  switch (wait.kind) {
    case "resume":
      return "resume"
    case "sleep":
      return `until ${new Date(wait.until).toISOString()}`
    case "join":
      return `${wait.task} to end${due === undefined ? "" : `, until ${new Date(due).toISOString()}`}`
    case "children":
      return `${wait.left} of its ${wait.count} children to end`
    case "scan":
      return wait.scan.operation === "tasks" ? "a list of tasks" : `keys under ${JSON.stringify(wait.scan.prefix)}`
    case "extern":
      return externWords(wait, due)
    case "load":
      return `its code ${wait.bundle.slice(0, 12)}`
    case "event":
      return `an answer on ${topicText(wait)}${due === undefined ? "" : `, until ${new Date(due).toISOString()}`}`
    case "room":
      return "room in the event queue"
    case "turn":
      return `its turn on processor ${wait.processor}`
  }
}

const nowhere: Position = { line: 1, column: 1, endLine: 1, endColumn: 1 }

const viewFrame = (places: Places, frame: Frame, depth: number, texts: Texts): FrameView => {
  const point = places.point(frame)
  const source = places.source(frame)
  const sourceText = source === undefined ? undefined : sourceTextOf(places, frame.bundle, source, texts)
  const slots = places.slots(frame).flatMap(({ name, kind }, index) => {
    if (kind === "temp" || name.startsWith("%")) return []
    return [{ name, kind, value: frame.slots[index] ?? null }]
  })
  return {
    depth,
    function: places.functionName(frame.bundle, frame.function),
    bundle: frame.bundle,
    pc: frame.pc,
    kind: frame.pc === pcStart ? "entry" : (point?.kind ?? "call"),
    callee: point?.callee ?? "",
    position: places.position(frame) ?? nowhere,
    source: source ?? "",
    ...(sourceText !== undefined && { sourceText }),
    slots
  }
}

type Texts = Map<string, string | undefined>

const sourceTextOf = (places: Places, hash: string, source: string, texts: Texts): string | undefined => {
  const key = `${hash} ${source}`
  if (!texts.has(key)) texts.set(key, readSourceText(places.registry.map(hash), source))
  return texts.get(key)
}

/** All source texts of a bundle from the source map beside its code. */
const readSources = (mapText: string | undefined): Inspection["sources"] => {
  if (mapText === undefined) return []
  try {
    const { sources, sourcesContent } = new TraceMap(mapText)
    return sources.flatMap((name, index) => {
      const text = sourcesContent?.[index]
      return typeof name === "string" && typeof text === "string" ? [{ name, text }] : []
    })
  } catch {
    return [] // As below.
  }
}

/** The text of a source from the source map beside the code. */
const readSourceText = (mapText: string | undefined, source: string): string | undefined => {
  if (mapText === undefined) return undefined
  try {
    const map = new TraceMap(mapText)
    return map.sourcesContent?.[map.sources.indexOf(source)] ?? undefined
  } catch {
    return undefined // A map is not part of the hash; without a good one there is no excerpt, nothing else.
  }
}
