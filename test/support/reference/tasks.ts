import { Fault } from "../../../runtime/errors.ts"
import { Closure, ErrorValue, List, SxsMap, TaskRef, type Value } from "../../../runtime/value/value.ts"
import { wrongArgument } from "../../../stdlib/impl/wrong-argument.ts"
import { checkCount } from "./callables.ts"
import type { Builtin, Interpreter } from "./interpreter.ts"
import { LimitReached } from "./limit.ts"
import { waits, withPrefix } from "./store.ts"

/** A task that was spawned. `outcome` is there when it has run. */
export interface Task {
  readonly ref: TaskRef
  readonly callee: Closure
  readonly args: ReadonlyArray<Value>
  readonly prefix: string
  readonly lines: Array<string>
  isRunning: boolean
  outcome: { readonly value: Value } | { readonly fault: Fault } | "cancelled" | undefined
}

/** Thrown where a task stands when it is cancelled. */
export class Stopped {}

const start = (
  machine: Interpreter,
  name: string,
  callee: Value | undefined,
  args: ReadonlyArray<Value>,
  id?: string
) => {
  if (!(callee instanceof Closure)) throw wrongArgument(name, "a function", callee)
  checkCount(name, machine.callable(callee), args.length)
  const ref = new TaskRef(id ?? `reference-${machine.tasks.length + 1}`)
  const { prefix } = machine.state
  const task: Task = { ref, callee, args, prefix, lines: [], isRunning: false, outcome: undefined }
  machine.tasks.push(task)
  return task
}

const spawn: Builtin = (machine, [callee, ...args]) => start(machine, "core/task/spawn", callee, args).ref

const spawnAs: Builtin = (machine, [id, callee, ...args]) => {
  const name = `@${id as string}`
  const known = machine.tasks.find(({ ref }) => ref.id === name)
  return (known ?? start(machine, "core/task/spawn-as", callee, args, name)).ref
}

/** Runs the task to its end, unless it has run already; it is cancelled where it would sleep past `sleptMax`. */
export const run = (machine: Interpreter, task: Task, sleptMax = Number.POSITIVE_INFINITY): void => {
  if (task.outcome !== undefined || task.isRunning) return
  task.isRunning = true
  const { lines, state } = machine
  const { limit, slept, sleptMax: outerMax } = state
  Object.assign(state, { slept: 0, sleptMax, limit: undefined })
  machine.lines = task.lines
  try {
    task.outcome = { value: withPrefix(machine, task.prefix, () => machine.call(task.callee, task.args)) }
  } catch (thrown) {
    if (thrown instanceof Fault) task.outcome = { fault: thrown }
    else if (thrown instanceof Stopped) task.outcome = "cancelled"
    else throw thrown
  } finally {
    machine.lines = lines
    Object.assign(state, { slept, sleptMax: outerMax, limit })
  }
}

/** Ends the task here; what it has deferred takes as long as it likes. */
const stop = ({ state }: Interpreter): never => {
  if (state.limit !== undefined) {
    state.slept = Math.ceil(state.sleptMax)
    state.sleptMax = Number.POSITIVE_INFINITY
    throw new LimitReached(state.limit)
  }
  state.sleptMax = Number.POSITIVE_INFINITY
  throw new Stopped()
}

const sleep = (machine: Interpreter, ms: number): null => {
  const { state } = machine
  if (ms === Number.POSITIVE_INFINITY || state.slept + ms > state.sleptMax) stop(machine)
  state.slept += ms
  return null
}

/** How a child ends that nobody cancels, and when: tried out, and everything is put back. */
const foreseen = (machine: Interpreter, callee: Value) => {
  const { lines, state, tasks } = machine
  const before = { keys: new Map(state.keys), lines: lines.length, tasks: tasks.length, slept: state.slept }
  const child = start(machine, "foreseen", callee, [])
  let endsAt = Number.POSITIVE_INFINITY
  const ending = machine.add({
    name: "",
    params: [],
    hasRest: false,
    result: ":any",
    run: () => {
      try {
        return machine.call(child.callee, [])
      } finally {
        endsAt = state.slept
      }
    }
  })
  const tried: Task = { ...child, callee: ending }
  run(machine, tried)
  state.keys = before.keys
  lines.length = before.lines
  tasks.length = before.tasks
  // It has paused, and nobody resumes it.
  if (tried.outcome === "cancelled") endsAt = Number.POSITIVE_INFINITY
  return { endsAt, outcome: tried.outcome }
}

type Form = "all" | "race" | "any"

