import { limits } from "../../runtime/limits.ts"
import { fault } from "../../runtime/task/faults.ts"
import type { LibraryFunction } from "../../runtime/task/intrinsics.ts"
import type { Segment } from "../../runtime/task/segment.ts"
import { isEnded, type TaskRecord } from "../../runtime/task/task.ts"
import { joinValue } from "../../runtime/task/task-table.ts"
import { Closure, ErrorValue, TaskRef, type Value } from "../../runtime/value/value.ts"
import { wrongArgument } from "./wrong-argument.ts"

/** The latest time that a timer can have, in ms since 1970. */
const timeMax = limits.counterMax

/** `core/task` and `core/util/log` on the running segment. Signatures: stdlib/signatures/task.ts and util.ts. */
export const task = (segment: Segment): ReadonlyMap<string, LibraryFunction> =>
  new Map<string, LibraryFunction>([
    [
      "core/task/spawn",
      (callee: Value, ...args: Array<Value>) => {
        if (!(callee instanceof Closure)) throw wrongArgument("core/task/spawn", "a function", callee)
        return new TaskRef(segment.spawn(callee, args))
      }
    ],
    ["core/task/join", (target: Value, ms: Value | undefined) => join(segment, asTask("core/task/join", target), ms)],
    ["core/task/pause", () => segment.suspend({ kind: "resume" })],
    [
      "core/task/resume",
      (target: Value, value: Value = null) => resume(segment, asTask("core/task/resume", target), value)
    ],
    [
      "core/task/sleep",
      (ms: Value) =>
        segment.suspend({ kind: "sleep", until: segment.now + asMilliseconds("core/task/sleep", ms, segment) })
    ],
    ["core/task/sleep-until", (time: Value) => sleepUntil(segment, time)],
    ["core/task/self", () => new TaskRef(segment.task)],
    [
      "core/task/state",
      (target: Value) => {
        const id = asTask("core/task/state", target)
        return segment.tasks.seen(id)?.state ?? new ErrorValue(`there is no task ${id}`)
      }
    ],
    ["core/task/checkpoint", () => segment.checkpoint()],
    [
      "core/util/log",
      (...values: Array<Value>) => {
        segment.log(values)
        return true
      }
    ]
  ])

const asTask = (name: string, value: Value): string => {
  if (value instanceof TaskRef) return value.id
  throw wrongArgument(name, "a task", value)
}

const asMilliseconds = (name: string, value: Value, segment: Segment): number => {
  if (typeof value === "number" && value >= 0 && value <= timeMax - segment.now) return value
  throw wrongArgument(name, "an int of milliseconds", value)
}

const target = (segment: Segment, name: string, id: string): TaskRecord => {
  const record = segment.tasks.read(id)
  if (record === undefined) throw fault("no such task", `${name}: there is no task ${id}`)
  return record
}

const join = (segment: Segment, id: string, ms: Value | undefined): unknown => {
  if (id === segment.task) throw fault("joins itself", `core/task/join: ${id} would wait for itself, for ever`)
  const record = target(segment, "core/task/join", id)
  const timeLimit = ms === undefined || ms === null ? null : segment.now + asMilliseconds("core/task/join", ms, segment)
  if (isEnded(record.state)) return joinValue(record)
  segment.tasks.addJoiner(record, segment.task)
  return segment.suspend({ kind: "join", task: id, until: timeLimit })
}

/** False when the task is not paused, or has ended. */
const resume = (segment: Segment, id: string, value: Value): Value => {
  target(segment, "core/task/resume", id)
  const outcome = segment.tasks.apply(id, { type: "released", value }, segment.now)
  segment.wrote()
  return outcome !== undefined && "record" in outcome
}

const sleepUntil = (segment: Segment, time: Value): unknown => {
  if (typeof time !== "number" || time > timeMax) {
    throw wrongArgument("core/task/sleep-until", "an int of milliseconds since 1970", time)
  }
  return time <= segment.now ? null : segment.suspend({ kind: "sleep", until: time })
}
