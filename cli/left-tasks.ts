import * as Effect from "effect/Effect"
import type { Namespace, StoreUnavailable, TaskView } from "../runtime/index.ts"
import { printNumber } from "./duration.ts"
import { atPlace } from "./place.ts"
import type { Session } from "./session.ts"
import { visible } from "./visible.ts"

/** Tasks that are looked at when a run has come to rest: a store with a million parked ones must not delay the prompt. */
const lookedAtMax = 10_000
const shownMax = 20
const pageItems = 500

export interface LeftTasks {
  /** Paused, or waiting for something that does not come by itself. The first few of them. */
  readonly waiting: ReadonlyArray<TaskView>
  readonly waitingCount: number
  /** Failed since the run began; the first few. */
  readonly failed: ReadonlyArray<TaskView>
  /** There are more tasks than were looked at. */
  readonly isCut: boolean
}

/** What is left when nothing can run any more; `startedAt` in ms since 1970. */
export const findLeftTasks = Effect.fnUntraced(function* (
  namespace: Namespace,
  startedAt: number
): Effect.fn.Return<LeftTasks, StoreUnavailable> {
  const waiting: Array<TaskView> = []
  const failed: Array<TaskView> = []
  let waitingCount = 0
  let after: string | undefined
  for (let lookedAt = 0; lookedAt < lookedAtMax; lookedAt += pageItems) {
    const page = yield* namespace.tasks({ limit: pageItems, ...(after !== undefined && { after }) })
    for (const task of page) {
      const isLeft = task.state === "paused" || task.state === "waiting"
      if (isLeft) waitingCount++
      if (isLeft && waiting.length < shownMax) waiting.push(task)
      if (task.state === "failed" && task.since >= startedAt && failed.length < shownMax) failed.push(task)
    }
    if (page.length < pageItems) return { waiting, waitingCount, failed, isCut: false }
    after = page.at(-1)!.id
  }
  return { waiting, waitingCount, failed, isCut: true }
})

/** Says on stderr which tasks are left, with the command that wakes each. */
export const showLeftTasks = ({ isCut, waiting, waitingCount }: LeftTasks, { location, shell }: Session): void => {
  const isKept = location.kind === "directory"
  for (const task of waiting) shell.err(`${printLeft(task)}${isKept ? wakeHint(task, location.flag) : ""}\n`)
  const more = waitingCount - waiting.length
  if (more > 0 || isCut) {
    shell.err(`… and ${isCut ? "at least " : ""}${printNumber(more)} more: sxs ps --limit 0${location.flag}\n`)
  }
  if (!isKept && waiting.length > 0) shell.err("The store is in memory, so what is left ends here.\n")
}

const printLeft = (task: TaskView): string =>
  task.state === "paused"
    ? `${task.id} is paused${atPlace(task)}`
    : `${task.id} waits${atPlace(task)} for ${visible(task.waitsFor ?? "something")}`

const wakeHint = ({ id, state }: TaskView, flag: string): string =>
  state === "paused" ? `. Wake it: sxs resume ${id} [VALUE]${flag}` : ""
