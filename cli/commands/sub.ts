import * as Effect from "effect/Effect"
import type { Tapped } from "../../runtime/host/methods.ts"
import { type BusEvent, print } from "../../runtime/index.ts"
import { printCount } from "../duration.ts"
import { attempt } from "../exit.ts"
import { EnoughShown, showSlowly, signChanges, signOf } from "../follow.ts"
import { printJson } from "../json.ts"
import { withGuest } from "../session.ts"
import { Shell, type ShellService } from "../shell.ts"
import { locateStore } from "../store-location.ts"

export interface SubOptions {
  readonly channel: string
  readonly topic: number | undefined
  /** Ends after so many events. */
  readonly count: number | undefined
  readonly json: boolean
  readonly store: string | undefined
}

/** Shows events as they become durable, through whichever process has the store, until Ctrl-C. */
export const sub = Effect.fn("sub")(function* (options: SubOptions) {
  const shell = yield* Shell
  const location = yield* attempt(() => locateStore(options.store, shell))
  const events = new Events(options, shell)
  const { channel, topic } = options
  const filter = { channel, ...(topic !== undefined && { topic }) }
  for (let told: string | undefined, why = "nothing runs on the store"; ; ) {
    const before = signOf(location)
    const state = yield* withGuest({ store: options.store, create: false }, ({ guest }) =>
      Effect.catchTags(guest.tap(filter, events.show), {
        OwnerLost: ({ pid }) => Effect.succeed(`process ${pid} has ended`),
        EnoughShown: () => Effect.succeed("shown" as const)
      })
    )
    if (state === "shown") return
    // The next process that has the store tells of what comes from then on.
    if (state !== undefined) {
      events.begin()
      told = undefined
      why = state
    }
    if (told !== why) shell.err(`${why}: waiting for the next sxs run or sxs resume, Ctrl-C ends this\n`)
    told = why
    yield* signChanges(location, before)
  }
})

/** Knows how many were shown, and how many the owner had no room for. */
class Events {
  readonly #options: SubOptions
  readonly #shell: ShellService
  #shown = 0
  #missed = 0

  constructor(options: SubOptions, shell: ShellService) {
    this.#options = options
    this.#shell = shell
  }

  /** Another owner counts anew. */
  begin(): void {
    this.#missed = 0
  }

  readonly show = ({ events, missed }: Tapped): Effect.Effect<void, EnoughShown> => {
    const { count = Number.POSITIVE_INFINITY, json } = this.#options
    this.#tellOfMissed(missed)
    const shown = events.slice(0, count - this.#shown)
    this.#shown += shown.length
    return Effect.andThen(
      showSlowly(this.#shell, shown.map(json ? printForPrograms : printForPeople).join("")),
      this.#shown >= count ? Effect.fail(new EnoughShown()) : Effect.void
    )
  }

  #tellOfMissed(missed: number): void {
    const more = missed - this.#missed
    this.#missed = missed
    if (more <= 0) return
    this.#shell.err(`sxs: ${printCount(more, "event")} came faster than they were read, and are not shown\n`)
    if (this.#options.json) this.#shell.out(`${printJson({ missed: more })}\n`)
  }
}

const printForPrograms = ({ at, channel, data, topic }: BusEvent): string =>
  `${printJson({ at, channel, topic, data: print(data) })}\n`

const printForPeople = ({ at, channel, data, topic }: BusEvent): string =>
  `${new Date(at).toISOString()}  ${channel}/${topic}  ${print(data)}\n`
