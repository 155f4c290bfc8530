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
    starts: 0,
    doc: "Starts `(f args…)` as a task of its own, in the same commit; yields its id. The number of arguments is checked at once.",
    example: "(core/task/spawn work 1 2)"
  },
  {
    name: "core/task/spawn-as",
    params: [required("id", ":str"), required("f", ":fn")],
    rest: required("args"),
    result: ":task",
    effect: "store",
    starts: 1,
    doc: "Starts `(f args…)` once for each `id` in the namespace; whoever calls it again gets the same task, whatever it runs and also when it has ended.",
    example: '(core/task/spawn-as "order-7" (fn (n) (* 2 n)) 21)'
  },
  {
    name: "core/task/all",
    params: [required("functions", ":list")],
    result: ":list",
    effect: "suspends",
    starts: 0,
    doc: "Runs functions without parameters as tasks of their own; their results in order. The first fault cancels the others, and goes on here.",
    example: "(core/task/all (list (fn () 1) (fn () 2)))"
  },
  {
    name: "core/task/race",
    params: [required("functions", ":list")],
    result: ":any",
    effect: "suspends",
    starts: 0,
    doc: "Runs functions as tasks, and cancels the others when the first has ended: its result, or its fault.",
    example: "(core/task/race (list (fn () 1) (fn () (core/task/sleep 60000))))"
  },
  {
    name: "core/task/any",
    params: [required("functions", ":list")],
    result: ":any",
    effect: "suspends",
    starts: 0,
    doc: "Runs functions as tasks, and cancels the others when the first has ended without a fault: its result. A fault when all have faulted.",
    example: '(core/task/any (list (fn () (fault "down")) (fn () 2)))'
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
    name: "core/task/cancel",
    params: [required("task", ":task")],
    result: ":bool",
    effect: "store",
    doc: "Ends a task, after its children have ended and what its functions have deferred has run: true; false when it has ended before. One that cancels itself ends here.",
    example: "(core/task/cancel worker)"
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
    name: "core/task/inspect",
    params: [required("task", ":task")],
    result: ":map",
    mayError: true,
    effect: "store",
    doc: 'What is known of a task: `"state"`, `"function"`, `"place"`, `"waits-for"`, `"frames"` with their locals, `"result"`, `"error"`, `"limits"`, `"timeline"` and more; an error value when there is no such task.',
    example: '(map/get (core/task/inspect worker) "place")'
  },
  {
    name: "core/task/list",
    params: [optional("state", ":any"), optional("limit", ":any"), optional("after", ":any")],
    result: ":list",
    effect: "suspends",
    doc: "The tasks of the namespace in the order of their ids, or those in `state`; at most `limit` of them, from behind the task `after` on.",
    example: '(core/task/list "waiting" 100)'
  },
  {
    name: "core/task/checkpoint",
    params: [],
    result: ":none",
    effect: "suspends",
    doc: "Commits here, with short steps before it: a task that crashes later goes on from here or from such a place behind it, as soon as that is durable.",
    example: "(core/task/checkpoint)"
  },
  {
    name: "core/task/flush",
    params: [],
    result: ":none",
    effect: "suspends",
    doc: "Commits here and waits until that is durable, and with it all that was written before, also by other tasks: behind it no crash takes it back.",
    example: "(core/task/flush)"
  }
]
