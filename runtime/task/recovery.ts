import * as Effect from "effect/Effect"
import type { Keys } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import { unlessDamaged } from "./damage.ts"
import type { Retention } from "./retention.ts"
import type { Scheduler } from "./scheduler.ts"
import type { TaskRecord } from "./task.ts"
import type { TaskTable } from "./task-table.ts"

const recordsMax = 100

/**
 * Start-up after whatever happened: shows the output that was durable but perhaps not shown, then lets every interrupted
 * task go on from its frames. Reads the indexes only, so it takes no longer for a million sleeping tasks. Yields the first
 * 100 of the tasks that go on.
 */
export const recover = Effect.fnUntraced(function* (parts: {
  readonly view: View
  readonly keys: Keys
  readonly tasks: TaskTable
  /** Shows what the outbox held when the namespace was opened; does nothing the second time. */
  readonly showInterrupted: Effect.Effect<void, StoreUnavailable>
  readonly scheduler: Scheduler
  readonly retention: Retention
}): Effect.fn.Return<ReadonlyArray<TaskRecord>, StoreUnavailable> {
  yield* parts.showInterrupted
  const { keys, view } = parts
  const runnable = yield* view.scanKeys(keys.runnableRange, recordsMax)
  const calling = yield* view.scanKeys(keys.externDueRange, recordsMax - runnable.length)
  parts.scheduler.activate()
  parts.retention.activate()
  const tasks = [
    ...runnable.map((key) => keys.parseRunnable(key)),
    ...calling.map((key) => keys.parseExternDue(key).task)
  ]
  return tasks.flatMap((task) => {
    const record = unlessDamaged(() => parts.tasks.read(task))
    return record === undefined ? [] : [record]
  })
})
