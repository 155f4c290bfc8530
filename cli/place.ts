import type { TaskView } from "../runtime/index.ts"
import { printDuration } from "./duration.ts"
import { visible } from "./visible.ts"

/** `main.sxs:5`; empty when the task stands nowhere. */
export const printPlace = ({ place }: TaskView): string =>
  place === undefined ? "" : `${visible(place.source)}:${place.line}`

/** ` at main.sxs:5`, or nothing. */
export const atPlace = (task: TaskView): string => (task.place === undefined ? "" : ` at ${printPlace(task)}`)

/** `paused since 3 s`, `waiting for worker-3 to end since 5 min`. `now` in ms since 1970. */
export const printState = ({ damage, since, state, waitsFor }: TaskView, now: number): string => {
  if (damage !== undefined) return `stands still: ${visible(damage)}`
  const what = state === "waiting" && waitsFor !== undefined ? `waiting for ${visible(waitsFor)}` : state
  return `${what.replace("for until", "until")} since ${printDuration(now - since)}`
}
