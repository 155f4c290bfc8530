import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import type { Hearers } from "../../runtime/bus/bus.ts"
import { printCount, printNumber } from "../duration.ts"
import { attempt, usageError } from "../exit.ts"
import { readGiven } from "../read-given.ts"
import { type Session, withEither } from "../session.ts"
import { Shell } from "../shell.ts"
import { symbolHint } from "../symbol-hint.ts"
import { visible } from "../visible.ts"

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
  const data = yield* readGiven(options.data === "-" ? yield* attempt(readInput) : options.data)
  const { channel, store, topic } = options
  const publish = ({ location, namespace, shell }: Session) =>
    Effect.map(namespace.bus.publish(channel, topic, data), (hearers) => {
      if (isHeard(hearers)) return hearers
      shell.err(
        hearers.others.length === 0
          ? `nobody subscribes to ${channel}/${topic}, and no task awaits it: the event is gone\n`
          : `no subscription takes it: ${list(hearers.others.map(takes))}. The event is gone; sxs subs${location.flag} lists them\n`
      )
      return undefined
    })
  yield* withEither(
    { store, create: false },
    {
      own: (session) =>
        Effect.map(publish(session), (hearers) => {
          if (hearers === undefined) return
          shell.err(`nothing runs on the store now; ${goesOn(hearers)} with sxs resume${session.location.flag}\n`)
        }),
      guest: (session) =>
        Effect.map(publish(session), (hearers) => {
          if (hearers !== undefined) shell.err(`${reaches(hearers)}\n`)
        })
    }
  )
  const hint = symbolHint(data)
  if (hint !== undefined) shell.err(`sxs: ${hint}\n`)
})

const isHeard = ({ awaitedBy, subscriptions }: Hearers): boolean => subscriptions.length > 0 || awaitedBy > 0

const namedMax = 5

const list = (all: ReadonlyArray<string>): string => {
  const more = all.length - namedMax
  return all.slice(0, namedMax).join(", ") + (more > 0 ? ` and ${printNumber(more)} more` : "")
}

const takes = ({ id, type }: Hearers["others"][number]): string => `${id} takes ${visible(type)}`

const reaches = ({ awaitedBy, subscriptions }: Hearers): string => {
  const tasks = awaitedBy === 0 ? [] : [`${printCount(awaitedBy, "task")} awaited it`]
  const verb = subscriptions.length === 1 ? "takes" : "take"
  return [...(subscriptions.length === 0 ? [] : [`${list(subscriptions)} ${verb} it`]), ...tasks].join(", and ")
}

const goesOn = ({ awaitedBy, subscriptions }: Hearers): string => {
  const tasks = awaitedBy === 0 ? [] : [`${printCount(awaitedBy, "task")} that awaited it`]
  const names = subscriptions.length === 0 ? [] : [list(subscriptions)]
  return `${[...names, ...tasks].join(" and ")} ${subscriptions.length + awaitedBy === 1 ? "goes" : "go"} on`
}

const readInput = (): string => {
  try {
    return readFileSync(0, "utf8")
  } catch (error) {
    throw usageError(`the standard input cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
