import type { LibraryFunction } from "../../runtime/task/intrinsics.ts"
import type { UserKey } from "../../runtime/task/key-values.ts"
import type { Segment } from "../../runtime/task/segment.ts"
import type { KeyScan } from "../../runtime/task/task.ts"
import { isTaskKey } from "../../runtime/task/task-keys.ts"
import { ErrorValue, isInt, type Value } from "../../runtime/value/value.ts"
import { wrongArgument } from "./wrong-argument.ts"

/** Most keys that `core/kv/entries` skips: it reads them all. */
const offsetMax = 1_000_000

/** `core/kv` on the running segment. Signatures: stdlib/signatures/kv.ts. */
export const kv = (segment: Segment): ReadonlyMap<string, LibraryFunction> => {
  const at = (name: string, key: Value): UserKey => {
    if (typeof key !== "string") throw wrongArgument(`core/kv/${name}`, "a text as key", key)
    return { scope: segment.scope, key }
  }
  const scan = (name: string, prefix: Value, rest: Pick<KeyScan, "operation" | "offset" | "limit">): unknown => {
    const { scope, key } = at(name, prefix)
    return segment.suspend({ kind: "scan", scan: { ...rest, prefix: scope + key, scopeSize: scope.length } })
  }
  const written = (result: Value): Value => {
    segment.wrote()
    return result
  }
  return new Map<string, LibraryFunction>([
    ["core/kv/set", (key: Value, value: Value) => written(segment.kv.set(at("set", key), value))],
    [
      "core/kv/get",
      (key: Value, missing: Value = new ErrorValue("key not found")) => {
        const found = segment.kv.get(at("get", key))
        return found === undefined ? missing : found
      }
    ],
    ["core/kv/del", (key: Value) => written(segment.kv.delete(at("del", key)))],
    ["core/kv/exists", (key: Value) => segment.kv.has(at("exists", key))],
    ["core/kv/snx", (key: Value, value: Value) => written(segment.kv.setIfMissing(at("snx", key), value))],
    ["core/kv/cas", (key: Value, old: Value, value: Value) => written(segment.kv.swap(at("cas", key), old, value))],
    [
      "core/kv/incr",
      (key: Value, by: Value = 1) => {
        if (!isInt(by)) throw wrongArgument("core/kv/incr", "an int to add", by)
        return written(segment.kv.increment(at("incr", key), by))
      }
    ],
    ["core/kv/load", (key: Value) => load(segment, segment.kv.get(at("load", key)))],
    [
      "core/kv/entries",
      (prefix: Value, offset: Value, limit: Value) =>
        scan("iterate", prefix, { operation: "entries", offset: asOffset(offset), limit: asLimit(limit) })
    ],
    ["core/kv/count", (prefix: Value) => scan("count", prefix, { operation: "count", offset: 0, limit: null })],
    [
      "core/kv/del-prefix",
      (prefix: Value) => {
        if (isTaskKey(at("del-prefix", prefix).scope + prefix))
          return new ErrorValue("only the runtime writes keys under `fn:`")
        return scan("del-prefix", prefix, { operation: "delete", offset: 0, limit: null })
      }
    ],
    [
      "core/kv/enter-scope",
      (prefix: Value) => {
        const { scope, key } = at("scope", prefix)
        segment.enterScope(scope + key)
        return scope
      }
    ],
    [
      "core/kv/leave-scope",
      (previous: Value) => {
        segment.enterScope(at("scope", previous).key)
        return null
      }
    ]
  ])
}

/** A text is read as a datum where a reader is at hand; other values are what they are. */
const load = (segment: Segment, value: Value | undefined): Value => {
  if (value === undefined) return new ErrorValue("key not found")
  if (typeof value !== "string") return value
  if (segment.evaluator === undefined) return new ErrorValue("no reader is present to read the text with")
  return segment.evaluator.readDatum(value) ?? new ErrorValue("the text is no datum")
}

const asOffset = (value: Value): number => {
  if (typeof value === "number" && value >= 0 && value <= offsetMax) return value
  throw wrongArgument("core/kv/iterate", `an int from 0 to ${offsetMax} as offset`, value)
}

const asLimit = (value: Value): number | null => {
  if (value === null || (typeof value === "number" && value >= 0)) return value
  throw wrongArgument("core/kv/iterate", "an int from 0 on as limit, or none", value)
}
