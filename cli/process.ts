import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as CliConfig from "effect/cli/CliConfig"
import type { CliError } from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { compilerVersion } from "../stdlib/abi/version.ts"
import { withValues } from "./command-line.ts"
import { CommandFailed, type ExitCode, exitCodes } from "./exit.ts"
import { flush, Shell, type ShellService } from "./shell.ts"
import { watchSignals } from "./signals.ts"
import { visible, visibleLines } from "./visible.ts"

/**
 * Runs one command line and ends the process with its exit code, after all output has left. The border at which every
 * error becomes a message: a defect is ours, and says so in one line.
 */
export const runProcess = async <Name extends string, Input, Context>(
  command: Command.Command<Name, Input, Context, CommandFailed | CliError, Shell>,
  args: ReadonlyArray<string>,
  shell: ShellService
): Promise<void> => {
  const fiber = Effect.runFork(commandEffect(command, args, shell))
  const signals = watchSignals(() => Effect.runFork(Fiber.interrupt(fiber)), shell)
  const exit = await Effect.runPromise(Fiber.await(fiber))
  signals.stop()
  const exitCode = Exit.isSuccess(exit) ? exitCodes.ok : report(exit.cause, shell)
  await flush()
  process.exit(exitCode === exitCodes.ok ? await reportOutput(shell) : exitCode)
}

/** What was asked for has been done, but could perhaps not be shown. */
const reportOutput = async (shell: ShellService): Promise<ExitCode> => {
  const failure = shell.outFailure()
  if (failure === undefined) return exitCodes.ok
  shell.err(`sxs: ${failure}\n`)
  await flush()
  return exitCodes.store
}

const commandEffect = <Name extends string, Input, Context>(
  command: Command.Command<Name, Input, Context, CommandFailed | CliError, Shell>,
  args: ReadonlyArray<string>,
  shell: ShellService
): Effect.Effect<void, CommandFailed | CliError> =>
  Command.runWith(command, { version: compilerVersion })(withValues(args)).pipe(
    Effect.provideService(Shell, shell),
    Effect.provideService(CliOutput.Presenter, presenter(shell)),
    Effect.provide(CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] })),
    Effect.provideContext(noServices)
  )

/** What a flag asks for that reads a file or asks a person. None of ours does, and Node's services take longer to load than the
 * rest of the parser; a flag that needed one would fail as a defect where it is first used. */
const noServices = Context.empty() as Context.Context<Command.Environment>

/** Help that was asked for goes to stdout; a mistake is said in one line on stderr, with the way to the help. */
const presenter = (shell: ShellService): CliOutput.Presenter => {
  const formatter = CliOutput.defaultFormatter({ colors: shell.colour.out })
  return {
    present: (event) =>
      Effect.sync(() => {
        if (event._tag === "Version") shell.out(`${event.name} ${event.version}\n`)
        else if (event._tag === "InvalidInvocation") {
          for (const error of event.errors) shell.err(`sxs: ${visibleLines(error.message)}\n${runHint(error)}`)
          shell.err(`See: ${event.commandPath.join(" ")} --help\n`)
        } else {
          const help = `${formatter.formatHelpDoc(event.helpDoc)}\n`
          if (event.reason === "Requested") shell.out(help)
          else shell.err(help)
        }
      })
  }
}

/** For a source file that stands where the command should. */
const runHint = (error: CliError): string =>
  error._tag === "UnknownSubcommand" && error.subcommand.endsWith(".sxs")
    ? `Did you mean: sxs run ${visible(error.subcommand)}\n`
    : ""

const report = (cause: Cause.Cause<CommandFailed | CliError>, shell: ShellService): ExitCode => {
  if (Cause.hasInterruptsOnly(cause)) return exitCodes.interrupted
  const defect = cause.reasons.find((reason) => reason._tag === "Die")
  if (defect !== undefined) return reportDefect(defect.defect, cause, shell)
  const failure = cause.reasons.find((reason) => reason._tag === "Fail")?.error
  if (!(failure instanceof CommandFailed)) return exitCodes.usage
  if (failure.message !== "") shell.err(`sxs: ${visibleLines(failure.message)}\n`)
  return failure.exitCode
}

const reportDefect = (defect: unknown, cause: Cause.Cause<unknown>, shell: ShellService): ExitCode => {
  const summary = defect instanceof Error ? defect.message.split("\n")[0] : String(defect)
  shell.err(`sxs: a fault in sxs itself: ${summary}. Please report it.\n`)
  if (shell.env.SXS_DEBUG === "1") shell.err(`${Cause.pretty(cause)}\n`)
  else shell.err("SXS_DEBUG=1 shows the details.\n")
  return exitCodes.fault
}
