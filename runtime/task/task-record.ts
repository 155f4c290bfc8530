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
  readonly older?: true
}

const noLimits: TaskRecord["limits"] = []
const noTimeline: TaskRecord["timeline"] = []

/** The text by hand: `JSON.stringify` of an object made for it takes three times as long, and each step of a task's life
 * writes its record. */
export const encodeRecord = (record: TaskRecord): string => {
  const { error, result, timeline, value, wait } = record
  let text = `{"id":${quoted(record.id)},"state":"${record.state}","bundle":${quoted(record.bundle)},"fn":${record.function},"depth":${record.depth},"startedAt":${record.startedAt},"since":${record.since}`
  if (wait !== undefined) text += `,"wait":${JSON.stringify(wait)}`
  if (value !== null) text += `,"value":${quoted(encode(value))}`
  if (record.held) text += ',"held":true'
  if (record.kvPrefix !== "") text += `,"scope":${quoted(record.kvPrefix)}`
  if (record.parent !== undefined) text += `,"parent":${quoted(record.parent)}`
  if (record.isChild) text += ',"child":true'
  if (record.program !== undefined) text += `,"program":${quoted(record.program)}`
  if (record.trace !== undefined) text += `,"trace":${quoted(record.trace)}`
  if (record.logs !== 0) text += `,"logs":${record.logs}`
  if (result !== undefined) text += `,"result":${quoted(encode(result))}`
  if (error !== undefined) text += `,"error":${JSON.stringify({ ...error, data: encode(error.data) })}`
  if (record.cancelling !== undefined) text += `,"cancelling":"${record.cancelling}"`
  if (record.joiner !== undefined) text += `,"joiner":${quoted(record.joiner)}`
  if (record.limits.length > 0) text += `,"limits":${JSON.stringify(record.limits)}`
  if (record.bus !== undefined) text += `,"bus":${JSON.stringify(record.bus)}`
  // What is in an entry needs no escape: see timeline.ts.
  if (timeline.length > 0) text += `,"timeline":["${timeline.join('","')}"]`
  if (record.hasOlder) text += ',"older":true'
  return `${text}}`
}

const quoted = (text: string): string => JSON.stringify(text)

const decoded = (text: string | undefined): Value | undefined => (text === undefined ? undefined : decode(text))

/** The state alone of a record, by which those that have ended are passed over among thousands. Undefined: the record has to be
 * decoded. */
export const stateOf = (text: string): TaskRecord["state"] | undefined => {
  const [, state] = /^\{"id":"[^"\\]*","state":"(\w+)"/.exec(text) ?? []
  return state as TaskRecord["state"] | undefined
}

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
    timeline: stored.timeline ?? noTimeline,
    hasOlder: stored.older ?? false
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
  readonly trace?: string | undefined
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
  timeline: noTimeline,
  hasOlder: false
})
