import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Value } from "../../runtime/index.ts"
import { attempt, endWith, exitCodes } from "../exit.ts"
import { readValue, symbolHint } from "../read-value.ts"
import { describe, type Rest, runToRest } from "../run-program.ts"
import { type Session, withSession } from "../session.ts"

export interface ResumeOptions {
  readonly task: string | undefined
  readonly value: string | undefined
  readonly store: string | undefined
  readonly durability: "strict" | "relaxed"
}

/** Lets everything that was interrupted go on, and with `task` wakes that one; then runs until nothing can. */
export const resume = Effect.fn("resume")(function* (options: ResumeOptions) {
  const { task, value: text } = options
  const value = text === undefined ? null : yield* attempt(() => readValue(text))
  const wake = (session: Session) => (task === undefined ? resumeAll(session) : resumeOne(session, task, value))
  yield* withSession({ store: options.store, create: true, durability: options.durability }, (session) =>
    Effect.gen(function* () {
      const startedAt = yield* Clock.currentTimeMillis
      const tasks = yield* wake(session)
      const rest = yield* runToRest(session, { tasks, startedAt })
      if (hasFailed(rest)) return yield* endWith(exitCodes.failed)
    })
  )
})

/** A task that was resumed, or the main task of a program, has failed. Other tasks are their program's own affair. */
const hasFailed = ({ failed, tasks }: Rest): boolean =>
  tasks.some(({ task }) => task.state === "failed") || failed.some((task) => task.program !== undefined)

/** Ids of the first tasks that go on. */
const resumeAll = Effect.fnUntraced(function* ({ namespace, shell }: Session) {
  const now = yield* Clock.currentTimeMillis
  const tasks = yield* namespace.recover
  for (const task of tasks) shell.err(`resuming ${task.id}${describe(task, now)}\n`)
  if (tasks.length === 0) shell.err("nothing was interrupted\n")
  return tasks.map(({ id }) => id)
})

const resumeOne = Effect.fnUntraced(function* ({ namespace, shell }: Session, text: string, value: Value) {
  const id = yield* namespace.findTask(text)
  const before = yield* namespace.inspect(id)
  const now = yield* Clock.currentTimeMillis
  yield* namespace.resume(id, value)
  shell.err(`resuming ${id}${describe(before.task, now)}\n`)
  const hint = symbolHint(value)
  if (hint !== undefined) shell.err(`sxs: ${hint}\n`)
  return [id]
})
