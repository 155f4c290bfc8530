import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { compilerVersion } from "../stdlib/abi/version.ts"
import { withValues } from "./command-line.ts"
import { type CommandFailed, type ExitCode, exitCodes } from "./exit.ts"
import { plainly } from "./plain-words.ts"
import { flush, Shell, type ShellService } from "./shell.ts"
import { watchSignals } from "./signals.ts"
import { visibleLines } from "./visible.ts"
import type { Command } from "./words.ts"

/**
 * Runs one command line and ends the process with its exit code, after all output has left. The border at which every
 * error becomes a message: a defect is ours, and says so in one line.
 */
export const runProcess = async (command: Command, args: ReadonlyArray<string>, shell: ShellService): Promise<void> => {
  const fiber = Effect.runFork(commandEffect(command, withValues(args), shell))
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

const commandEffect = (
  command: Command,
  args: ReadonlyArray<string>,
  shell: ShellService
): Effect.Effect<void, CommandFailed> =>
  Effect.provideService(said(command, args, shell) ?? parsed(command, args, shell), Shell, shell)

/** What needs no parser. */
const said = (command: Command, args: ReadonlyArray<string>, shell: ShellService) =>
  args.length === 1 && args[0] === "--version"
    ? Effect.sync(() => void shell.out(`${command.name} ${compilerVersion}\n`))
    : plainly(command, args)

const parsed = (command: Command, args: ReadonlyArray<string>, shell: ShellService) =>
  Effect.flatMap(
    Effect.promise(() => import("./parser.ts")),
    ({ parse }) => parse(command, args, shell)
  )

const report = (cause: Cause.Cause<CommandFailed>, shell: ShellService): ExitCode => {
  if (Cause.hasInterruptsOnly(cause)) return exitCodes.interrupted
  const defect = cause.reasons.find((reason) => reason._tag === "Die")
  if (defect !== undefined) return reportDefect(defect.defect, cause, shell)
  const failure = cause.reasons.find((reason) => reason._tag === "Fail")?.error
  if (failure === undefined) return exitCodes.fault
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
