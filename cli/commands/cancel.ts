import * as Effect from "effect/Effect"
import { endWith, exitCodes } from "../exit.ts"
import { atPlace } from "../place.ts"
import { sayHowToGoOn, showEnd } from "../run-program.ts"
import { type Session, withSession } from "../session.ts"

export interface CancelOptions {
  readonly task: string
  readonly store: string | undefined
}

/** Ends the task, after what its functions have deferred. */
export const cancel = Effect.fn("cancel")((options: CancelOptions) =>
  withSession({ store: options.store, create: false }, (session) =>
    Effect.gen(function* () {
      const { namespace, shell } = session
      const id = yield* namespace.findTask(options.task)
      const task = yield* namespace.cancel(id)
      if (task.state === "cancelled") return shell.err(`${id} is cancelled\n`)
      shell.err(`${id} is being cancelled${atPlace(task)}: what it has deferred runs first\n`)
      yield* unwind(session, id)
    })
  )
)

/** Lets what is deferred run until the task has ended, or until nothing can run any more: it may wait for something. */
const unwind = Effect.fnUntraced(
  function* (session: Session, id: string) {
    const { location, namespace, shell } = session
    yield* namespace.recover
    yield* Effect.raceFirst(namespace.ended(id), namespace.idle)
    const end = yield* namespace.result(id)
    const { task } = end
    if (task.state === "cancelled") return shell.err(`${id} is cancelled\n`)
    showEnd(end, session)
    if (task.state === "failed") return yield* endWith(exitCodes.failed)
    if (task.state === "done") return shell.err(`${id} has ended before it could be cancelled\n`)
    shell.err(
      `${id} is not cancelled yet: it is ${task.state}${atPlace(task)}. See: sxs inspect ${id}${location.flag}\n`
    )
  },
  (effect, session) => Effect.onInterrupt(effect, () => sayHowToGoOn(session, "sxs resume"))
)
