import * as Effect from "effect/Effect"
import type { StoreUnavailable, TaskView } from "../runtime/index.ts"
import { atPlace, printState } from "./place.ts"
import type { OwnSession } from "./session.ts"
import type { ShellService } from "./shell.ts"

/** Tasks that are named; the others go on unnamed. */
export const namedMax = 20

/** What goes on beside a program that is started: tasks that were interrupted or sleep, of other programs and of its own. At
 * most one more than are named. */
export const othersThatGoOn = Effect.fnUntraced(function* (
  { namespace }: OwnSession,
  { others, task }: { readonly task: TaskView; readonly others: ReadonlyArray<TaskView> },
  since: number
): Effect.fn.Return<ReadonlyArray<TaskView>, StoreUnavailable> {
  const sleeping = yield* namespace.sleeping({ limit: namedMax + 2 })
  const found = new Map([...others, ...sleeping].map((each) => [each.id, each]))
  found.delete(task.id)
  return [...found.values()].filter(({ startedAt }) => startedAt < since).slice(0, namedMax + 1)
})

/** Says on stderr that they go on. `now` in ms since 1970. */
export const announce = (tasks: ReadonlyArray<TaskView>, shell: ShellService, now: number): void => {
  for (const task of tasks.slice(0, namedMax)) shell.err(`resuming ${task.id}${describe(task, now)}\n`)
  if (tasks.length > namedMax) shell.err("… and more\n")
}

/** ` at main.sxs:5 (paused since 3 s)`. */
export const describe = (task: TaskView, now: number): string => `${atPlace(task)} (${printState(task, now)})`
