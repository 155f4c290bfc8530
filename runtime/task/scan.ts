import * as Effect from "effect/Effect"
import { limits } from "../limits.ts"
import { compareKeys, type Keys } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import { asUnavailable } from "../store/unavailable.ts"
import type { View } from "../store/view.ts"
import { decode, encode } from "../value/codec.ts"
import { List, type Value } from "../value/value.ts"
import { damageFault } from "./damage.ts"
import { fault } from "./faults.ts"
import { listTasks } from "./list-tasks.ts"
import type { Places } from "./places.ts"
import type { KeyScan, Scan } from "./task.ts"
import { taskKeyPrefix, taskKeys } from "./task-keys.ts"

export interface ScanParts {
  readonly view: View
  readonly keys: Keys
  readonly places: Places
}

/** Behind all keys of tasks: `;` is the character after `:`. */
const taskKeysEnd = "fn;"

/** A user's key with its value, as text of the codec. */
interface Entry {
  readonly key: string
  readonly text: string
}

/** Does what a task waits for that runs over many keys. What it yields is to be called in the task's next segment: it
 * gives the value to go on with, may write, and faults when the scan has found too much. */
export const runScan = (parts: ScanParts, scan: Scan): Effect.Effect<() => Value, StoreUnavailable> =>
  Effect.catch(
    Effect.suspend(() => asUnavailable(findFor(parts, scan))),
    (error) => {
      const found = damageFault(parts.keys, error)
      if (found === undefined) return Effect.fail(error)
      return Effect.succeed(() => {
        throw found
      })
    }
  )

const findFor = (parts: ScanParts, scan: Scan): Effect.Effect<() => Value, StoreUnavailable> => {
  switch (scan.operation) {
    case "entries":
      return Effect.map(findEntries(parts, scan), (found) => () => entriesValue(found, scan))
    case "count":
      return Effect.map(count(parts, scan.prefix), (found) => () => found)
    case "delete":
      return Effect.map(stored(parts, scan.prefix, limits.scanItemsMax + 1), (found) => () => remove(parts, found))
    case "tasks":
      return listTasks(parts, scan)
  }
}

/** The entries under `scan.prefix` in the order of their keys, from behind `behind` on, `scan.limit` of them after
 * `scan.offset`; one more than `limits.scanItemsMax` when there are too many. */
export const findEntries = Effect.fnUntraced(function* (
  parts: ScanParts,
  scan: Pick<KeyScan, "prefix" | "offset" | "limit">,
  behind?: string
): Effect.fn.Return<ReadonlyArray<Entry>, StoreUnavailable> {
  const wanted = Math.min(scan.limit ?? Number.POSITIVE_INFINITY, limits.scanItemsMax + 1)
  const end = scan.offset + wanted
  const found = yield* stored(parts, scan.prefix, end, behind)
  const computed = yield* computedEntries(parts, scan.prefix, behind)
  const all = computed.length === 0 ? found : [...found, ...computed].sort((a, b) => compareKeys(a.key, b.key))
  return all.slice(scan.offset, end)
})

const stored = (
  parts: ScanParts,
  prefix: string,
  limit: number,
  behind?: string
): Effect.Effect<ReadonlyArray<Entry>, StoreUnavailable> => {
  if (prefix.startsWith(taskKeyPrefix) || limit === 0) return Effect.succeed([])
  const range = behind === undefined ? parts.keys.userRange(prefix) : parts.keys.userRangeAfter(prefix, behind)
  return Effect.map(parts.view.scan(range, limit), (page) =>
    page.map(([key, text]) => ({ key: parts.keys.parseUser(key), text }))
  )
}

/** Keys of tasks under the prefix and behind `behind`. They are computed from the records of all tasks that it allows. */
const computedEntries = Effect.fnUntraced(function* (
  parts: ScanParts,
  prefix: string,
  behind = ""
): Effect.fn.Return<ReadonlyArray<Entry>, StoreUnavailable> {
  if (!prefix.startsWith(taskKeyPrefix) && !taskKeyPrefix.startsWith(prefix)) return []
  if (compareKeys(behind, taskKeysEnd) >= 0) return []
  const task = prefix.slice(taskKeyPrefix.length).split(":")[0]!
  const entries: Array<Entry> = []
  yield* parts.view.walk(parts.keys.taskRange(task), (key) => {
    const record = parts.places.tasks.read(parts.keys.parseTask(key))
    for (const [name, value] of record === undefined ? [] : taskKeys(parts.places, record)) {
      if (name.startsWith(prefix) && compareKeys(name, behind) > 0) entries.push({ key: name, text: encode(value) })
    }
    return entries.length <= limits.scanItemsMax
  })
  return entries
})

const count = Effect.fnUntraced(function* (
  parts: ScanParts,
  prefix: string
): Effect.fn.Return<number, StoreUnavailable> {
  let found = (yield* computedEntries(parts, prefix)).length
  if (prefix.startsWith(taskKeyPrefix)) return found
  yield* parts.view.walk(parts.keys.userRange(prefix), () => {
    found++
    return true
  })
  return found
})

const tooMany = (what: string, way: string) =>
  fault(
    "too many keys",
    `${what} at most ${limits.scanItemsMax} keys and ${limits.valueBytesMax} bytes at once: ${way}`
  )

const entriesValue = (found: ReadonlyArray<Entry>, scan: KeyScan): Value => {
  let size = 0
  for (const { key, text } of found) size += key.length + text.length
  if (found.length > limits.scanItemsMax || size > limits.valueBytesMax) {
    throw tooMany("core/kv/iterate reads", "give it an offset and a limit, and go on from there")
  }
  const pair = ({ key, text }: Entry) => new List("(", [key.slice(scan.scopeSize), decode(text)])
  return new List("(", found.map(pair))
}

const remove = (parts: ScanParts, found: ReadonlyArray<Entry>): Value => {
  if (found.length > limits.scanItemsMax) throw tooMany("core/kv/del-prefix removes", "use longer prefixes, one by one")
  for (const { key } of found) parts.view.delete(parts.keys.user(key))
  return found.length
}
