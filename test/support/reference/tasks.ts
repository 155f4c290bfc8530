import { Fault } from "../../../runtime/errors.ts"
import { Closure, ErrorValue, TaskRef, type Value } from "../../../runtime/value/value.ts"
import { wrongArgument } from "../../../stdlib/impl/wrong-argument.ts"
import { checkCount } from "./callables.ts"
import type { Builtin, Interpreter } from "./interpreter.ts"
import { waits, withPrefix } from "./store.ts"

/** A task that was spawned. `outcome` is there when it has run. */
export interface Task {
  readonly ref: TaskRef
  readonly callee: Closure
  readonly args: ReadonlyArray<Value>
  readonly prefix: string
  readonly lines: Array<string>
  isRunning: boolean
  outcome: { readonly value: Value } | { readonly fault: Fault } | undefined
}

const spawn: Builtin = (machine, [callee, ...args]) => {
  if (!(callee instanceof Closure)) throw wrongArgument("core/task/spawn", "a function", callee)
  checkCount("core/task/spawn", machine.callable(callee), args.length)
  const ref = new TaskRef(`reference-${machine.tasks.length + 1}`)
  const { prefix } = machine.state
  machine.tasks.push({ ref, callee, args, prefix, lines: [], isRunning: false, outcome: undefined })
  return ref
}

/** Runs the task to its end, unless it has run already. */
export const run = (machine: Interpreter, task: Task): void => {
  if (task.outcome !== undefined || task.isRunning) return
  task.isRunning = true
  const { lines } = machine
  machine.lines = task.lines
  try {
    task.outcome = { value: withPrefix(machine, task.prefix, () => machine.call(task.callee, task.args)) }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    task.outcome = { fault: thrown }
  } finally {
    machine.lines = lines
  }
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
  return "value" in outcome ? outcome.value : new ErrorValue(outcome.fault.message)
}

const state: Builtin = (machine, [target]) => {
  const { outcome } = taskOf(machine, "core/task/state", target)
  if (outcome === undefined) throw new Error("the state of a task that was not joined depends on the order")
  return "value" in outcome ? "done" : "failed"
}

const pauses: Builtin = ({ state }) => {
  waits(state)
  return null
}

const asMilliseconds = (value: Value | undefined): void => {
  if (typeof value !== "number" || value < 0) throw wrongArgument("core/task/sleep", "an int of milliseconds", value)
}

export const taskFunctions: ReadonlyArray<readonly [string, Builtin]> = [
  ["core/task/spawn", spawn],
  ["core/task/join", join],
  ["core/task/state", state],
  [
    "core/task/sleep",
    (machine, [ms]) => {
      asMilliseconds(ms)
      return pauses(machine, [])
    }
  ],
  ["core/task/sleep-until", () => null],
  ["core/task/checkpoint", pauses],
  [
    "core/util/log",
    (machine, values) => {
      machine.log(values)
      return true
    }
  ]
]
