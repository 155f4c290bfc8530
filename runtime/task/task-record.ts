import { decode, encode } from "../value/codec.ts"
import type { Value } from "../value/value.ts"
import type { TaskFault, TaskRecord } from "./task.ts"

/**
 * A task's record as JSON. What is absent has its usual value; values are texts of the value codec inside the JSON, so
 * that their size and depth are bounded by the codec alone.
 */
interface Stored {
  readonly id: string
  readonly state: TaskRecord["state"]
  readonly bundle: string
  readonly fn: number
  readonly depth: number
  readonly wait?: TaskRecord["wait"]
  readonly value?: string
  readonly held?: true
  readonly scope?: string
  readonly parent?: string
  readonly child?: true
  readonly program?: string
  readonly trace?: string
  readonly startedAt: number
  readonly since: number
  readonly logs?: number
  readonly result?: string
  readonly error?: Omit<TaskFault, "data"> & { readonly data: string }
  readonly cancelling?: TaskRecord["cancelling"]
  readonly joiner?: string
  readonly limits?: TaskRecord["limits"]
  readonly bus?: TaskRecord["bus"]
  readonly timeline?: ReadonlyArray<string>
}

const noLimits: TaskRecord["limits"] = []
const noTimeline: TaskRecord["timeline"] = []

export const encodeRecord = (record: TaskRecord): string => {
  const stored: Stored = {
    id: record.id,
    state: record.state,
    bundle: record.bundle,
    fn: record.function,
    depth: record.depth,
    startedAt: record.startedAt,
    since: record.since,
    ...(record.wait !== undefined && { wait: record.wait }),
    ...(record.value !== null && { value: encode(record.value) }),
    ...(record.held && { held: true }),
    ...(record.kvPrefix !== "" && { scope: record.kvPrefix }),
    ...(record.parent !== undefined && { parent: record.parent }),
    ...(record.isChild && { child: true }),
    ...(record.program !== undefined && { program: record.program }),
    ...(record.trace !== undefined && { trace: record.trace }),
    ...(record.logs !== 0 && { logs: record.logs }),
    ...(record.result !== undefined && { result: encode(record.result) }),
    ...(record.error !== undefined && { error: { ...record.error, data: encode(record.error.data) } }),
    ...(record.cancelling !== undefined && { cancelling: record.cancelling }),
    ...(record.joiner !== undefined && { joiner: record.joiner }),
    ...(record.limits.length > 0 && { limits: record.limits }),
    ...(record.bus !== undefined && { bus: record.bus }),
    ...(record.timeline.length > 0 && { timeline: record.timeline })
  }
  return JSON.stringify(stored)
}

const decoded = (text: string | undefined): Value | undefined => (text === undefined ? undefined : decode(text))

/** Throws on text that is no record: the checksum was right, so it was written by other code. */
export const decodeRecord = (text: string): TaskRecord => {
  const stored = JSON.parse(text) as Stored
  return {
    id: stored.id,
    state: stored.state,
    bundle: stored.bundle,
    function: stored.fn,
    depth: stored.depth,
    wait: stored.wait,
    value: decoded(stored.value) ?? null,
    held: stored.held ?? false,
    kvPrefix: stored.scope ?? "",
    parent: stored.parent,
    isChild: stored.child ?? false,
    program: stored.program,
    trace: stored.trace,
    startedAt: stored.startedAt,
    since: stored.since,
    logs: stored.logs ?? 0,
    result: decoded(stored.result),
    error: stored.error && { ...stored.error, data: decode(stored.error.data) },
    cancelling: stored.cancelling,
    joiner: stored.joiner,
    limits: stored.limits ?? noLimits,
    bus: stored.bus,
    timeline: stored.timeline ?? noTimeline
  }
}

/** The record of a task that has not begun; its first frame is written beside it. */
export const newRecord = (facts: {
  readonly id: string
  readonly bundle: string
  readonly function: number
  readonly now: number
  readonly kvPrefix?: string
  readonly parent?: string
  readonly isChild?: boolean
  readonly program?: string
  readonly trace?: string
  readonly bus?: TaskRecord["bus"]
  /** What it waits for before it begins. */
  readonly wait?: TaskRecord["wait"]
}): TaskRecord => ({
  id: facts.id,
  state: facts.wait === undefined ? "initialized" : "waiting",
  bundle: facts.bundle,
  function: facts.function,
  depth: 1,
  wait: facts.wait,
  value: null,
  held: false,
  kvPrefix: facts.kvPrefix ?? "",
  parent: facts.parent,
  isChild: facts.isChild ?? false,
  program: facts.program,
  trace: facts.trace,
  startedAt: facts.now,
  since: facts.now,
  logs: 0,
  result: undefined,
  error: undefined,
  cancelling: undefined,
  joiner: undefined,
  limits: noLimits,
  bus: facts.bus,
  timeline: noTimeline
})