/** The children of a form, each in its turn: as long as they do not look at each other that is the same. */
const children =
  (form: Form): Builtin =>
  (machine, [functions]) => {
    waits(machine.state)
    const callees = (functions as List).toArray()
    if (form === "race" && callees.length === 0) throw wrongArgument("core/task/race", "a function", functions)
    for (const callee of callees) checkCount(`core/task/${form}`, machine.callable(callee as Closure), 0)
    const ends = callees.map((callee) => foreseen(machine, callee))
    const isDecided = (outcome: Task["outcome"]) =>
      form === "race" || (typeof outcome === "object" && "value" in outcome) === (form === "any")
    const decidedAt = Math.min(
      ...ends.map(({ endsAt, outcome }) => (isDecided(outcome) ? endsAt : Number.POSITIVE_INFINITY))
    )
    const first = ends.findIndex(({ endsAt }) => endsAt === decidedAt && decidedAt < Number.POSITIVE_INFINITY)
    const tasks = callees.map((callee) => start(machine, `core/task/${form}`, callee, []))
    const { slept, sleptMax } = machine.state
    for (const task of tasks) run(machine, task, Math.min(decidedAt, sleptMax - slept))
    const last = Math.max(0, ...ends.map(({ endsAt }) => endsAt))
    sleep(machine, Math.min(decidedAt, last))
    if (first >= 0) return childValue(tasks[first]!)
    if (form === "all") return new List("(", tasks.map(childValue))
    throw new Fault("SXS6215", anyMessage(tasks.length))
  }

const anyMessage = (count: number): string => {
  if (count === 0) return "core/task/any: the list is empty, so no task ends without a fault"
  return `core/task/any: ${count === 1 ? "the only task" : `each of the ${count} tasks`} has faulted or was cancelled`
}

const childValue = ({ outcome }: Task): Value => {
  if (typeof outcome !== "object") throw new Fault("SXS6214", "the reference does not know the id of the child")
  if ("fault" in outcome) throw outcome.fault
  return outcome.value
}

const taskOf = (machine: Interpreter, name: string, value: Value | undefined): Task => {
  if (!(value instanceof TaskRef)) throw wrongArgument(name, "a task", value)
  const found = machine.tasks.find(({ ref }) => ref.id === value.id)
  if (found === undefined) throw new Error("the reference knows no such task")
  return found
}

const join: Builtin = (machine, [target]) => {
  const task = taskOf(machine, "core/task/join", target)
  if (task.outcome === undefined) waits(machine.state)
  run(machine, task)
  const { outcome } = task
  if (outcome === undefined) throw new Error("the reference cannot join a task that waits for this one")
  if (outcome === "cancelled") return new ErrorValue("cancelled: the reference does not know the id of the task")
  return "value" in outcome ? outcome.value : new ErrorValue(outcome.fault.message)
}

const state: Builtin = (machine, [target]) => {
  if (isMain(target)) return "running"
  return stateOf(taskOf(machine, "core/task/state", target))
}

const stateOf = ({ outcome }: Task): string => {
  if (outcome === undefined) throw new Error("the state of a task that was not joined depends on the order")
  if (outcome === "cancelled") return outcome
  return "value" in outcome ? "done" : "failed"
}

const mainTask = new TaskRef("reference-main")

const isMain = (target: Value | undefined): boolean => target instanceof TaskRef && target.id === mainTask.id

const checkpoint: Builtin = ({ state }) => {
  waits(state)
  return null
}

/** For ever, as nobody resumes: only a cancellation ends it. */
const pause: Builtin = (machine) => {
  waits(machine.state)
  return stop(machine)
}

/** Of a task that has ended, or stands in a `pause`. */
const cancel: Builtin = (machine, [target]) => {
  if (target === self(machine, [])) return stop(machine)
  const task = taskOf(machine, "core/task/cancel", target)
  if (task.outcome !== undefined) return false
  run(machine, task)
  return task.outcome === "cancelled"
}

/** The main task, unless one of the others runs. */
const self: Builtin = (machine) => machine.tasks.find(({ lines }) => lines === machine.lines)?.ref ?? mainTask

const inspect: Builtin = (machine, [target]) => {
  const task = taskOf(machine, "core/task/inspect", target)
  const entries = new Map<string, Value>([["state", stateOf(task)]])
  if (typeof task.outcome === "object" && "value" in task.outcome) entries.set("result", task.outcome.value)
  return new SxsMap(entries)
}

const list: Builtin = (machine, [wanted = null, limit]) => {
  waits(machine.state)
  const all = [...machine.tasks.map(({ ref }) => ref), mainTask]
  const found = wanted === null ? all : all.filter((ref) => state(machine, [ref]) === wanted)
  return new List("(", found.slice(0, (limit as number | undefined) ?? undefined))
}

const asMilliseconds = (value: Value | undefined): void => {
  if (typeof value !== "number" || value < 0)
    throw wrongArgument("core/task/sleep", "an int of milliseconds, 0 or more", value)
}

export const taskFunctions: ReadonlyArray<readonly [string, Builtin]> = [
  ["core/task/spawn", spawn],
  ["core/task/spawn-as", spawnAs],
  ["core/task/all", children("all")],
  ["core/task/race", children("race")],
  ["core/task/any", children("any")],
  ["core/task/cancel", cancel],
  ["core/task/pause", pause],
  ["core/task/self", self],
  ["core/task/inspect", inspect],
  ["core/task/list", list],
  ["core/task/join", join],
  ["core/task/state", state],
  [
    "core/task/sleep",
    (machine, [ms]) => {
      asMilliseconds(ms)
      waits(machine.state)
      return sleep(machine, ms as number)
    }
  ],
  ["core/task/sleep-until", () => null],
  ["core/task/checkpoint", checkpoint],
  ["core/task/flush", checkpoint],
  [
    "core/util/log",
    (machine, values) => {
      machine.log(values)
      return true
    }
  ]
]
