import * as Effect from "effect/Effect"
import { type DeadLetterView, print } from "../../runtime/index.ts"
import { printCount } from "../duration.ts"
import { type CommandFailed, usageError } from "../exit.ts"
import { printJson } from "../json.ts"
import { JsonRows } from "../json-rows.ts"
import { type RuntimeError, type Session, withEither, withSession } from "../session.ts"
import { Table } from "../table.ts"
import { clip, visible } from "../visible.ts"

export interface DeadListOptions {
  readonly subscription: string | undefined
  readonly limit: number
  readonly json: boolean
  readonly store: string | undefined
}

/** Which dead letters: one, those of a subscription, or all of them. */
export interface DeadChoice {
  readonly id: string | undefined
  readonly subscription: string | undefined
  readonly all: boolean
  readonly store: string | undefined
}

const pageItems = 500
const dataUnitsMax = 40
const faultUnitsMax = 80

/** Lists the events that no attempt could handle. */
export const list = Effect.fn("dead ls")((options: DeadListOptions) =>
  withSession({ store: options.store, create: false }, (session) =>
    Effect.gen(function* () {
      const { shell } = session
      const table = new Table(["DEAD LETTER", "EVENT", "DATA", "PUBLISHED", "ATTEMPTS", "LAST TASK", "FAULT"])
      const json = new JsonRows((letter: DeadLetterView) => printJson({ ...letter, data: print(letter.data) }))
      const limit = options.limit === 0 ? Number.POSITIVE_INFINITY : options.limit
      let shown = 0
      yield* forEachPage(session, options.subscription, (page) =>
        Effect.sync(() => {
          const rows = page.slice(0, limit - shown)
          if (rows.length > 0) shell.out(options.json ? json.print(rows) : table.print(rows.map(row)))
          shown += rows.length
          if (rows.length < page.length) shell.err("… and more; --limit 0 shows all\n")
          return rows.length === page.length && !shell.isOutClosed()
        })
      )
      if (options.json) shell.out(json.end())
      else if (shown === 0) shell.err("there are no dead letters\n")
    })
  )
)

const row = (letter: DeadLetterView): ReadonlyArray<string> => [
  letter.id,
  `${letter.channel}/${letter.topic}`,
  clip(print(letter.data), dataUnitsMax),
  new Date(letter.at).toISOString(),
  String(letter.attempts),
  letter.task,
  clip(visible(letter.fault.message), faultUnitsMax)
]

/** Has the events handled again, with as many attempts as the first time. */
export const retry = Effect.fn("dead retry")((choice: DeadChoice) =>
  Effect.gen(function* () {
    yield* checkChoice(choice)
    const { store } = choice
    const retried = (session: Session) =>
      Effect.tap(
        changeChosen(session, choice, (id) => session.namespace.bus.retryDeadLetter(id)),
        (count) => Effect.sync(() => session.shell.err(`${printCount(count, "event")} to be handled again\n`))
      )
    yield* withEither(
      { store, create: false },
      {
        own: (session) =>
          Effect.map(retried(session), (count) => {
            if (count > 0) session.shell.err(`nothing runs on the store now: sxs resume${session.location.flag}\n`)
          }),
        guest: (session) => Effect.asVoid(retried(session))
      }
    )
  })
)

/** Gives the events up. */
export const drop = Effect.fn("dead drop")((choice: DeadChoice) =>
  Effect.gen(function* () {
    yield* checkChoice(choice)
    yield* withSession({ store: choice.store, create: false }, (session) =>
      Effect.map(
        changeChosen(session, choice, (id) => session.namespace.bus.dropDeadLetter(id)),
        (count) => session.shell.err(`${printCount(count, "event")} dropped\n`)
      )
    )
  })
)

const checkChoice = ({ all, id, subscription }: DeadChoice): Effect.Effect<void, CommandFailed> =>
  [id !== undefined, subscription !== undefined, all].filter(Boolean).length === 1
    ? Effect.void
    : Effect.fail(usageError("say which: an ID, --subscription ID, or --all"))

/** Changes the chosen ones, one by one; yields how many. Each is done when it is counted. */
const changeChosen = (
  session: Session,
  { id, subscription }: DeadChoice,
  change: (id: string) => Effect.Effect<void, RuntimeError>
): Effect.Effect<number, RuntimeError> => {
  if (id !== undefined) return Effect.as(change(id), 1)
  let count = 0
  const changeOne = (letter: DeadLetterView): Effect.Effect<void, RuntimeError> =>
    Effect.catchIf(
      Effect.map(change(letter.id), () => void count++),
      isGone,
      () => Effect.void
    )
  const page = (letters: ReadonlyArray<DeadLetterView>) =>
    Effect.as(Effect.forEach(letters, changeOne, { discard: true }), true)
  return Effect.map(forEachPage(session, subscription, page), () => count)
}

/** Somebody else was faster. */
const isGone = (error: RuntimeError): boolean => "_tag" in error && error._tag === "DeadLetterNotFound"

/** Calls `use` with each page until it says false. */
const forEachPage = Effect.fnUntraced(function* (
  { namespace }: Session,
  subscription: string | undefined,
  use: (page: ReadonlyArray<DeadLetterView>) => Effect.Effect<boolean, RuntimeError>
): Effect.fn.Return<void, RuntimeError> {
  for (let after: string | undefined; ; ) {
    const page = yield* namespace.bus.deadLetters({
      limit: pageItems,
      ...(after !== undefined && { after }),
      ...(subscription !== undefined && { subscription })
    })
    // Letters of a subscription that is being removed are left out, so that a page may be short.
    if (page.length === 0 || !(yield* use(page))) return
    after = page.at(-1)!.id
  }
})
