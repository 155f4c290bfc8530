import { limits } from "../../runtime/limits.ts"
import { isTaskId } from "../../runtime/store/keys.ts"
import { fault } from "../../runtime/task/faults.ts"
import type { LibraryFunction } from "../../runtime/task/intrinsics.ts"
import type { Segment } from "../../runtime/task/segment.ts"
import { isEnded, type TaskRecord, type TaskState, taskStates } from "../../runtime/task/task.ts"
import { joinValue } from "../../runtime/task/task-table.ts"
import { Closure, ErrorValue, List, TaskRef, type Value } from "../../runtime/value/value.ts"
import { wrongArgument } from "./wrong-argument.ts"

/** The latest time that a timer can have, in ms since 1970. */
const timeMax = limits.counterMax

/** `core/task` and `core/util/log` on the running segment. Signatures: stdlib/signatures/task.ts and util.ts. */
export const task = (segment: Segment): ReadonlyMap<string, LibraryFunction> =>
  new Map<string, LibraryFunction>([
    [
      "core/task/spawn",
      (callee: Value, ...args: Array<Value>) => new TaskRef(segment.spawn(asFunction("core/task/spawn", callee), args))
    ],
    [
      "core/task/spawn-as",
      (id: Value, callee: Value, ...args: Array<Value>) => {
        if (typeof id !== "string") throw wrongArgument("core/task/spawn-as", "a text as id", id)
        return new TaskRef(segment.spawnAs(id, asFunction("core/task/spawn-as", callee), args))
      }
    ],
    ["core/task/all", (callees: Value) => all(segment, asFunctions("core/task/all", callees))],
    ["core/task/race", (callees: Value) => race(segment, callees)],
    ["core/task/any", (callees: Value) => any(segment, asFunctions("core/task/any", callees))],
    ["core/task/join", (target: Value, ms: Value | undefined) => join(segment, asTask("core/task/join", target), ms)],
    ["core/task/pause", () => segment.suspend({ kind: "resume" })],
    [
      "core/task/resume",
      (target: Value, value: Value = null) => resume(segment, asTask("core/task/resume", target), value)
    ],
    ["core/task/cancel", (target: Value) => cancel(segment, asTask("core/task/cancel", target))],
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
        return segment.tasks.seen(id)?.state ?? noTask(segment, id)
      }
    ],
    [
      "core/task/inspect",
      (target: Value) => {
        const id = asTask("core/task/inspect", target)
        return segment.inspect(id) ?? noTask(segment, id)
      }
    ],
    [
      "core/task/list",
      (state: Value = null, limit: Value = null, after: Value = null) => list(segment, { state, limit, after })
    ],
    ["core/task/checkpoint", () => segment.checkpoint()],
    ["core/task/flush", () => segment.flush()],
    [
      "core/util/log",
      (...values: Array<Value>) => {
        segment.log(values)
        return true
      }
    ]
  ])

const asFunction = (name: string, value: Value): Closure => {
  if (value instanceof Closure) return value
  throw wrongArgument(name, "a function", value)
}

const asFunctions = (name: string, value: Value): ReadonlyArray<Closure> => {
  if (!(value instanceof List)) throw wrongArgument(name, "a list of functions", value)
  return value.toArray().map((item) => {
    if (item instanceof Closure) return item
    throw wrongArgument(name, "a list of functions, such as `(fn () (work 1))`", item)
  })
}

const asTask = (name: string, value: Value): string => {
  if (value instanceof TaskRef) return value.id
  throw wrongArgument(name, "a task", value)
}

const asMilliseconds = (name: string, value: Value, segment: Segment): number => {
  if (typeof value === "number" && value >= 0 && value <= timeMax - segment.now) return value
  throw wrongArgument(name, "an int of milliseconds, 0 or more", value)
}

const noTask = (segment: Segment, id: string): ErrorValue =>
  new ErrorValue(segment.tasks.wasRemoved(id) ? `task ${id} has ended and was removed` : `there is no task ${id}`)

const target = (segment: Segment, name: string, id: string): TaskRecord => {
  const record = segment.tasks.seen(id)
  if (record === undefined) throw fault("no such task", `${name}: there is no task ${id}`)
  return record
}

const all = (segment: Segment, callees: ReadonlyArray<Closure>): unknown =>
  callees.length === 0 ? new List("(", []) : segment.spawnChildren("all", callees)

const race = (segment: Segment, callees: Value): unknown => {
  const functions = asFunctions("core/task/race", callees)
  if (functions.length > 0) return segment.spawnChildren("race", functions)
  throw wrongArgument("core/task/race", "at least one function, as something must end first", callees)
}

const any = (segment: Segment, callees: ReadonlyArray<Closure>): unknown => {
  if (callees.length > 0) return segment.spawnChildren("any", callees)
  throw fault("none succeeded", "core/task/any: the list is empty, so no task ends without a fault")
}

const join = (segment: Segment, id: string, ms: Value | undefined): unknown => {
  if (id === segment.task) throw fault("joins itself", `core/task/join: ${id} would wait for itself, for ever`)
  if (segment.tasks.wasRemoved(id)) return noTask(segment, id)
  const record = target(segment, "core/task/join", id)
  const timeLimit = ms === undefined || ms === null ? null : segment.now + asMilliseconds("core/task/join", ms, segment)
  if (isEnded(record.state)) return joinValue(record)
  const { isFirst } = segment.tasks.addJoiner(record, segment.task)
  return segment.suspend({ kind: "join", task: id, until: timeLimit, ...(isFirst && { isFirst }) })
}

/** False when the task is not paused, or has ended. */
const resume = (segment: Segment, id: string, value: Value): Value => {
  if (segment.tasks.wasRemoved(id)) return false
  target(segment, "core/task/resume", id)
  const outcome = segment.tasks.apply(id, { type: "released", value }, segment.now)
  segment.wrote()
  return outcome !== undefined && "record" in outcome
}

const cancel = (segment: Segment, id: string): Value => {
  if (segment.tasks.wasRemoved(id)) return false
  target(segment, "core/task/cancel", id)
  return segment.cancel(id)
}

const sleepUntil = (segment: Segment, time: Value): unknown => {
  if (typeof time !== "number" || time > timeMax) {
    throw wrongArgument("core/task/sleep-until", "an int of milliseconds since 1970", time)
  }
  return time <= segment.now ? null : segment.suspend({ kind: "sleep", until: time })
}

const list = (segment: Segment, given: { readonly state: Value; readonly limit: Value; readonly after: Value }) =>
  segment.suspend({
    kind: "scan",
    scan: {
      operation: "tasks",
      self: segment.task,
      state: asState(given.state),
      limit: asLimit(given.limit),
      after: asLast(given.after)
    }
  })

const asState = (value: Value): TaskState | null => {
  const known = taskStates.find((state) => state === value)
  if (value === null || known !== undefined) return known ?? null
  throw wrongArgument("core/task/list", `a state (${taskStates.join(", ")}) or none`, value)
}

const asLimit = (value: Value): number | null => {
  if (value === null || (typeof value === "number" && value >= 0 && value <= limits.scanItemsMax)) return value
  throw wrongArgument("core/task/list", `an int from 0 to ${limits.scanItemsMax} as limit, or none`, value)
}

const asLast = (value: Value): string | null => {
  if (value === null) return null
  if (value instanceof TaskRef && isTaskId(value.id)) return value.id
  throw wrongArgument("core/task/list", "the task behind which it begins, or none", value)
}
