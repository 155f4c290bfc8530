import { Fault } from "../../runtime/errors.ts"
import { limits } from "../../runtime/limits.ts"
import type { LibraryFunction } from "../../runtime/task/intrinsics.ts"
import type { Segment } from "../../runtime/task/segment.ts"
import type { TaskFault } from "../../runtime/task/task.ts"
import { equal, same } from "../../runtime/value/equal.ts"
import { ErrorValue, Sym, type Value } from "../../runtime/value/value.ts"
import { unseenPart } from "../abi/expectation.ts"
import { brief } from "./describe.ts"
import { wrongArgument } from "./wrong-argument.ts"

/** A value that a failed expectation shows, with the text that it has in the source. */
export interface SeenPart {
  readonly text: string
  readonly value: Value
}

/** An expectation that does not hold, as the task stood there. */
export interface Unmet {
  readonly fault: TaskFault
  /** Of `expect`: the parts that were evaluated. */
  readonly parts: ReadonlyArray<SeenPart>
  /** Of `expect-equal`. */
  readonly pair?: { readonly actual: Value; readonly expected: Value }
}

/** Who runs a test: told at once, also of what a crash makes undone and of what a `recover` catches. */
export interface TestConductor {
  readonly unmet: (unmet: Unmet) => void
  /** The task is about to pause until nothing else can run; whoever conducts resumes it. */
  readonly settles: (task: string) => void
  /** The task is about to pause; the process ends once that is durable, and the task is resumed in the next one. */
  readonly crashes: (task: string) => void
}

const unmetCode = "SXS6307"

/** What only tests have, on the running segment. The calls are those of stdlib/abi/expectation.ts. */
export const testing = (segment: Segment, conductor: TestConductor): ReadonlyMap<string, LibraryFunction> => {
  const refuse = (message: string, seen: Omit<Unmet, "fault">): never => {
    const fault = new Fault(unmetCode, message)
    conductor.unmet({ fault: segment.trace(fault), ...seen })
    throw fault
  }
  return new Map<string, LibraryFunction>([
    [
      "core/test/expect",
      (condition: Value, ...rest: Array<Value>): Value => {
        if (holds(condition)) return null
        return refuse(`expected it to be true, and it is ${brief(condition)}`, { parts: seenParts(rest) })
      }
    ],
    [
      "core/test/expect-equal",
      (actual: Value, expected: Value): Value => {
        if (same(actual, expected) || equal(actual, expected)) return null
        return refuse("expected two equal values, and they differ", { parts: [], pair: { actual, expected } })
      }
    ],
    ["core/test/advance", (ms: Value) => segment.suspend({ kind: "sleep", until: segment.now + asMs(ms, segment) })],
    [
      "core/test/settle",
      () => {
        const suspended = segment.suspend({ kind: "resume" })
        conductor.settles(segment.task)
        return suspended
      }
    ],
    [
      "core/test/crash",
      () => {
        const suspended = segment.suspend({ kind: "resume" })
        conductor.crashes(segment.task)
        return suspended
      }
    ]
  ])
}

/** An error value is true as a condition, and never what a test means by that. */
const holds = (condition: Value): boolean =>
  condition !== false && condition !== 0 && condition !== null && !(condition instanceof ErrorValue)

const seenParts = (rest: ReadonlyArray<Value>): ReadonlyArray<SeenPart> =>
  rest.flatMap((text, index): ReadonlyArray<SeenPart> => {
    const value = rest[index + 1]
    if (index % 2 === 1 || typeof text !== "string" || value === undefined) return []
    return value instanceof Sym && value.name === unseenPart ? [] : [{ text, value }]
  })

const asMs = (ms: Value, segment: Segment): number => {
  if (typeof ms === "number" && ms >= 0 && ms <= limits.counterMax - segment.now) return ms
  throw wrongArgument("advance", "an int of milliseconds, 0 or more", ms)
}
