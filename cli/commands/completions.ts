import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import { toEffect } from "../parser.ts"
import { Shell } from "../shell.ts"
import type { Command } from "../words.ts"

export interface CompletionsOptions {
  readonly shell: "bash" | "zsh" | "fish"
}

/** Prints the script that lets a shell complete commands, flags, their choices and files. `root`: what it is made from. */
export const completions = Effect.fn("completions")(function* ({ shell: name }: CompletionsOptions, root: Command) {
  const shell = yield* Shell
  const script = Completions.generate("sxs", name, withPaths(Completions.fromCommand(toEffect(root))))
  // The script says how to install it by a flag that the module brings and sxs does not have.
  shell.out(script.replaceAll("sxs --completions", "sxs completions"))
})

/** What takes a file or a folder is text to the parser, as `-` and `memory:` are neither; a shell completes paths there. */
const withPaths = (command: Completions.CommandDescriptor): Completions.CommandDescriptor => ({
  ...command,
  flags: command.flags.map((flag) => (folderFlags.has(flag.name) ? { ...flag, type: folder } : flag)),
  arguments: command.arguments.map((each) => (each.name === "FILE" ? { ...each, type: fileOrFolder } : each)),
  subcommands: command.subcommands.map(withPaths)
})

const folderFlags: ReadonlySet<string> = new Set(["store", "out"])
const folder = { _tag: "Path", pathType: "directory" } as const
const fileOrFolder = { _tag: "Path", pathType: "either" } as const
