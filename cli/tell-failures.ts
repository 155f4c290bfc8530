import type { TaskView } from "../runtime/index.ts"
import { printNumber } from "./duration.ts"
import { atPlace } from "./place.ts"
import type { OwnSession, Session } from "./session.ts"
import type { StoreLocation } from "./store-location.ts"
import { clip, visible } from "./visible.ts"

const failureUnitsMax = 200

/** Says on stderr of each task that fails, when it does: a program may run for months. Not of those whose whole fault is shown
 * at the end. Yields what is to be called when that end does not come: it tells of them too. */
export const tellFailures = (session: OwnSession, shownAtEnd: ReadonlySet<string>): (() => void) => {
  const { failures, location, shell } = session
  const withheld: Array<TaskView> = []
  failures.listen({
    failed: (task) => {
      if (shownAtEnd.has(task.id) && task.handles === undefined) withheld.push(task)
      else tell(task, session)
    },
    more: (count) =>
      shell.err(`… and ${printNumber(count)} more failed: sxs ps --state failed --limit 0${location.flag}\n`)
  })
  return () => {
    for (const task of withheld.splice(0)) tell(task, session)
    failures.finish()
  }
}

const tell = (task: TaskView, { location, shell }: Session): void => {
  const why = clip(visible(task.failure ?? ""), failureUnitsMax)
  shell.err(
    `${task.id} failed${atPlace(task)}: ${why}\n${eventWords(task, location)}  See: sxs inspect ${task.id}${location.flag}\n`
  )
}

/** What becomes of the event that a failed task was to handle. */
const eventWords = ({ handles }: TaskView, location: StoreLocation): string => {
  if (handles?.retriedBy !== undefined) return `  The event is tried again by ${handles.retriedBy}, after a pause\n`
  if (handles?.deadLetter === undefined) return ""
  const times = handles.attempt === 1 ? "once" : `${handles.attempt} times`
  return `  The event was tried ${times} and is a dead letter now: sxs dead retry ${handles.deadLetter}${location.flag}\n`
}
