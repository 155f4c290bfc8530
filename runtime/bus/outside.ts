import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Fault } from "../errors.ts"
import { limits } from "../limits.ts"
import { isTaskId, rangeAfter } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import { asUnavailable } from "../store/unavailable.ts"
import type { Closure, Value } from "../value/value.ts"
import type { Bus, Hearers } from "./bus.ts"
import { wrongToPublish, wrongTopic } from "./channel.ts"
import { DeadLetterNotFound, EventQueueFull, NoSuchTopic } from "./errors.ts"
import type { BusOptions, Readable } from "./ports.ts"
import { deadLetterId, parseDeadLetterId } from "./records.ts"
import type { BusTable } from "./table.ts"
import type { Taps } from "./taps.ts"
import type { Upkeep } from "./upkeep.ts"

/** The bus for who stands outside of all tasks: an operator, an embedding program, a dashboard. */
export interface NamespaceBus {
  /** Publishes as a task does. Waits for room in the event queue; durable when it succeeds. A `Fault` says that the data cannot be
   * stored, and that nothing was done. Yields whom it reaches. */
  readonly publish: (
    channel: string,
    topic: number,
    data: Value
  ) => Effect.Effect<Hearers, NoSuchTopic | EventQueueFull | Fault | StoreUnavailable>
  /** What is published on the channel, or on one topic of it, from now on, until the scope closes. */
  readonly tap: (filter: {
    readonly channel: string
    readonly topic?: number
  }) => Effect.Effect<Tap, NoSuchTopic, Scope.Scope>
  /** In the order of their ids, from behind `after` on. */
  readonly subscriptions: (page: {
    readonly limit: number
    readonly after?: string
  }) => Effect.Effect<ReadonlyArray<SubscriptionView>, StoreUnavailable>
  /** Of one subscription or of all; in the order of their ids, from behind `after` on. */
  readonly deadLetters: (page: {
    readonly subscription?: string
    readonly limit: number
    readonly after?: string
  }) => Effect.Effect<ReadonlyArray<DeadLetterView>, StoreUnavailable>
  /** Has the event handled again, with as many attempts as the first time. Durable when it succeeds, as is the next. */
  readonly retryDeadLetter: (id: string) => Effect.Effect<void, DeadLetterNotFound | StoreUnavailable>
  readonly dropDeadLetter: (id: string) => Effect.Effect<void, DeadLetterNotFound | StoreUnavailable>
}

/** Events as they become durable. One that takes them more slowly than they come misses the oldest. */
export interface Tap {
  /** Waits for events; all that have come since it was asked last, oldest first, at most `limits.tappedEventsMax`. */
  readonly take: Effect.Effect<ReadonlyArray<BusEvent>>
  /** How many it has missed since it is open, all of them before those that were taken last: whoever shows events says so.
   * Events that the filter does not let through do not count. */
  readonly missed: () => number
}

export interface BusEvent {
  readonly channel: string
  readonly topic: number
  readonly data: Value
  /** When it was published, in ms since 1970. */
  readonly at: number
}

export interface SubscriptionView {
  readonly id: string
  /** Its owner, with which it ends: a task, or a program. */
  readonly task?: string
  readonly program?: string
  readonly channel: string
  readonly topic: number
  /** As `$.is` takes it, `:int`; without one it gets all events. */
  readonly type?: string
  /** The function in which the handler stands. */
  readonly function: string
  /** Where the handler stands in the source; undefined when its code is lost. */
  readonly place?: { readonly source: string; readonly line: number; readonly column: number }
  /** Events that wait for a place. */
  readonly queued: number
  /** Tasks that handle an event, also between two attempts. */
  readonly running: number
  readonly deadLetters: number
}

export interface DeadLetterView {
  /** `<subscription>.<number of the event>` */
  readonly id: string
  readonly subscription: string
  readonly channel: string
  readonly topic: number
  readonly data: Value
  /** When it was published, in ms since 1970. */
  readonly at: number
  /** How often it was tried. */
  readonly attempts: number
  /** The task of the last attempt. */
  readonly task: string
  readonly fault: { readonly message: string; readonly code: string }
}

export interface OutsideParts {
  readonly table: BusTable
  readonly bus: Bus
  readonly taps: Taps
  readonly upkeep: Upkeep
  readonly readable: Readable
  readonly options: BusOptions
  readonly now: () => number
  /** Whether tasks run here, or may at any moment. */
  readonly isActive: () => boolean
  /** A change in a commit of its own, durable when it succeeds. */
  readonly change: <A>(change: () => A) => Effect.Effect<A, Fault | StoreUnavailable>
  /** Never succeeds; fails when the namespace does. */
  readonly failure: Effect.Effect<never, StoreUnavailable>
  /** Where the handler stands in the source. */
  readonly standing: (handler: Closure) => Pick<SubscriptionView, "function" | "place">
}

