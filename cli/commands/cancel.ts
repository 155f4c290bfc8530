import * as Effect from "effect/Effect"
import type { Inspection } from "../../runtime/index.ts"
import { endWith, exitCodes } from "../exit.ts"
import { atPlace } from "../place.ts"
import { sayHowToGoOn, showEnd } from "../run-program.ts"
import { type OwnSession, type RuntimeError, type Session, withEither } from "../session.ts"
import { tellFailures } from "../tell-failures.ts"

export interface CancelOptions {
  readonly task: string
  readonly store: string | undefined
}

/** Ends the task, after what its functions have deferred. */
export const cancel = Effect.fn("cancel")((options: CancelOptions) =>
  withEither(
    { store: options.store, create: false, serves: true },
    {
      own: (session) => cancelIn(session, options.task, (id) => unwindHere(session, id)),
      guest: (session) => cancelIn(session, options.task, (id) => session.guest.settled(id))
    }
  )
)

/** `unwind` waits until what is deferred has run, or nothing can run any more: it may wait for something. */
const cancelIn = Effect.fnUntraced(function* (
  session: Session,
  text: string,
  unwind: (id: string) => Effect.Effect<Inspection, RuntimeError>
) {
  const { namespace, shell } = session
  const id = yield* namespace.findTask(text)
  const task = yield* namespace.cancel(id)
  if (task.state === "cancelled") return shell.err(`${id} is cancelled\n`)
  shell.err(`${id} is being cancelled${atPlace(task)}: what it has deferred runs first\n`)
  yield* showOutcome(session, yield* unwind(id))
})

const unwindHere = Effect.fnUntraced(
  function* (session: OwnSession, id: string) {
    const { namespace } = session
    tellFailures(session, new Set([id]))
    yield* namespace.recover
    yield* Effect.raceFirst(namespace.ended(id), namespace.idle)
    return yield* namespace.result(id)
  },
  (effect, session) => Effect.onInterrupt(effect, () => sayHowToGoOn(session, "sxs resume"))
)

const showOutcome = Effect.fnUntraced(function* (session: Session, end: Inspection) {
  const { location, shell } = session
  const { task } = end
  if (task.state === "cancelled") return shell.err(`${task.id} is cancelled\n`)
  showEnd(end, session)
  if (task.state === "failed") return yield* endWith(exitCodes.failed)
  if (task.state === "done") return shell.err(`${task.id} has ended before it could be cancelled\n`)
  shell.err(
    `${task.id} is not cancelled yet: it is ${task.state}${atPlace(task)}. See: sxs inspect ${task.id}${location.flag}\n`
  )
})
