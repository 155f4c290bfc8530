import * as Effect from "effect/Effect"
import { wakeHint } from "../left-tasks.ts"
import { atPlace } from "../place.ts"
import { withSession } from "../session.ts"

export interface PauseOptions {
  readonly task: string
  readonly store: string | undefined
}

/** Pauses the task where it stands. */
export const pause = Effect.fn("pause")((options: PauseOptions) =>
  withSession({ store: options.store, create: false }, ({ location, namespace, shell }) =>
    Effect.gen(function* () {
      const id = yield* namespace.findTask(options.task)
      const task = yield* namespace.pause(id)
      // With it perhaps nothing is left that can run, and the process that had the store ends.
      const isHeld = yield* Effect.catchTag(namespace.isHeld(id), "OwnerLost", () => Effect.succeed(true))
      const hint = wakeHint(id, isHeld, location.flag)
      shell.err(`${id} is paused${atPlace(task)}. ${hint}\n`)
    })
  )
)
