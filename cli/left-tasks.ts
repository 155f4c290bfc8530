import * as Effect from "effect/Effect"
import {
  absentModule,
  limits,
  type Namespace,
  type StoreUnavailable,
  type TaskNotFound,
  type TaskView
} from "../runtime/index.ts"
import { printNumber } from "./duration.ts"
import { atPlace } from "./place.ts"
import type { OwnSession } from "./session.ts"
import { visible } from "./visible.ts"

/** Tasks that are looked at when a run has come to rest: as many as a store keeps that have ended, and as many again. Of a million
 * the prompt would come late. */
const lookedAtMax = 2 * limits.endedTasksMax
const shownMax = 20

export interface LeftTasks {
  /** Paused, or waiting for something that does not come by itself. Those that were asked for, then the first others. */
  readonly waiting: ReadonlyArray<TaskView>
  /** Those of them that were paused from outside: they wait for no value. */
  readonly held: ReadonlySet<string>
  readonly waitingCount: number
  /** There are more tasks than were looked at. */
  readonly isCut: boolean
}

/** What is left when nothing can run any more. `asked`: what the command was about, looked at in any case. */
export const findLeftTasks = Effect.fnUntraced(function* (
  namespace: Namespace,
  asked: ReadonlyArray<TaskView>
): Effect.fn.Return<LeftTasks, StoreUnavailable | TaskNotFound> {
  const found = yield* findWaiting(namespace, asked)
  const held = yield* Effect.filter(found.waiting, ({ id }) => namespace.isHeld(id))
  return { ...found, held: new Set(held.map(({ id }) => id)) }
})

const findWaiting = Effect.fnUntraced(function* (
  namespace: Namespace,
  asked: ReadonlyArray<TaskView>
): Effect.fn.Return<Omit<LeftTasks, "held">, StoreUnavailable> {
  const askedAndLeft = asked.filter(isLeft)
  const waiting = askedAndLeft.slice(0, shownMax)
  const askedIds = new Set(asked.map(({ id }) => id))
  const { isCut, tasks } = yield* namespace.leftTasks({ among: lookedAtMax })
  const others = tasks.filter((task) => isLeft(task) && !askedIds.has(task.id))
  waiting.push(...others.slice(0, Math.max(0, shownMax - waiting.length)))
  return { waiting, waitingCount: askedAndLeft.length + others.length, isCut }
})

const isLeft = ({ state }: TaskView): boolean => state === "paused" || state === "waiting"

/** Says on stderr which tasks are left, with the command that wakes each. */
export const showLeftTasks = (left: LeftTasks, { location, shell, withoutModule }: OwnSession): void => {
  const { held, waiting } = left
  const isKept = location.kind === "directory"
  for (const task of waiting) {
    // Why was said when it came there.
    if (waitsForModule(task) && withoutModule.has(task.id)) {
      const way = isKept ? `. When that is put right: sxs resume${location.flag}` : ""
      shell.err(`${task.id} stands still${atPlace(task)}${way}\n`)
      continue
    }
    const hint = isKept && task.state === "paused" ? `. ${wakeHint(task.id, held.has(task.id), location.flag)}` : ""
    shell.err(`${printLeft(task)}${hint}\n`)
  }
  shell.err(printMore(left, location.flag))
  if (!isKept && waiting.length > 0) shell.err("The store is in memory, so what is left ends here.\n")
}

/** Whether it stands still, as a function of a module is not there. */
export const waitsForModule = ({ waitsFor }: TaskView): boolean => waitsFor?.startsWith(absentModule) === true

const printMore = ({ isCut, waiting, waitingCount }: LeftTasks, flag: string): string => {
  const more = waitingCount - waiting.length
  const list = `sxs ps --limit 0${flag}`
  if (more > 0) return `… and ${isCut ? "at least " : ""}${printNumber(more)} more: ${list}\n`
  return isCut ? `Only ${printNumber(lookedAtMax)} tasks were looked at; all that are left: ${list}\n` : ""
}

const printLeft = (task: TaskView): string =>
  task.state === "paused"
    ? `${task.id} is paused${atPlace(task)}`
    : `${task.id} waits${atPlace(task)} for ${visible(task.waitsFor ?? "something")}`

/** How to let a paused task go on. */
export const wakeHint = (id: string, isHeld: boolean, flag: string): string =>
  `Wake it: sxs resume ${id}${isHeld ? "" : " [VALUE]"}${flag}`
