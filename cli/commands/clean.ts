import * as Effect from "effect/Effect"
import { printCount } from "../duration.ts"
import { type CommandFailed, storeError } from "../exit.ts"
import { withOwnSession } from "../session.ts"

export interface CleanOptions {
  readonly store: string | undefined
}

/** Removes the ended tasks whose time is over, and the code that nothing in the store needs. */
export const clean = Effect.fn("clean")((options: CleanOptions) =>
  Effect.mapError(
    withOwnSession({ store: options.store, create: false }, ({ namespace, shell }) =>
      Effect.map(namespace.clean, ({ bundles, tasks }) =>
        shell.err(`removed ${printCount(tasks, "ended task")} and ${printCount(bundles, "unused program")}\n`)
      )
    ),
    inUse
  )
)

const inUse = (error: CommandFailed): CommandFailed =>
  error.holder === undefined
    ? error
    : storeError(
        `what is needed can be told only while nothing runs, and the store is in use: ${error.holder}.\n` +
          "End that process and run the command again; ended tasks are removed while it runs, too"
      )
