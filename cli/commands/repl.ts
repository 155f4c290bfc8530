import * as Effect from "effect/Effect"
import type { TaskView } from "../../runtime/index.ts"
import { compilerVersion } from "../../stdlib/abi/version.ts"
import { showDiagnostics } from "../diagnostics.ts"
import { type CommandFailed, endWith, exitCodes } from "../exit.ts"
import { explain } from "../explain.ts"
import { atPlace } from "../place.ts"
import { commandOf, type ReplParts, replCommands } from "../repl/commands.ts"
import { candidatesMax, namesFor, wordOf } from "../repl/complete.ts"
import { Entries } from "../repl/entries.ts"
import { type Entry, isOpen, readEntry } from "../repl/entry.ts"
import { historyFile } from "../repl/history.ts"
import { openTerminal, type Terminal, type TerminalStreams } from "../repl/terminal.ts"
import { type OwnSession, type RuntimeError, withOwnSession } from "../session.ts"
import { Shell, type ShellService } from "../shell.ts"
import { clip, visible } from "../visible.ts"

export interface ReplOptions {
  /** In memory when undefined. */
  readonly store: string | undefined
  readonly durability: "strict" | "relaxed"
}

/** Expressions and definitions, each entry a durable task. What does not come from a terminal is run to its end, and ends with 1
 * when an entry has failed. */
export const repl = Effect.fn("repl")(function* (options: ReplOptions) {
  yield* replOn(processStreams(yield* Shell), options)
})

/** The same on other streams than those of the process. */
export const replOn = (
  streams: TerminalStreams,
  { durability, store = "memory:" }: ReplOptions
): Effect.Effect<void, CommandFailed, Shell> =>
  Effect.gen(function* () {
    const terminal = yield* openTerminal(streams, yield* Shell)
    let tell: (task: TaskView) => void = () => {}
    const options = { store, create: true, durability, serves: true, onFailed: (task: TaskView) => tell(task) }
    const use = (session: OwnSession) =>
      Effect.gen(function* () {
        const entries = new Entries(session, terminal)
        tell = (task) => tellFailure(task, entries, session)
        yield* begin(session, terminal)
        const isFine = yield* new Loop({ session, entries }, terminal).run
        yield* session.namespace.stop
        if (!isFine && !terminal.isInteractive) return yield* endWith(exitCodes.failed)
      })
    yield* Effect.provideService(withOwnSession(options, use), Shell, terminal.shell)
  }).pipe(Effect.scoped)

const failureUnitsMax = 200

/** A task that fails beside the entry that is waited for. */
const tellFailure = (task: TaskView, entries: Entries, { shell }: OwnSession): void => {
  if (entries.isEntry(task.id)) return
  const why = clip(visible(task.failure ?? ""), failureUnitsMax)
  shell.err(`${task.id} failed${atPlace(entries.texts.task(task))}: ${why}\n  See: :task ${task.id}\n`)
}

const processStreams = (shell: ShellService): TerminalStreams => ({
  input: process.stdin,
  output: process.stdout,
  isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  history: historyFile(shell)
})

/** Says where one is, and lets everything go on that was interrupted. */
const begin = ({ location, namespace, shell }: OwnSession, { isInteractive }: Terminal) =>
  Effect.gen(function* () {
    const where = location.kind === "memory" ? "a store in memory: --store DIR keeps it" : location.directory
    if (isInteractive) shell.err(`sxs ${compilerVersion}, ${visible(where)}. :help says what to type, Ctrl-D ends\n`)
    const tasks = yield* namespace.recover
    for (const { id } of tasks) shell.err(`resuming ${id}\n`)
  })

const asking = { list: ":tasks", inspect: (task: string) => `:task ${task}` }

const isGap = ({ forms, mistakes }: Entry): boolean => forms.length === 0 && mistakes.length === 0

