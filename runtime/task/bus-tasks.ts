import type { Awaits } from "../bus/awaits.ts"
import type { Bus } from "../bus/bus.ts"
import type { BusTasks } from "../bus/ports.ts"
import type { Subscriptions } from "../bus/subscriptions.ts"
import type { Upkeep } from "../bus/upkeep.ts"
import { limits } from "../limits.ts"
import { hasType } from "../value/types.ts"
import { Sym } from "../value/value.ts"
import { unlessDamaged } from "./damage.ts"
import type { Places } from "./places.ts"
import { isLatestRun } from "./program.ts"
import { startTask } from "./start-task.ts"
import { isEnded, type TaskRecord } from "./task.ts"
import type { BusHooks } from "./task-table.ts"

/** Tasks as the bus starts and wakes them. A handler is called after its topic: `on-a-7-12` handles an event of A/7. */
export const busTasks = (places: Places): BusTasks => {
  const { registry, tasks } = places
  return {
    start: ({ channel, handler, kvPrefix, topic }, handles, data, { delayMs, now }) => {
      const { bundle, captured, index } = handler
      const marks = places.newTasks.next(`on-${channel}-${topic}`)
      const wait = delayMs > 0 ? { wait: { kind: "sleep" as const, until: now + delayMs } } : {}
      const facts = { bundle, function: index, kvPrefix, bus: { handles }, ...wait }
      startTask({ places, now: () => now }, marks, facts, [...captured, data, Sym.of(channel), topic])
      return marks.task
    },
    wake: ({ number, task }, data, now) => {
      const wait = unlessDamaged(() => tasks.seen(task))?.wait
      if (wait?.kind !== "event" || wait.consumer !== number) return false
      tasks.apply(task, { type: "woke", value: data }, now)
      return true
    },
    giveTurn: (task, now) => {
      const record = unlessDamaged(() => tasks.read(task))
      if (record === undefined || isEnded(record.state)) return false
      if (record.wait?.kind === "turn") tasks.apply(task, { type: "woke", value: null }, now)
      return true
    },
    isOfType: (handler, type, data) => hasType(data, type, registry.records(handler.bundle))
  }
}

/** What the bus does about changes of tasks. */
export const busHooks = (parts: {
  readonly places: Places
  readonly bus: Bus
  readonly awaits: Awaits
  readonly subscriptions: Subscriptions
  readonly upkeep: Upkeep
}): BusHooks => {
  const { awaits, bus, places, subscriptions, upkeep } = parts
  return {
    ended: (record, now) => {
      if (record.bus?.hasBelongings === true) subscriptions.taskEnded(record.id)
      if (record.program !== undefined) runEnded(parts, record, record.program)
      return record.bus?.handles === undefined ? record : eventHandled(parts, record, now)
    },
    leftAwait: (task, consumer) => awaits.leave(task, consumer),
    waitsForRoom: (record) => {
      for (const { bus: facts, id } of handlersAbove(places, record))
        if (facts?.handles !== undefined) bus.gaveUpPlace(facts.handles, id, record.since)
      upkeep.waits()
    }
  }
}

/** The task, or those above it that may wait for it, as far as they handle an event. What runs on a processor keeps that: others
 * would run there beside it. */
export const handlersAbove = ({ tasks }: Places, record: TaskRecord): ReadonlyArray<TaskRecord> => {
  const found: Array<TaskRecord> = []
  let at: TaskRecord | undefined = record
  for (let count = 0; at !== undefined && !isEnded(at.state) && count < limits.tasksAboveMax; count++) {
    const { bus, parent }: TaskRecord = at
    if (bus?.handles !== undefined && bus.handles.attempt > 0) found.push(at)
    at = parent === undefined ? undefined : unlessDamaged(() => tasks.seen(parent))
  }
  return found
}

const runEnded = (
  { places, subscriptions }: { readonly places: Places; readonly subscriptions: Subscriptions },
  { id, state }: TaskRecord,
  program: string
): void => {
  if (state !== "done" && state !== "failed" && state !== "cancelled") return
  const isLatest = unlessDamaged(() => isLatestRun(places, program, id)) ?? false
  subscriptions.runEnded({ run: id, program, state, isLatest })
}

const eventHandled = (
  { bus, places }: { readonly bus: Bus; readonly places: Places },
  record: TaskRecord,
  now: number
): TaskRecord => {
  const { bus: facts, error, id } = record
  if (facts?.handles === undefined) return record
  const next = bus.ended(facts.handles, { task: id, fault: error }, now)
  if (next === undefined) return record
  const after: TaskRecord = { ...record, bus: { ...facts, handles: { ...facts.handles, next } } }
  places.tasks.save(record, after)
  return after
}
