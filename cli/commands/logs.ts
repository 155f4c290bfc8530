import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { LogRead, NumberedLine, ReadLogOptions } from "../../runtime/index.ts"
import { readDuration } from "../duration.ts"
import { attempt, usageError } from "../exit.ts"
import { type EnoughShown, showSlowly, signChanges, signOf } from "../follow.ts"
import { printJson } from "../json.ts"
import { type RuntimeError, type Session, withEither, withSession } from "../session.ts"
import { Shell, type ShellService } from "../shell.ts"
import { locateStore } from "../store-location.ts"
import { visibleLines } from "../visible.ts"

export interface LogsOptions {
  readonly task: string
  readonly follow: boolean
  /** Only so many lines of those that are there. */
  readonly lines: number | undefined
  /** Only lines of so long ago: `10min`. */
  readonly since: string | undefined
  readonly json: boolean
  readonly store: string | undefined
}

/** Prints the task's log; with `follow` also what is still to come, until the task has ended. */
export const logs = Effect.fn("logs")(function* (options: LogsOptions) {
  const since = yield* attempt(() => readSince(options.since))
  const now = yield* Clock.currentTimeMillis
  const reader = new Reader(options, since === undefined ? undefined : now - since)
  if (options.follow) return yield* followed(options, reader)
  yield* withSession({ store: options.store, create: false }, (session) => reader.read(session, false))
})

const readSince = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const ms = readDuration(text)
  if (ms === undefined) throw usageError(`--since is a time such as 30s, 90min, 12h or 7d, not ${text}`)
  return ms
}

/** Goes on through whichever process has the store, or on the store itself, until the task has ended. No line is shown twice,
 * as lines have numbers. */
const followed = Effect.fnUntraced(function* (options: LogsOptions, reader: Reader) {
  const shell = yield* Shell
  const location = yield* attempt(() => locateStore(options.store, shell))
  for (let told: string | undefined, lost = ""; ; ) {
    const state = yield* withEither<State>(
      { store: options.store, create: false },
      {
        own: (session) => Effect.map(reader.read(session, false), stateOf),
        guest: (session) =>
          reader.read(session, true).pipe(
            Effect.map(stateOf),
            Effect.catchTag("OwnerLost", ({ pid }) => Effect.succeed({ kind: "lost", pid } as const))
          )
      }
    )
    if (state.kind === "ended") return
    if (state.kind === "lost") {
      lost = `process ${state.pid} has ended`
      continue
    }
    const why = lost === "" ? "nothing runs on the store" : lost
    if (told !== why) shell.err(`${why}: waiting for the next sxs run or sxs resume, Ctrl-C ends this\n`)
    told = why
    yield* signChanges(location, signOf(location))
  }
})

type State = { readonly kind: "ended" | "waiting" } | { readonly kind: "lost"; readonly pid: number }

const stateOf = ({ isEnded }: LogRead): State => ({ kind: isEnded ? "ended" : "waiting" })

/** Knows how far the log was shown. */
class Reader {
  readonly #options: LogsOptions
  readonly #since: number | undefined
  #task: string | undefined
  #next: number | undefined

  /** `since`: in ms since 1970. */
  constructor(options: LogsOptions, since: number | undefined) {
    this.#options = options
    this.#since = since
  }

  /** Shows the lines that have not been shown yet; ends early when nobody reads them. */
  read(session: Session, follow: boolean): Effect.Effect<LogRead, RuntimeError> {
    const { namespace, shell } = session
    const task = this.#task === undefined ? namespace.findTask(this.#options.task) : Effect.succeed(this.#task)
    const read = Effect.flatMap(task, (id) => {
      this.#task = id
      return namespace.readLog(id, this.#wanted(follow), (lines) => this.#show(lines, shell))
    })
    return read.pipe(
      Effect.tap(({ next }) => Effect.sync(() => (this.#next = next))),
      Effect.catchTag("EnoughShown", () => Effect.succeed(over)),
      // It had ended, and has been removed while it was followed.
      Effect.catchTag("TaskNotFound", (error) => (this.#next === undefined ? Effect.fail(error) : Effect.succeed(over)))
    )
  }

  #wanted(follow: boolean): ReadLogOptions {
    const { lines } = this.#options
    return {
      follow,
      ...(this.#since !== undefined && { since: this.#since }),
      ...(this.#next !== undefined ? { from: this.#next } : lines !== undefined && { last: lines })
    }
  }

  #show(lines: ReadonlyArray<NumberedLine>, shell: ShellService): Effect.Effect<void, EnoughShown> {
    const print = this.#options.json ? printForPrograms : printForPeople
    return Effect.tap(showSlowly(shell, lines.map(print).join("")), () =>
      Effect.sync(() => (this.#next = lines.at(-1)!.seq + 1))
    )
  }
}

const over: LogRead = { next: 0, isEnded: true }

const printForPrograms = ({ at, seq, text }: NumberedLine): string => `${printJson({ seq, at, text })}\n`

/** Further lines of a text stand below its first one. */
const printForPeople = ({ at, text }: NumberedLine): string => {
  const time = new Date(at).toISOString()
  return `${time}  ${visibleLines(text).replaceAll("\n", `\n${" ".repeat(time.length + 2)}`)}\n`
}
