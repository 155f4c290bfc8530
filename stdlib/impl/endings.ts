import { limits } from "../../runtime/limits.ts"
import { cancellation, leftLimit, raisedAgain } from "../../runtime/task/fault-value.ts"
import { fault } from "../../runtime/task/faults.ts"
import type { LibraryFunction } from "../../runtime/task/intrinsics.ts"
import type { Segment } from "../../runtime/task/segment.ts"
import { equal } from "../../runtime/value/equal.ts"
import { ErrorValue, SxsMap, type Value } from "../../runtime/value/value.ts"
import { wrongArgument } from "./wrong-argument.ts"

/** What special forms turn into, on the running segment: no source can name these but `core/expr/eval`. */
export const endings = (segment: Segment): ReadonlyMap<string, LibraryFunction> =>
  new Map<string, LibraryFunction>([
    [
      "core/form/fault",
      (message: Value, data: Value) => {
        throw fault("raised", asText("fault", message), data)
      }
    ],
    [
      "core/form/assertion-failed",
      (message: Value) => {
        throw fault("failed assertion", asText("assert", message))
      }
    ],
    [
      "core/form/raise",
      (caught: Value) => {
        throw raisedAgain(caught)
      }
    ],
    ["core/form/first-ending", (pending: Value, later: Value) => firstEnding(segment, pending, later)],
    ["core/form/error", (content: Value, place: Value) => new ErrorValue(content, place as string)],
    ["core/form/fault-message", (caught: Value) => (caught as SxsMap).entries.get("message") ?? null],
    ["core/form/current-scope", () => segment.scope],
    [
      "core/form/enter-limit",
      (deadline: Value, fuel: Value) =>
        segment.enterLimit({
          deadline: asBound("an int of milliseconds from 1 on as deadline", deadline, limits.counterMax - segment.now),
          fuel: asBound("an int from 1 on as fuel", fuel, Number.MAX_SAFE_INTEGER)
        })
    ],
    ["core/form/leave-limit", (limit: Value) => done(segment.limits.leave(limit as number))],
    [
      "core/form/end-limit",
      (limit: Value, caught: Value) => {
        segment.limits.leave(limit as number)
        return leftLimit(caught, limit as number)
      }
    ],
    ["core/form/begin-atomic", () => done(segment.beginAtomic())],
    ["core/form/end-atomic", () => done(segment.endAtomic())],
    ["core/form/undo-atomic", () => done(segment.undoAtomic())],
    [
      "core/form/debug",
      (place: Value, ...values: Array<Value>) => {
        segment.debug(place as string, values)
        return values.length
      }
    ],
    ["core/expr/eval", (text: Value) => segment.evaluate(asText("core/expr/eval", text))]
  ])

const done = (_: unknown): Value => null

/** None stands for an option that was not given. */
const asBound = (what: string, value: Value, max: number): number | null => {
  if (value === null) return null
  if (typeof value === "number" && value >= 1 && value <= max) return value
  throw wrongArgument("core/task/limit", what, value)
}

const asText = (name: string, value: Value): string => {
  if (typeof value === "string") return value
  throw wrongArgument(name, "a text", value)
}

/**
 * What a function that has deferred something ends with, when one of the deferred bodies faults too. The first ending
 * counts; what faulted later is said in its message, or, as a cancellation has none, in the log: nothing else would tell of it.
 */
const firstEnding = (segment: Segment, pending: Value, later: Value): Value => {
  if (pending === null) return later
  if (!(pending instanceof SxsMap) || !(later instanceof SxsMap) || equal(later, cancellation)) return pending
  if (equal(pending, cancellation)) {
    segment.log([`while the task was cancelled, a \`defer\` faulted: ${String(later.entries.get("message"))}`])
    return pending
  }
  const message = `${String(pending.entries.get("message"))} (and then, in a \`defer\`: ${String(later.entries.get("message"))})`
  return new SxsMap(new Map([...pending.entries, ["message", message]]))
}