export const busFromOutside = (parts: OutsideParts): NamespaceBus => {
  const { bus, change, table, taps } = parts
  return {
    publish: (channel, topic, data) => {
      const wrong = wrongTopic(channel, topic) ?? wrongToPublish(channel)
      if (wrong !== undefined) return Effect.fail(new NoSuchTopic({ channel, topic, detail: wrong }))
      return Effect.andThen(
        room(parts),
        change(() => {
          const hearers = bus.hearers({ channel, topic }, data)
          bus.publish({ channel, topic }, data, parts.now())
          return hearers
        })
      )
    },
    tap: ({ channel, topic }) => {
      const wrong = wrongTopic(channel, topic ?? 0)
      if (wrong !== undefined) return Effect.fail(new NoSuchTopic({ channel, topic: topic ?? 0, detail: wrong }))
      return taps.tap((event) => event.channel === channel && (topic === undefined || event.topic === topic))
    },
    subscriptions: (page) => asUnavailable(subscriptions(parts, page)),
    deadLetters: (page) => asUnavailable(deadLetters(parts, page)),
    retryDeadLetter: (id) =>
      changeLetter(change, id, ({ event, subscription }) => bus.retry(subscription, event, parts.now())),
    dropDeadLetter: (id) =>
      changeLetter(
        change,
        id,
        ({ event, subscription }) => table.facts(subscription) !== undefined && bus.drop(subscription, event)
      )
  }
}

/** Succeeds when there is room in the event queue. */
const room = ({
  bus,
  failure,
  isActive,
  options,
  upkeep
}: OutsideParts): Effect.Effect<void, EventQueueFull | StoreUnavailable> =>
  asUnavailable(
    Effect.suspend((): Effect.Effect<void, EventQueueFull | StoreUnavailable> => {
      if (bus.room > 0) return Effect.void
      if (!isActive()) return Effect.fail(new EventQueueFull({ eventsMax: options.queueEvents }))
      return Effect.raceFirst(upkeep.room, failure)
    })
  )

/** Those of processors are no subscriptions of a program. */
const subscriptions = (
  parts: OutsideParts,
  { after, limit }: { readonly limit: number; readonly after?: string }
): Effect.Effect<ReadonlyArray<SubscriptionView>, StoreUnavailable> => {
  const { keys, view } = parts.table
  const all = keys.subscriptionRange
  const range = after === undefined ? all : rangeAfter(all, keys.subscription(after))
  return Effect.map(view.scanKeys(range, limit + limits.processors), (page) =>
    page.flatMap((key) => viewSubscription(parts, keys.parseSubscription(key)) ?? []).slice(0, limit)
  )
}

const viewSubscription = ({ readable, standing, table }: OutsideParts, id: string): SubscriptionView | undefined => {
  const facts = readable(() => table.facts(id))
  const progress = readable(() => table.progress(id))
  if (facts === undefined || facts.handler === null || progress === undefined) return undefined
  const { channel, owner, topic, type } = facts
  const newest = readable(() => table.topic(facts))?.newest ?? 0
  return {
    id,
    ...(owner.kind === "task" && { task: owner.task }),
    ...(owner.kind === "program" && { program: owner.program }),
    channel,
    topic,
    ...(type !== null && { type }),
    ...standing(facts.handler),
    queued: Math.max(0, newest + 1 - progress.next),
    running: progress.running.length,
    deadLetters: progress.letters.length
  }
}

const deadLetters = (
  { readable, table }: OutsideParts,
  page: { readonly subscription?: string; readonly limit: number; readonly after?: string }
): Effect.Effect<ReadonlyArray<DeadLetterView>, StoreUnavailable> => {
  const { keys, view } = table
  if (page.subscription !== undefined && !isTaskId(page.subscription)) return Effect.succeed([])
  const all = keys.deadLetterRange(page.subscription)
  const after = page.after === undefined ? undefined : parseDeadLetterId(page.after)
  const range = after === undefined ? all : rangeAfter(all, keys.deadLetter(after.subscription, after.event))
  return Effect.map(view.scanKeys(range, page.limit), (found) =>
    found.flatMap((key) => {
      const { event, subscription } = keys.parseDeadLetter(key)
      const letter = readable(() => table.letter(subscription, event))
      // What is left of a subscription that has ended is about to be removed.
      if (letter === undefined || readable(() => table.facts(subscription)) === undefined) return []
      return [{ id: deadLetterId(subscription, event), subscription, ...letter }]
    })
  )
}

const changeLetter = (
  change: OutsideParts["change"],
  id: string,
  doIt: (letter: { readonly subscription: string; readonly event: number }) => boolean
): Effect.Effect<void, DeadLetterNotFound | StoreUnavailable> => {
  const letter = parseDeadLetterId(id)
  if (letter === undefined) return Effect.fail(new DeadLetterNotFound({ id }))
  return Effect.flatMap(noFault(change(() => doIt(letter))), (isDone) =>
    isDone ? Effect.void : Effect.fail(new DeadLetterNotFound({ id }))
  )
}

/** What was stored once can be stored again. */
const noFault = <A>(effect: Effect.Effect<A, Fault | StoreUnavailable>): Effect.Effect<A, StoreUnavailable> =>
  Effect.catch(effect, (error) => (error instanceof Fault ? Effect.die(error) : Effect.fail(error)))
