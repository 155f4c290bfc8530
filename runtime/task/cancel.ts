import type { Places } from "./places.ts"
import { isEnded, type TaskRecord } from "./task.ts"

/**
 * Cancels a task that stands at a suspension point, so any but the running one: it ends at once, or once its children have
 * ended and what its functions have deferred has run. Yields what it has become; undefined when there is no such task or it
 * has ended before.
 */
export const cancelTask = (places: Places, task: string, now: number): TaskRecord | undefined => {
  const { tasks } = places
  const before = tasks.read(task)
  if (before === undefined || isEnded(before.state)) return undefined
  const standing = places.standing(places.stack(before).frames())
  const outcome = tasks.apply(task, { type: "cancelled", standing }, now)
  if (outcome === undefined || "refused" in outcome) return undefined
  return outcome.actions.some(({ type }) => type === "discard") ? discardFrames(places, outcome.record) : outcome.record
}

const discardFrames = (places: Places, ended: TaskRecord): TaskRecord => {
  const stack = places.stack(ended)
  stack.clear()
  stack.prepare()()
  const record = { ...ended, depth: 0 }
  places.tasks.save(ended, record)
  return record
}
