import * as Effect from "effect/Effect"
import type { Namespace, StoreUnavailable, SubscriptionView } from "../runtime/index.ts"
import { executionChannel } from "../stdlib/abi/bus.ts"
import { printCount, printNumber } from "./duration.ts"
import type { Session } from "./session.ts"
import { visible } from "./visible.ts"

/** Subscriptions that are looked at when a run has come to rest: many of them must not delay the prompt. */
const lookedAtMax = 1000
const shownMax = 20

/** Says on stderr which subscriptions wait for events, with the command that sends one, and how many events nobody could handle. */
export const showLeftSubscriptions = (
  namespace: Namespace,
  { location, shell }: Session
): Effect.Effect<void, StoreUnavailable> =>
  Effect.map(namespace.bus.subscriptions({ limit: lookedAtMax }), (found) => {
    const { flag, kind } = location
    for (const each of found.slice(0, shownMax)) {
      const canSend = kind === "directory" && each.channel !== executionChannel
      const hint = canSend ? `. Send one: sxs pub ${each.channel} ${each.topic} DATA${flag}` : ""
      shell.err(`${each.id}, ${atHandler(each)}, waits for events on ${each.channel}/${each.topic}${hint}\n`)
    }
    const more = found.length - shownMax
    const atLeast = found.length === lookedAtMax ? "at least " : ""
    if (more > 0) shell.err(`… and ${atLeast}${printNumber(more)} more: sxs subs --limit 0${flag}\n`)
    const dead = found.reduce((sum, { deadLetters }) => sum + deadLetters, 0)
    if (dead > 0) shell.err(`${printCount(dead, "event")} could not be handled: sxs dead ls${flag}\n`)
  })

/** `serve at main.sxs:4`. */
export const atHandler = ({ function: name, place }: SubscriptionView): string =>
  place === undefined ? visible(name) : `${visible(name)} at ${visible(place.source)}:${place.line}`
