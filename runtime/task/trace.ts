import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping"
import type { Manifest } from "../../stdlib/abi/manifest.ts"
import type { BundleRegistry, LinkedBundle } from "../bundle/registry.ts"
import type { Fault } from "../errors.ts"
import { encode } from "../value/codec.ts"
import type { Value } from "../value/value.ts"
import { ChildFault, LimitExceeded, RaisedAgain } from "./faults.ts"
import type { Frame } from "./frame.ts"
import type { Places } from "./places.ts"
import type { TaskFault, TracePlace } from "./task.ts"

/** Frames of a JavaScript stack that are recorded while a segment runs. */
export const stackFramesMax = 50

/** Places of a trace that are kept, from the innermost on. */
const tracePlacesMax = 100

/** UTF-16 units of a fault's message that are kept. */
const messageUnitsMax = 4096

/**
 * The fault with its trace in the source: first the calls that were running, from the JavaScript stack by the bundle's
 * source map, or those of the child that it comes from, then the saved frames below them, innermost first, by their
 * suspension points.
 */
export const traceFault = (places: Places, fault: Fault, below: Iterable<Frame>): TaskFault => {
  if (fault instanceof LimitExceeded && fault.trace !== undefined) return { ...ofFault(fault), trace: fault.trace }
  if (fault instanceof RaisedAgain) return { ...ofFault(fault), trace: fault.trace }
  const above = fault instanceof ChildFault ? fault.trace : runningCalls(places.registry, callsOf(fault))
  const trace: Array<TracePlace> = [...above]
  for (const frame of below) {
    if (trace.length >= tracePlacesMax) break
    const place = savedCall(places, frame)
    if (place !== undefined) trace.push(place)
  }
  return { ...ofFault(fault), trace }
}

const ofFault = ({ message, code, data }: Fault): Omit<TaskFault, "trace"> => ({
  message: message.length > messageUnitsMax ? `${message.slice(0, messageUnitsMax)}…` : message,
  code,
  data: storable(data)
})

/** None in place of data that cannot be stored: a fault must not fail to be recorded. */
const storable = (data: Value): Value => {
  try {
    encode(data)
    return data
  } catch {
    return null
  }
}

const savedCall = (places: Places, frame: Frame): TracePlace | undefined => {
  const position = places.position(frame)
  const source = places.source(frame)
  if (position === undefined || source === undefined) return undefined
  const name = places.functionName(frame.bundle, frame.function)
  return { function: name, source, line: position.line, column: position.column }
}

/** The lines of the JavaScript stack behind its head: that is the message, which may be of any length and have lines that
 * look like calls. */
const callsOf = ({ message, stack = "" }: Fault): ReadonlyArray<string> => {
  const at = stack.indexOf(message)
  return (at < 0 ? stack : stack.slice(at + message.length)).split("\n").slice(-stackFramesMax)
}

/** Where a call stands, at the end of its line. What is before that is not part of the pattern, as a search for it would take
 * time in proportion to the square of a line that has no such end. */
const lineEnd = /:(\d+):(\d+)\)?$/

const runningCalls = function* (registry: BundleRegistry, calls: ReadonlyArray<string>): Generator<TracePlace> {
  const maps = new Map<string, TraceMap | undefined>()
  for (const line of calls) {
    const match = lineEnd.exec(line)
    const linked = match === null ? undefined : registry.byAddress.get(addressIn(line.slice(0, match.index)))
    if (match === null || linked === undefined) continue
    if (!maps.has(linked.hash)) maps.set(linked.hash, readMap(registry.map(linked.hash)))
    const place = original(maps.get(linked.hash), linked, Number(match[1]), Number(match[2]))
    if (place !== undefined) yield place
  }
}

const addressIn = (call: string): string => call.slice(Math.max(call.lastIndexOf(" "), call.lastIndexOf("(")) + 1)

const readMap = (text: string | undefined): TraceMap | undefined => {
  try {
    return text === undefined ? undefined : new TraceMap(text)
  } catch {
    return undefined // A map is not part of the hash; without a good one the trace is shorter, nothing else.
  }
}

const original = (
  map: TraceMap | undefined,
  linked: LinkedBundle,
  line: number,
  column: number
): TracePlace | undefined => {
  if (map === undefined) return undefined
  // Columns count from 1 in a stack trace and in our places, from 0 in a source map.
  const found = originalPositionFor(map, { line, column: column - 1 })
  if (found.source === null) return undefined
  // As the source is named to the compiler: the map's reader takes it for a path and shortens it.
  const source = map.sources[map.resolvedSources.indexOf(found.source)] ?? found.source
  const place = { source, line: found.line, column: found.column + 1 }
  return { function: enclosing(linked.manifest, place), ...place }
}

/** Name of the innermost function around the place; the main task is around everything. */
const enclosing = (manifest: Manifest, place: Omit<TracePlace, "function">): string => {
  let name = manifest.functions[0]?.name ?? "main"
  let lines = Number.POSITIVE_INFINITY
  for (const facts of manifest.functions.slice(1)) {
    if (facts.source !== place.source) continue
    const { line, column, endLine, endColumn } = facts.position
    const begins = line < place.line || (line === place.line && column <= place.column)
    const ends = endLine > place.line || (endLine === place.line && endColumn > place.column)
    if (!begins || !ends || endLine - line > lines) continue
    name = facts.name
    lines = endLine - line
  }
  return name
}