/** Takes lines until they end; what is open at the end of one goes on in the next. */
class Loop {
  readonly #parts: ReplParts
  readonly #terminal: Terminal
  #number = 1
  #isFine = true

  constructor(parts: ReplParts, terminal: Terminal) {
    this.#parts = parts
    this.#terminal = terminal
    terminal.complete((line) => this.#complete(line))
  }

  /** Yields whether all entries went well. */
  readonly run: Effect.Effect<boolean, CommandFailed | RuntimeError> = Effect.gen({ self: this }, function* () {
    let text = ""
    for (;;) {
      const typed = yield* this.#terminal.next(
        text === "" ? `[${this.#number}] ` : `${" ".repeat(String(this.#number).length + 1)}… `
      )
      if (typed.kind === "end") {
        if (text !== "") yield* this.#enter(text)
        return this.#isFine
      }
      if (typed.kind === "interrupt") text = ""
      else {
        const command = text === "" ? commandOf(typed.text) : undefined
        if (command?.name === ":quit") return this.#isFine
        if (command !== undefined) yield* this.#command(command)
        else {
          text += `${typed.text}\n`
          if (!isOpen(readEntry(this.#number, text))) {
            yield* this.#enter(text)
            text = ""
          }
        }
      }
    }
  })

  #enter(text: string): Effect.Effect<void, CommandFailed | RuntimeError> {
    const entry = readEntry(this.#number, text)
    if (isGap(entry)) return Effect.void
    this.#number++
    if (entry.mistakes.length === 0) return this.#guard(this.#parts.entries.run(entry))
    showDiagnostics({ diagnostics: entry.mistakes, source: entry.source }, this.#parts.session.shell)
    this.#isFine = false
    return Effect.void
  }

  #command({ argument, name }: { readonly name: string; readonly argument: string }) {
    const { shell } = this.#parts.session
    const command = replCommands.find((each) => each.name === name)
    if (command !== undefined) return this.#guard(command.run(argument, this.#parts))
    shell.err(`there is no command ${visible(name)}; :help lists them\n`)
    this.#isFine = false
    return Effect.void
  }

  /** What went wrong is shown and the session goes on, unless the store has failed. */
  #guard(
    effect: Effect.Effect<boolean, CommandFailed | RuntimeError>
  ): Effect.Effect<void, CommandFailed | RuntimeError> {
    const { location, shell } = this.#parts.session
    return effect.pipe(
      Effect.catchIf(
        (error) => !("_tag" in error && error._tag === "StoreUnavailable"),
        (error) =>
          Effect.sync(() => {
            const { message } = "exitCode" in error ? error : explain(error as RuntimeError, location, asking)
            shell.err(`${message}\n`)
            return false
          })
      ),
      Effect.flatMap((isFine) =>
        Effect.sync(() => {
          this.#isFine &&= isFine
        })
      )
    )
  }

  readonly #complete = async (line: string): Promise<readonly [ReadonlyArray<string>, string]> => {
    const { entries, session } = this.#parts
    const { namespace } = session
    const taskOf = /^\s*:(?:task|frames|resume|cancel)\s+(\S*)$/.exec(line)
    if (taskOf !== null) {
      const tasks = await Effect.runPromise(namespace.tasks({ limit: candidatesMax }))
      return [tasks.map(({ id }) => id).filter((id) => id.startsWith(taskOf[1]!)), taskOf[1]!]
    }
    const word = /^\s*:kv\s+(.*)$/.exec(line)?.[1] ?? wordOf(line)
    const commands = /^\s*:\S*$/.test(line) ? replCommands.map(({ name }) => name) : []
    const names = namesFor(word, [...commands, ...entries.definitions.names()])
    if (word === "" || names.length >= candidatesMax || commands.length > 0) return [names, word]
    const keys = await Effect.runPromise(namespace.kv.list(word, 0, candidatesMax - names.length))
    return [[...names, ...keys.map(([key]) => key)], word]
  }
}
