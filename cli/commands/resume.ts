import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Value } from "../../runtime/index.ts"
import { endWith, exitCodes, usageError } from "../exit.ts"
import { describe, namedMax } from "../going-on.ts"
import { readGiven } from "../read-given.ts"
import { runToRest, standStill } from "../run-program.ts"
import { type GuestSession, type OwnSession, type Session, withEither } from "../session.ts"
import { symbolHint } from "../symbol-hint.ts"

export interface ResumeOptions {
  readonly task: string | undefined
  readonly value: string | undefined
  readonly store: string | undefined
  readonly durability: "strict" | "relaxed"
}

/** Lets everything that was interrupted go on, and with `task` wakes that one; then runs until nothing can. */
export const resume = Effect.fn("resume")(function* (options: ResumeOptions) {
  const { task, value: text } = options
  const value = text === undefined ? null : yield* readGiven(text)
  const { durability, store } = options
  yield* withEither(
    { store, create: false, durability, serves: true },
    {
      own: (session) =>
        Effect.gen(function* () {
          const tasks = yield* task === undefined ? resumeAll(session) : resumeOne(session, task, value)
          yield* runToRest(session, { tasks, self: "sxs resume" })
          if (session.failures.isFatal || (yield* standStill(session))) return yield* endWith(exitCodes.failed)
        }),
      guest: (session) =>
        Effect.gen(function* () {
          if (task !== undefined) yield* resumeOne(session, task, value)
          session.shell.err(ownerGoesOn(session, task))
        })
    }
  )
})

/** The owner of a store lets all of it run; what its tasks print is shown there. */
const ownerGoesOn = ({ guest }: GuestSession, task: string | undefined): string =>
  task === undefined
    ? `process ${guest.owner} has the store open and runs all that can run\n`
    : `process ${guest.owner} goes on with it\n`

/** Ids of the first tasks that go on: those that were interrupted, and those that sleep. */
const resumeAll = Effect.fnUntraced(function* ({ namespace, shell }: OwnSession) {
  const now = yield* Clock.currentTimeMillis
  const sleeping = yield* namespace.sleeping({ limit: namedMax })
  const tasks = [...(yield* namespace.recover), ...sleeping]
  for (const task of tasks) shell.err(`resuming ${task.id}${describe(task, now)}\n`)
  if (tasks.length === 0) shell.err("nothing was interrupted\n")
  return tasks.map(({ id }) => id)
})

const resumeOne = Effect.fnUntraced(function* ({ location, namespace, shell }: Session, text: string, value: Value) {
  const id = yield* namespace.findTask(text)
  const before = yield* namespace.inspect(id)
  if (value !== null && (yield* namespace.isHeld(id))) return yield* useless(id, location.flag)
  const now = yield* Clock.currentTimeMillis
  yield* namespace.resume(id, value)
  shell.err(`resuming ${id}${describe(before.task, now)}\n`)
  const hint = symbolHint(value)
  if (hint !== undefined) shell.err(`sxs: ${hint}\n`)
  return [id]
})

const useless = (id: string, flag: string) =>
  usageError(
    `${id} was paused from outside, so it does not wait for a value and this one would be lost.\n` +
      `Without a value it goes on: sxs resume ${id}${flag}`
  )
