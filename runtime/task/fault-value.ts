import type { Fault } from "../errors.ts"
import { isInt, List, SxsMap, type Value } from "../value/value.ts"
import { Cancelled, deadlineCode, LimitExceeded, RaisedAgain } from "./faults.ts"
import type { TaskFault, TracePlace } from "./task.ts"

/*
 * A fault as a value, as `$fault` shows it and as it is stored while a handler waits:
 *
 *     fault = (map "message" text "code" text "data" value "file" text "line" int "trace" (place…))
 *     place = (map "function" text "file" text "line" int "column" int)      innermost call first
 */

export const faultValue = ({ message, code, data, trace }: TaskFault): Value => {
  const first = trace[0]
  return map({
    message,
    code,
    data,
    file: first?.source ?? "",
    line: first?.line ?? 0,
    trace: new List("(", trace.map(placeValue))
  })
}

const placeValue = ({ function: name, source, line, column }: TracePlace): Value =>
  map({ function: name, file: source, line, column })

/** What a region sees of the task's cancellation. */
export const cancellation: Value = new SxsMap(
  new Map<string, Value>([
    ["message", "the task was cancelled"],
    ["code", "cancelled"]
  ])
)

/** What a region sees of an exceeded limit that goes through it. */
export const limitValue = (error: TaskFault, limit: number): Value =>
  new SxsMap(new Map([...(faultValue(error) as SxsMap).entries, ["limit", limit]]))

/** What goes on behind the form of a limit: of its own excess, a fault like others. */
export const leftLimit = (value: Value, limit: number): Value => {
  if (!(value instanceof SxsMap) || value.entries.get("limit") !== limit) return value
  return new SxsMap(new Map([...value.entries].filter(([key]) => key !== "limit")))
}

/** What to throw so that a caught fault or cancellation goes on; the value is one of the above. */
export const raisedAgain = (value: Value): Fault | Cancelled => {
  const at = (key: string): Value => (value instanceof SxsMap ? (value.entries.get(key) ?? null) : null)
  if (at("code") === "cancelled") return new Cancelled()
  const places = at("trace")
  const trace = places instanceof List ? places.toArray().flatMap(placeOf) : []
  const message = text(at("message"))
  const code = text(at("code"))
  const limit = at("limit")
  if (typeof limit !== "number") return new RaisedAgain({ message, code, data: at("data"), trace })
  return new LimitExceeded(limit, { kind: code === deadlineCode ? "deadline" : "fuel", message }, trace)
}

const placeOf = (value: Value): ReadonlyArray<TracePlace> => {
  if (!(value instanceof SxsMap)) return []
  const { entries } = value
  const number = (key: string): number => {
    const found = entries.get(key) ?? null
    return isInt(found) ? Number(found) : 0
  }
  return [
    {
      function: text(entries.get("function") ?? null),
      source: text(entries.get("file") ?? null),
      line: number("line"),
      column: number("column")
    }
  ]
}

const text = (value: Value): string => (typeof value === "string" ? value : "")

const map = (fields: Readonly<Record<string, Value>>): SxsMap => new SxsMap(new Map(Object.entries(fields)))
