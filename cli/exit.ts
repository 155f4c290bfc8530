import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

/** What the process ends with. Scripts depend on these numbers: none of them ever changes its meaning. */
export const exitCodes = {
  ok: 0,
  /** The program failed, or what was asked for is not there. */
  failed: 1,
  usage: 2,
  /** The source does not compile, or a compiled file is not what was built. */
  source: 65,
  /** A fault in sxs itself. */
  fault: 70,
  store: 74,
  /** Nobody knows whether the change was made. */
  inDoubt: 75,
  interrupted: 130
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends a command. `message` is for the user and says what to do; empty when all has been said. Nothing to retry. */
export class CommandFailed extends Data.TaggedError("CommandFailed")<{
  readonly exitCode: ExitCode
  readonly message: string
  /** Another process has the store. */
  readonly holder?: string
}> {}

export const usageError = (message: string): CommandFailed => new CommandFailed({ exitCode: exitCodes.usage, message })

export const storeError = (message: string): CommandFailed => new CommandFailed({ exitCode: exitCodes.store, message })

/** Ends with that code after everything has been shown. */
export const endWith = (exitCode: ExitCode): CommandFailed => new CommandFailed({ exitCode, message: "" })

/** Runs plain code that throws `CommandFailed`. */
export const attempt = <A>(code: () => A): Effect.Effect<A, CommandFailed> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(code())
    } catch (error) {
      if (error instanceof CommandFailed) return Effect.fail(error)
      throw error
    }
  })
