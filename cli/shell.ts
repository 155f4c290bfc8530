import { fstatSync, writeSync } from "node:fs"
import * as Context from "effect/Context"
import { emptied, isClosed, writeTo } from "./outlet.ts"

/** What the command line has around it. The one way to the terminal, so that a closed pipe is handled in one place. */
export class Shell extends Context.Service<
  Shell,
  {
    /** Writes to stdout: what a program prints, and what a command was asked to show. Does nothing once that has failed. A
     * promise is kept when the text has left the process, or nobody is there to take it. */
    readonly out: (text: string) => Promise<void> | undefined
    /** Writes to stderr: everything that sxs itself says. */
    readonly err: (text: string) => void
    /** Why stdout cannot be written, such as a full disk. A reader that has gone is no failure: it wants no more. */
    readonly outFailure: () => string | undefined
    /** Nobody reads stdout any more, or it has failed: a command that only shows things can stop. */
    readonly isOutClosed: () => boolean
    readonly colour: { readonly out: boolean; readonly err: boolean }
    readonly cwd: string
    readonly env: {
      readonly [Name in "SXS_STORE" | "SXS_DEBUG" | "SXS_KEEP" | "SXS_WATCHED" | "HOME" | "XDG_STATE_HOME"]?:
        | string
        | undefined
    } & {
      readonly [name: `OTEL_${string}`]: string | undefined
    }
  }
>()("sxs/cli/Shell") {}

export type ShellService = Context.Service.Shape<typeof Shell>

/** The shell of this process. */
export const processShell = (): ShellService => {
  const out = new Outlet(process.stdout, 1)
  const err = new Outlet(process.stderr, 2)
  return {
    out: (text) => out.write(text),
    err: (text) => void err.write(text),
    outFailure: () => out.failure,
    isOutClosed: () => out.isClosed,
    colour: { out: hasColour(process.stdout), err: hasColour(process.stderr) },
    cwd: process.cwd(),
    env: process.env
  }
}

/** Returns when all that was written has left the process, or nobody is there to take it. */
export const flush = async (): Promise<void> => {
  for (const stream of [process.stdout, process.stderr]) await emptied(stream)
}

/**
 * Stdout or stderr. What goes to a file, a device or a terminal is there, or has failed, when `write` returns. Into a pipe
 * Node writes what fits and keeps the rest: a reader that takes its time must not keep the process from hearing signals.
 */
class Outlet {
  readonly #stream: NodeJS.WriteStream
  readonly #fd: number
  readonly #isDirect: boolean
  /** The other side of a pipe may go at any time (`sxs ps | head -1`). A program runs on without its reader: its effects
   * count, and what it prints is kept in its log. */
  #hasReader = true
  #failure: string | undefined

  constructor(stream: NodeJS.WriteStream, fd: number) {
    this.#stream = stream
    this.#fd = fd
    this.#isDirect = isDirect(fd)
    stream.on("error", (error) => this.#failed(error))
  }

  get failure(): string | undefined {
    return this.#failure
  }

  get isClosed(): boolean {
    return !this.#hasReader || this.#failure !== undefined || (!this.#isDirect && isClosed(this.#stream))
  }

  write(text: string): Promise<void> | undefined {
    if (text === "" || this.isClosed) return undefined
    if (!this.#isDirect) return writeTo(this.#stream, text)
    try {
      writeWhole(this.#fd, Buffer.from(text))
    } catch (error) {
      this.#failed(error as NodeJS.ErrnoException)
    }
    return undefined
  }

  #failed({ code, message }: NodeJS.ErrnoException): void {
    if (code === "EPIPE" || code === "ECONNRESET") this.#hasReader = false
    else this.#failure ??= `stdout cannot be written: ${message}`
  }
}

// A Windows console takes text from Node's own stream only.
const isDirect = (fd: number): boolean => {
  const target = fstatSync(fd)
  return target.isFile() || (target.isCharacterDevice() && process.platform !== "win32")
}

const writeWhole = (fd: number, bytes: Uint8Array): void => {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error
      Atomics.wait(never, 0, 0, retryMs)
    }
  }
}

/** A terminal that another process has set to refuse instead of waiting is asked again after so long (ms). */
const retryMs = 1
const never = new Int32Array(new SharedArrayBuffer(4))

const hasColour = (stream: NodeJS.WriteStream): boolean => {
  const { NO_COLOR, TERM } = process.env
  return stream.isTTY === true && (NO_COLOR ?? "") === "" && TERM !== "dumb"
}
