import { TraceMap } from "@jridgewell/trace-mapping"
import type { Position } from "../../stdlib/abi/manifest.ts"
import type { BundleRejected } from "../bundle/errors.ts"
import type { Value } from "../value/value.ts"
import { type Frame, pcStart } from "./frame.ts"
import type { Places } from "./places.ts"
import { dueOf, type TaskFault, type TaskRecord, type TaskState, type TracePlace, type Wait } from "./task.ts"

export interface TaskView {
  readonly id: string
  readonly state: TaskState
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
}

type Rejections = (task: string) => BundleRejected | undefined

/** The task in short. Reads its innermost frame only. */
export const viewTask = (places: Places, record: TaskRecord, rejection: Rejections): TaskView => {
  const place = placeOf(places, record)
  const waitsFor = waitWords(record, rejection(record.id))
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
    ...(record.error !== undefined && { failure: record.error.message })
  }
}

/** The task with all its frames. */
export const inspectTask = (places: Places, record: TaskRecord, rejection: Rejections): Inspection => {
  const texts: Texts = new Map()
  const frames = places.frames(record).map((frame, depth) => viewFrame(places, frame, depth, texts))
  return {
    task: viewTask(places, record, rejection),
    frames: frames.reverse(),
    sources: frames.length === 0 && record.error === undefined ? [] : readSources(places.registry.map(record.bundle)),
    ...(record.result !== undefined && { result: record.result }),
    ...(record.error !== undefined && { error: viewFault(record.error) })
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

const waitWords = (record: TaskRecord, rejected: BundleRejected | undefined): string | undefined => {
  if (rejected !== undefined) return `its code, which cannot run here: ${rejected.detail}`
  if (record.held) return "resume"
  return record.wait && wordsOf(record.wait, dueOf(record))
}

const wordsOf = (wait: Wait, due: number | undefined): string => {
  switch (wait.kind) {
    case "resume":
      return "resume"
    case "sleep":
      return `until ${new Date(wait.until).toISOString()}`
    case "join":
      return `${wait.task} to end${due === undefined ? "" : `, until ${new Date(due).toISOString()}`}`
    case "scan":
      return `keys under ${JSON.stringify(wait.scan.prefix)}`
    case "load":
      return `its code ${wait.bundle.slice(0, 12)}`
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
