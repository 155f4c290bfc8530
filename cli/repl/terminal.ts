import { clearLine, createInterface, cursorTo, type Interface } from "node:readline"
import type { Readable, Writable } from "node:stream"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import type { ShellService } from "../shell.ts"
import { appendHistory, historyLinesMax, readHistory } from "./history.ts"

export type Typed =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C at the prompt. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D, or the end of what is read. */
  | { readonly kind: "end" }

/** What completes a line: the candidates, and the word that they stand for. */
export type Complete = (line: string) => Promise<readonly [candidates: ReadonlyArray<string>, word: string]>

/** Where the lines come from, and how what is shown meanwhile stays apart from the one that is being typed. */
export interface Terminal {
  /** Somebody sits there: there are prompts, history and completion. */
  readonly isInteractive: boolean
  /** The next line. */
  readonly next: (prompt: string) => Effect.Effect<Typed>
  /** Succeeds at the next Ctrl-C. */
  readonly interrupted: Effect.Effect<void>
  /** Writes above the line that is being typed. */
  readonly shell: ShellService
  readonly complete: (complete: Complete) => void
}

export interface TerminalStreams {
  readonly input: Readable
  readonly output: Writable
  readonly isInteractive: boolean
  /** File that keeps what was typed; undefined for none. */
  readonly history: string | undefined
}

/** Lines that wait to be taken; then reading stops until they are. What one read brings, at most 64 KiB, may come on top. */
const linesMax = 100

export const openTerminal = (
  streams: TerminalStreams,
  shell: ShellService
): Effect.Effect<Terminal, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.map(Queue.unbounded<Typed>(), (typed) => new LineTerminal(streams, shell, typed)),
    (terminal) => Effect.sync(() => terminal.close())
  )

class LineTerminal implements Terminal {
  readonly isInteractive: boolean
  readonly shell: ShellService
  readonly #output: Writable
  readonly #lines: Interface
  // Bounded by pausing: see linesMax.
  readonly #typed: Queue.Queue<Typed>
  #interrupt: Deferred.Deferred<void> | undefined
  #isPrompting = false
  #isClosed = false
  #complete: Complete = async (line) => [[], line]

  constructor(
    { history, input, isInteractive, output }: TerminalStreams,
    shell: ShellService,
    typed: Queue.Queue<Typed>
  ) {
    this.#typed = typed
    this.isInteractive = isInteractive
    this.#output = output
    this.#lines = createInterface({
      input,
      terminal: isInteractive,
      crlfDelay: Number.POSITIVE_INFINITY,
      ...(isInteractive && {
        output,
        historySize: historyLinesMax,
        history: readHistory(history),
        removeHistoryDuplicates: true,
        completer: (line: string, done: Completed) => this.#completed(line, done)
      })
    })
    this.#lines.on("line", (text) => {
      appendHistory(isInteractive ? history : undefined, text)
      this.#offer({ kind: "line", text })
    })
    this.#lines.on("close", () => {
      this.#isClosed = true
      this.#isPrompting = false
      this.#offer({ kind: "end" })
    })
    this.#lines.on("SIGINT", () => this.#interrupted())
    this.shell = {
      ...shell,
      out: (text) => this.#above(() => shell.out(text), text),
      err: (text) => this.#above(() => shell.err(text), text)
    }
  }

  close(): void {
    this.#isPrompting = false
    this.#lines.close()
  }

  readonly complete = (complete: Complete): void => {
    this.#complete = complete
  }

  readonly next = (prompt: string): Effect.Effect<Typed> =>
    Effect.suspend(() => {
      this.#lines.setPrompt(prompt)
      if (Queue.sizeUnsafe(this.#typed) === 0) this.#prompt()
      return Effect.map(Queue.take(this.#typed), (typed) => {
        this.#isPrompting = false
        if (typed.kind === "end") Queue.offerUnsafe(this.#typed, typed)
        else if (!this.#isClosed && Queue.sizeUnsafe(this.#typed) < linesMax / 2) this.#lines.resume()
        return typed
      })
    })

  readonly interrupted: Effect.Effect<void> = Effect.suspend(() => {
    this.#interrupt = Deferred.makeUnsafe<void>()
    return Effect.ensuring(
      Deferred.await(this.#interrupt),
      Effect.sync(() => {
        this.#interrupt = undefined
      })
    )
  })

  #prompt(): void {
    if (!this.isInteractive || this.#isClosed) return
    this.#isPrompting = true
    // What was typed ahead stays, with the cursor behind it.
    this.#lines.prompt(true)
  }

  #offer(typed: Typed): void {
    Queue.offerUnsafe(this.#typed, typed)
    if (!this.#isClosed && Queue.sizeUnsafe(this.#typed) > linesMax) this.#lines.pause()
  }

  #interrupted(): void {
    if (this.#interrupt !== undefined) return void Deferred.doneUnsafe(this.#interrupt, Effect.void)
    // The line that was being typed is dropped, and a new one begins below it.
    this.#lines.write(null, { ctrl: true, name: "e" })
    this.#lines.write(null, { ctrl: true, name: "u" })
    this.#output.write("\n")
    this.#offer({ kind: "interrupt" })
  }

  #completed(line: string, done: Completed): void {
    this.#complete(line).then(
      ([candidates, word]) => done(null, [[...candidates], word]),
      () => done(null, [[], line])
    )
  }

  #above<A>(write: () => A, text: string): A {
    if (!this.#isPrompting || text === "") return write()
    clearLine(this.#output, 0)
    cursorTo(this.#output, 0)
    const written = write()
    // Who reads it may have ended the session.
    if (!this.#isClosed) this.#lines.prompt(true)
    return written
  }
}

type Completed = (error: null, result: [Array<string>, string]) => void
