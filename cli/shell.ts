import * as Context from "effect/Context"

/** What the command line has around it. The one way to the terminal, so that a closed pipe is handled in one place. */
export class Shell extends Context.Service<
  Shell,
  {
    /** Writes to stdout: what a program prints, and what a command was asked to show. */
    readonly out: (text: string) => void
    /** Writes to stderr: everything that sxs itself says. */
    readonly err: (text: string) => void
    /** Nobody reads stdout any more: a command that only shows things can stop. */
    readonly isOutClosed: () => boolean
    readonly colour: { readonly out: boolean; readonly err: boolean }
    readonly cwd: string
    readonly env: { readonly SXS_STORE?: string | undefined; readonly SXS_DEBUG?: string | undefined }
    /** How the user runs programs, for hints: `sxs run main.sxs` or `node out/main.js`; without the store's flag. */
    readonly self: string
  }
>()("sxs/cli/Shell") {}

export type ShellService = Context.Service.Shape<typeof Shell>

/** The shell of this process. */
export const processShell = (self: string): ShellService => ({
  out: writerTo(process.stdout),
  err: writerTo(process.stderr),
  isOutClosed: () => isClosed(process.stdout),
  colour: { out: hasColour(process.stdout), err: hasColour(process.stderr) },
  cwd: process.cwd(),
  env: process.env,
  self
})

/** Returns when all that was written has left the process, or nobody is there to take it. */
export const flush = async (): Promise<void> => {
  for (const stream of [process.stdout, process.stderr]) {
    if (!isClosed(stream)) await new Promise<void>((resolve) => stream.write("", () => resolve()))
  }
}

// The other side of a pipe may go at any time (`sxs ps | head -1`). A program runs on without its reader: its effects
// count, and what it prints is kept in its log.
const writerTo = (stream: NodeJS.WriteStream): ((text: string) => void) => {
  let isBroken = false
  stream.on("error", () => {
    isBroken = true
  })
  return (text) => {
    if (text !== "" && !isBroken && !isClosed(stream)) stream.write(text)
  }
}

const isClosed = (stream: NodeJS.WriteStream): boolean =>
  stream.destroyed || stream.errored !== null || !stream.writable

const hasColour = (stream: NodeJS.WriteStream): boolean => {
  const { NO_COLOR, TERM } = process.env
  return stream.isTTY === true && (NO_COLOR ?? "") === "" && TERM !== "dumb"
}
