import * as Effect from "effect/Effect"
import { limits } from "../limits.ts"
import { type Keys, rangeAfter } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import { List, TaskRef, type Value } from "../value/value.ts"
import { fault } from "./faults.ts"
import type { TaskScan } from "./task.ts"
import { decodeRecord } from "./task-record.ts"

/** The tasks that the scan means, for the next segment of who asks; what is yielded faults when there are more than one list
 * may hold. Reads all records behind `after` up to its limit, a page at a time. */
export const listTasks = Effect.fnUntraced(function* (
  { keys, view }: { readonly view: View; readonly keys: Keys },
  { after, limit, self, state }: TaskScan
): Effect.fn.Return<() => Value, StoreUnavailable> {
  const found: Array<string> = []
  const wanted = limit ?? limits.scanItemsMax + 1
  const all = keys.taskRange()
  const range = after === null ? all : rangeAfter(all, keys.task(after))
  if (wanted > 0) {
    yield* view.walk(range, (key, text) => {
      const task = keys.parseTask(key)
      const isWanted = state === null || state === (task === self ? "running" : decodeRecord(text).state)
      if (isWanted) found.push(task)
      return found.length < wanted
    })
  }
  return () => {
    if (found.length <= limits.scanItemsMax)
      return new List(
        "(",
        found.map((task) => new TaskRef(task))
      )
    throw fault(
      "too many keys",
      `core/task/list: there are more than ${limits.scanItemsMax} such tasks: give it a limit, and go on behind the last of them`
    )
  }
})
