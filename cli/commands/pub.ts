import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { attempt, usageError } from "../exit.ts"
import { readValue, symbolHint } from "../read-value.ts"
import { type Session, withEither } from "../session.ts"
import { Shell } from "../shell.ts"

export interface PubOptions {
  readonly channel: string
  readonly topic: number
  /** As it stands quoted in a program; `-` reads it from the standard input. */
  readonly data: string
  readonly store: string | undefined
}

/** Publishes an event. It is on the disk when the command ends. */
export const pub = Effect.fn("pub")(function* (options: PubOptions) {
  const shell = yield* Shell
  const data = yield* attempt(() => readValue(options.data === "-" ? readInput() : options.data))
  const { channel, store, topic } = options
  const publish = (session: Session) =>
    Effect.gen(function* () {
      const hearers = yield* hearersOf(session, channel, topic)
      yield* session.namespace.bus.publish(channel, topic, data)
      if (hearers.length === 0)
        shell.err(`nobody subscribes to ${channel}/${topic}: the event is gone, unless a task awaits it\n`)
      return hearers
    })
  yield* withEither(
    { store, create: false },
    {
      own: (session) =>
        Effect.map(publish(session), (hearers) =>
          shell.err(`nothing runs on the store now; ${goesOn(hearers)} with sxs resume${session.location.flag}\n`)
        ),
      guest: (session) => Effect.asVoid(publish(session))
    }
  )
  const hint = symbolHint(data)
  if (hint !== undefined) shell.err(`sxs: ${hint}\n`)
})

/** Subscriptions that are looked at: the answer is for a hint only. */
const lookedAtMax = 1000

const hearersOf = ({ namespace }: Session, channel: string, topic: number) =>
  Effect.map(namespace.bus.subscriptions({ limit: lookedAtMax }), (found) =>
    found.filter((each) => each.channel === channel && each.topic === topic).map(({ id }) => id)
  )

const goesOn = (hearers: ReadonlyArray<string>): string => {
  const [first, second] = hearers
  if (first === undefined) return "a task that awaits it goes on"
  if (second === undefined) return `${first} goes on`
  return `${hearers.length} subscriptions go on`
}

const readInput = (): string => {
  try {
    return readFileSync(0, "utf8")
  } catch (error) {
    throw usageError(`the standard input cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
