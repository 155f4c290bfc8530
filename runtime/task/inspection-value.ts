import { limits } from "../limits.ts"
import { List, SxsMap, TaskRef, type Value } from "../value/value.ts"
import { faultValue } from "./fault-value.ts"
import type { Frame } from "./frame.ts"
import { type Rejections, viewLimits, viewTask, viewTimeline } from "./inspect.ts"
import type { Places } from "./places.ts"
import type { TaskRecord } from "./task.ts"

/*
 * A task as a value, as `core/task/inspect` yields it. What does not apply is absent:
 *
 *     task  = (map "task" task "state" text "function" text "program" text "place" text "started" ms "since" ms
 *                  "waits-for" text "parent" task "children" (task…) "depth" int "frames" (frame…)
 *                  "handles" event "result" value "error" fault "limits" (limit…) "timeline" (entry…))          fault: see fault-value.ts
 *     frame = (map "function" text "place" text "args" map "locals" map)      innermost first
 *     event = (map "subscription" text "event" int "attempt" int)             that it was started for
 *     limit = (map "deadline" ms "fuel" int)                                 outermost first
 *     entry = (map "at" ms "event" text "detail" text "place" place)          oldest first
 *     place = file ":" line ":" column
 */

/** The task with its innermost frames, `limits.inspectedFramesMax` of them. */
export const inspectionValue = (places: Places, record: TaskRecord, rejection: Rejections): Value => {
  const {
    function: name,
    handles,
    parent,
    place,
    program,
    startedAt,
    since,
    state,
    waitsFor
  } = viewTask(places, record, rejection)
  const hasChildren = record.wait?.kind === "children"
  return map({
    task: new TaskRef(record.id),
    state,
    function: name,
    program,
    place: place && placeText(place.source, place),
    started: startedAt,
    since,
    "waits-for": waitsFor,
    parent: parent === undefined ? undefined : new TaskRef(parent),
    children: hasChildren ? list(places.tasks.children(record.id).map((id) => new TaskRef(id))) : undefined,
    depth: record.depth,
    handles: handles && map({ subscription: handles.subscription, event: handles.event, attempt: handles.attempt }),
    frames: list(innermostFrames(places, record).map((frame) => frameValue(places, frame))),
    result: record.result,
    error: record.error && faultValue(record.error),
    limits: list(viewLimits(record).map(({ deadline, fuel }) => map({ deadline, fuel }))),
    timeline: list(
      viewTimeline(places, record).map(({ at, detail, event, place }) =>
        map({ at, event, detail, place: place && placeText(place.source, place) })
      )
    )
  })
}

const innermostFrames = (places: Places, record: TaskRecord): ReadonlyArray<Frame> => {
  const frames: Array<Frame> = []
  for (const frame of places.stack(record).frames()) {
    if (frames.push(frame) === limits.inspectedFramesMax) break
  }
  return frames
}

const frameValue = (places: Places, frame: Frame): Value => {
  const position = places.position(frame)
  const source = places.source(frame)
  return map({
    function: places.functionName(frame.bundle, frame.function),
    place: position && source !== undefined ? placeText(source, position) : undefined,
    args: slotValues(places, frame, "arg"),
    locals: slotValues(places, frame, "local")
  })
}

/** A name that stands twice is a shadowed local: the later one is the inner one. */
const slotValues = (places: Places, frame: Frame, wanted: "arg" | "local"): Value => {
  const values = new Map<string, Value>()
  for (const [index, { kind, name }] of places.slots(frame).entries()) {
    if (kind === wanted && !name.startsWith("%")) values.set(name, frame.slots[index] ?? null)
  }
  return new SxsMap(values)
}

const placeText = (source: string, { line, column }: { readonly line: number; readonly column: number }): string =>
  `${source}:${line}:${column}`

const list = (items: ReadonlyArray<Value>): Value => new List("(", [...items])

const map = (fields: Readonly<Record<string, Value | undefined>>): Value => {
  const entries = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
  return new SxsMap(new Map(entries))
}
