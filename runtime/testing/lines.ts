import type { LogLine } from "../task/segment.ts"
import type { Picture } from "./picture.ts"

/**
 * What one life has shown against what the store held before and after it. Per task: first what the life before has left
 * unshown, then what was logged, line by line; and what is not shown yet is still to be shown. One sentence for each
 * mistake.
 */
export const auditLines = (life: {
  readonly before: Picture
  readonly shown: ReadonlyArray<LogLine>
  readonly after: Picture
}): ReadonlyArray<string> => {
  const tasks = new Set([...life.after.tasks.keys(), ...life.shown.map(({ task }) => task)])
  return [...tasks].flatMap((task) => auditTask(task, life))
}

const auditTask = (task: string, life: Parameters<typeof auditLines>[0]): ReadonlyArray<string> => {
  const textsOf = (lines: ReadonlyArray<LogLine>) => lines.filter((line) => line.task === task).map(({ text }) => text)
  const logged = life.before.tasks.get(task)?.lines ?? []
  const log = life.after.tasks.get(task)?.lines ?? []
  const shown = textsOf(life.shown)
  if (!isPrefix(logged, log)) return [`the log of ${task} lost ${logged.length} lines, or they changed`]
  const due = [...textsOf(life.before.unshown), ...log.slice(logged.length)]
  if (shown.length > due.length)
    return [`${task} showed ${JSON.stringify(shown[due.length])}, which the store does not know`]
  if (!isPrefix(shown, due)) return [`${task} showed ${JSON.stringify(shown)}, due was ${JSON.stringify(due)}`]
  const left = due.slice(shown.length)
  const unshown = textsOf(life.after.unshown)
  const isStillDue = isSuffix(left, unshown) && isSuffix(unshown, due)
  return isStillDue
    ? []
    : [`nobody will ever see ${JSON.stringify(left)} of ${task}: ${JSON.stringify(unshown)} is left`]
}

const isPrefix = (short: ReadonlyArray<string>, long: ReadonlyArray<string>): boolean =>
  short.length <= long.length && short.every((text, index) => text === long[index])

const isSuffix = (short: ReadonlyArray<string>, long: ReadonlyArray<string>): boolean =>
  short.length <= long.length && isPrefix(short, long.slice(long.length - short.length))
