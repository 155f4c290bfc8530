import * as Context from "effect/Context"
import * as Argument from "effect/cli/Argument"
import * as CliConfig from "effect/cli/CliConfig"
import { type CliError, isCliError } from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as EffectCommand from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { compilerVersion } from "../stdlib/abi/version.ts"
import { type CommandFailed, endWith, exitCodes } from "./exit.ts"
import type { Shell, ShellService } from "./shell.ts"
import { visible, visibleLines } from "./visible.ts"
import type { Command, Part } from "./words.ts"

/** Parses any command line, helps with it or says what is wrong with it, and does what it asks for. */
export const parse = (
  command: Command,
  args: ReadonlyArray<string>,
  shell: ShellService
): Effect.Effect<void, CommandFailed, Shell> =>
  EffectCommand.runWith(toEffect(command), { version: compilerVersion })(args).pipe(
    Effect.provideService(CliOutput.Presenter, presenter(shell)),
    Effect.provide(CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] })),
    Effect.provideContext(noServices),
    Effect.catchIf(isCliError, () => Effect.fail(endWith(exitCodes.usage)))
  )

/** What a flag asks for that reads a file or asks a person. None of ours does, and Node's services take longer to load than the
 * rest of the parser; a flag that needed one would fail as a defect where it is first used. */
const noServices = Context.empty() as Context.Context<EffectCommand.Environment>

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

// ─── the table, for Effect's parser ──────────────────────────────────────────────────────────────────────────────────

/** The command with all below it. */
export const toEffect = (
  command: Command
): EffectCommand.Command<string, Readonly<Record<string, unknown>>, object, CommandFailed, Shell> => {
  const parts = Object.fromEntries(Object.entries(command.parts).map(([name, part]) => [name, toParam(part)]))
  const { run } = command
  const made =
    run === undefined
      ? EffectCommand.make(command.name)
      : EffectCommand.make(command.name, parts, (options) => run(options as never))
  const described = EffectCommand.withDescription(made, command.description)
  const [first, ...more] = command.subcommands.map(toEffect)
  return first === undefined ? described : EffectCommand.withSubcommands(described, [first, ...more])
}

const toParam = (part: Part<unknown>) => (part.kind === "flag" ? toFlag(part) : toArgument(part))

const toFlag = (part: Part<unknown>): Flag.Flag<unknown> => {
  const { alias, description, metavar, presence } = part
  let flag = Flag.withDescription(flagOf(part), description)
  if (metavar !== undefined) flag = Flag.withMetavar(flag, metavar)
  if (alias !== undefined) flag = Flag.withAlias(flag, alias)
  if (presence.kind !== "optional") return flag
  const { fallback } = presence
  return fallback === undefined
    ? Flag.map(Flag.optional(flag), Option.getOrUndefined)
    : Flag.withDefault(flag, fallback)
}

const flagOf = ({ least, name, type }: Part<unknown>): Flag.Flag<unknown> => {
  if (type === "text") return Flag.String(name)
  if (type === "toggle") return Flag.withoutNegation(Flag.Boolean(name))
  if (type !== "int") return Flag.Literals(name, type)
  if (least === undefined) return Flag.Int(name)
  return Flag.filter(
    Flag.Int(name),
    (n) => n >= least,
    (n) => `--${name} must be ${least} or more, got ${n}`
  )
}

const toArgument = (part: Part<unknown>): Argument.Argument<unknown> => {
  const argument = Argument.withDescription(argumentOf(part), part.description)
  switch (part.presence.kind) {
    case "required":
      return argument
    case "optional":
      return Argument.map(Argument.optional(argument), Option.getOrUndefined)
    case "many":
      return Argument.variadic(argument, part.presence.least === 0 ? undefined : { min: part.presence.least })
  }
}

const argumentOf = ({ name, type }: Part<unknown>): Argument.Argument<unknown> => {
  if (type === "int") return Argument.Int(name)
  return typeof type === "string" ? Argument.String(name) : Argument.Literals(name, type)
}
