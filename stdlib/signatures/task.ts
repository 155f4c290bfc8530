import { optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

/** Tasks. What suspends is a place where the task can wait for years and be found again after a crash. */
export const task: ReadonlyArray<Signature> = [
  {
    name: "core/task/spawn",
    params: [required("f", ":fn")],
    rest: required("args"),
    result: ":task",
    effect: "store",
    doc: "Starts `(f args…)` as a task of its own, in the same commit; yields its id. The number of arguments is checked at once.",
    example: "(core/task/spawn work 1 2)"
  },
  {
    name: "core/task/join",
    params: [required("task", ":task"), optional("ms", ":int")],
    result: ":any",
    mayError: true,
    effect: "suspends",
    doc: 'Waits for the task\'s result; an error value if it failed or was cancelled, `@"timeout"` after `ms` milliseconds.',
    example: "(core/task/join worker 5000)"
  },
  {
    name: "core/task/pause",
    params: [],
    result: ":any",
    effect: "suspends",
    doc: "Pauses this task until it is resumed; yields the value given to resume.",
    example: "(core/task/pause)"
  },
  {
    name: "core/task/resume",
    params: [required("task", ":task"), optional("value")],
    result: ":bool",
    effect: "store",
    doc: "Lets a paused task go on, its `pause` yielding `value` (none): true; false when the task is not paused.",
    example: '(core/task/resume worker "go")'
  },
  {
    name: "core/task/sleep",
    params: [required("ms", ":int")],
    result: ":none",
    effect: "suspends",
    doc: "Waits for `ms` milliseconds, 0 or more; any length, also across restarts.",
    example: "(core/task/sleep 1000)"
  },
  {
    name: "core/task/sleep-until",
    params: [required("time", ":int")],
    result: ":none",
    effect: "suspends",
    doc: "Waits until a time in milliseconds since 1970-01-01 UTC; yields at once when it has passed.",
    example: "(core/task/sleep-until 1900000000000)"
  },
  {
    name: "core/task/self",
    params: [],
    result: ":task",
    effect: "store",
    doc: "The id of this task.",
    example: "(core/task/self)"
  },
  {
    name: "core/task/state",
    params: [required("task", ":task")],
    result: ":str",
    mayError: true,
    effect: "store",
    doc: "`initialized`, `running`, `paused`, `waiting`, `done`, `failed` or `cancelled`; an error value when there is no such task.",
    example: "(core/task/state worker)"
  },
  {
    name: "core/task/checkpoint",
    params: [],
    result: ":none",
    effect: "suspends",
    doc: "Commits here: a task that crashes later goes on from this place at the earliest.",
    example: "(core/task/checkpoint)"
  }
]
