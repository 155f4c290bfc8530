import * as Effect from "effect/Effect"
import { limits } from "../../runtime/index.ts"
import { printCount, printDuration } from "../duration.ts"
import { type CommandFailed, storeError } from "../exit.ts"
import { withOwnSession } from "../session.ts"

export interface CleanOptions {
  readonly store: string | undefined
}

/** Removes the ended tasks whose time is over, and the code that nothing in the store needs. */
export const clean = Effect.fn("clean")((options: CleanOptions) =>
  Effect.mapError(
    withOwnSession({ store: options.store, create: false }, ({ namespace, shell }) =>
      Effect.map(namespace.clean, ({ bundles, tasks, young }) => {
        shell.err(`removed ${printCount(tasks, "ended task")} and ${printCount(bundles, "unused program")}\n`)
        if (young > 0) shell.err(`${tooMany(young)}\n`)
      })
    ),
    inUse
  )
)

const tooMany = (young: number): string =>
  `${printCount(young, "ended task")} more than are kept; the oldest go ${printDuration(limits.endedGraceMs)} after their end`

const inUse = (error: CommandFailed): CommandFailed =>
  error.holder === undefined
    ? error
    : storeError(
        `what is needed can be told only while nothing runs, and the store is in use: ${error.holder}.\n` +
          "End that process and run the command again; ended tasks are removed while it runs, too"
      )
