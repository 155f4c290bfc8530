import { Fault, faultCodes } from "../errors.ts"
import type { Value } from "../value/value.ts"
import type { TaskFault, TracePlace } from "./task.ts"

/** Faults of the durable runtime and their stable codes. */
const codes = {
  arity: "SXS6201",
  "not callable": "SXS6202",
  "wrong type": "SXS6203",
  "wrong key": faultCodes.key,
  "not storable": "SXS6205",
  "too deep": "SXS6206",
  "joins itself": "SXS6207",
  "too many keys": "SXS6208",
  "too many lines": "SXS6211",
  "no such task": "SXS6209",
  "no such function": "SXS6210",
  "too much written": "SXS6212",
  damaged: faultCodes.damaged,
  "child cancelled": "SXS6214",
  "none succeeded": "SXS6215",
  "too many children": "SXS6216",
  "deadline passed": "SXS6221",
  "fuel spent": "SXS6222",
  "frames too large": "SXS6223",
  "heap is full": "SXS6224",
  "pure extern": "SXS6231",
  raised: "SXS6301",
  "failed assertion": "SXS6302",
  "waits in atomic": "SXS6303",
  "endless atomic": "SXS6304",
  "declared type": "SXS6305",
  defect: "SXS6999"
} as const

export const fault = (name: keyof typeof codes, message: string, data: Value = null): Fault =>
  new Fault(codes[name], message, data)

export const deadlineCode: string = codes["deadline passed"]

/** A fault that a handler has caught and raises again: it keeps the trace of the first time. */
export class RaisedAgain extends Fault {
  readonly trace: ReadonlyArray<TracePlace>
  constructor(error: TaskFault) {
    super(error.code, error.message, error.data)
    this.trace = error.trace
  }
}

/** A `core/task/limit` around is exceeded. On its way out to that form it ends what it comes through, as a cancellation does:
 * no `recover` catches it before. There it becomes a fault like others. */
export class LimitExceeded extends Fault {
  /** The place of the limit among those of the task. */
  readonly limit: number
  /** Set when it was caught on its way: where it was raised. */
  readonly trace: ReadonlyArray<TracePlace> | undefined
  constructor(
    limit: number,
    what: { readonly kind: "deadline" | "fuel"; readonly message: string },
    trace?: ReadonlyArray<TracePlace>
  ) {
    super(what.kind === "deadline" ? codes["deadline passed"] : codes["fuel spent"], what.message)
    this.limit = limit
    this.trace = trace
  }
}

/** Whether only regions catch it that catch every end of their body. */
export const endsAll = (thrown: unknown): boolean => thrown instanceof Cancelled || thrown instanceof LimitExceeded

/** The fault of a child goes on in the task that waits for it. `trace`: where it was raised in the child. */
export class ChildFault extends Fault {
  readonly trace: ReadonlyArray<TracePlace>
  constructor(error: TaskFault) {
    super(error.code, error.message, error.data)
    this.trace = error.trace
  }
}

/** The task was cancelled: thrown where it stands, so that what its functions have deferred runs. No `recover` catches it. */
export class Cancelled extends Error {
  override readonly name = "Cancelled"
}

/** What ended the call that a frame waits for; thrown in the frame when it goes on. */
export class Thrown {
  readonly cause: Fault | Cancelled
  constructor(cause: Fault | Cancelled) {
    this.cause = cause
  }
}

/** Thrown where the segment cannot go on without a bundle that is not linked yet, and cannot wait for it either: the segment is
 * dropped and run again. */
export class NotLinked {
  readonly bundle: string
  constructor(bundle: string) {
    this.bundle = bundle
  }
}

/** Anything thrown in a segment as a fault. A stack overflow is the program's; what is left is a defect of ours, which ends
 * this task only. */
export const asFault = (thrown: unknown): Fault => {
  if (thrown instanceof Fault) return thrown
  const found = isStackOverflow(thrown)
    ? fault("too deep", "calls are nested too deeply: is there a recursion that does not end?")
    : fault("defect", `a defect in the runtime: ${String(thrown)}`)
  if (thrown instanceof Error && thrown.stack !== undefined) found.stack = thrown.stack
  return found
}

/** The segment has done more than one commit may hold; with less fuel it may have ended before. */
export const isTooLargeForCommit = (thrown: unknown): boolean => thrown instanceof Fault && largeCodes.has(thrown.code)

const largeCodes: ReadonlySet<string> = new Set([
  codes["too much written"],
  codes["too many lines"],
  faultCodes.tooMuchAtOnce
])

/** JavaScript's own stack is full. */
export const isStackOverflow = (thrown: unknown): boolean =>
  thrown instanceof RangeError && /call stack/i.test(thrown.message)
