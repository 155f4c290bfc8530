import { isTaskId } from "../store/keys.ts"
import type { Value } from "../value/value.ts"
import type { Frame } from "./frame.ts"
import type { Places } from "./places.ts"
import type { TaskRecord } from "./task.ts"

/**
 * The keys under which scripts see tasks. They are computed, never stored:
 *
 *     key   = "fn:" task ":" fact
 *     fact  = "state" | "result" | "error" | place | "stack:" depth ":" place      depth from 1, decimal
 *     place = "fn" | "pc" | "arg:" name | "local:" name                            without `stack:` the root frame
 */
export const taskKeyPrefix = "fn:"

export const isTaskKey = (key: string): boolean => key.startsWith(taskKeyPrefix)

/** The value under such a key; undefined when there is none, as under a key that no task can have. */
export const readTaskKey = (places: Places, key: string): Value | undefined => {
  const end = key.indexOf(":", taskKeyPrefix.length)
  if (end < 0) return undefined
  const task = key.slice(taskKeyPrefix.length, end)
  const record = isTaskId(task) ? places.tasks.seen(task) : undefined
  return record && taskKeys(places, record).find(([name]) => name === key)?.[1]
}

/** All keys of one task, in no special order. */
export const taskKeys = (places: Places, record: TaskRecord): ReadonlyArray<readonly [key: string, value: Value]> => {
  const prefix = `${taskKeyPrefix}${record.id}:`
  const keys: Array<readonly [string, Value]> = [[`${prefix}state`, record.state]]
  if (record.depth === 0) keys.push([`${prefix}fn`, places.functionName(record.bundle, record.function)])
  if (record.result !== undefined) keys.push([`${prefix}result`, record.result])
  if (record.error !== undefined) keys.push([`${prefix}error`, record.error.message])
  for (const [depth, frame] of places.frames(record).entries()) {
    keys.push(...frameKeys(places, depth === 0 ? prefix : `${prefix}stack:${depth}:`, frame))
  }
  return keys
}

const frameKeys = (places: Places, prefix: string, frame: Frame): ReadonlyArray<readonly [string, Value]> => {
  const keys = new Map<string, Value>([
    [`${prefix}fn`, places.functionName(frame.bundle, frame.function)],
    [`${prefix}pc`, frame.pc]
  ])
  // A name that stands twice is a shadowed local: the later one is the inner one.
  for (const [index, slot] of places.slots(frame).entries()) {
    if (slot.kind === "temp" || slot.name.startsWith("%")) continue
    keys.set(`${prefix}${slot.kind}:${slot.name}`, frame.slots[index] ?? null)
  }
  return [...keys]
}
