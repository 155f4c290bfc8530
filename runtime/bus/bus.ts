import { crc32 } from "node:zlib"
import { Fault, faultCodes } from "../errors.ts"
import { limits } from "../limits.ts"
import type { TopicName } from "../store/keys.ts"
import { TaskRef, type Value } from "../value/value.ts"
import type { Awaits } from "./awaits.ts"
import { topicText } from "./channel.ts"
import type { BusOptions, BusTasks, Handling, Readable } from "./ports.ts"
import {
  beside,
  buried,
  handled,
  handledBy,
  isNeeded,
  queuedIn,
  raised,
  retryDelay,
  type TakenUp,
  type TakeUp,
  takeUp,
  triedAgain
} from "./progress.ts"
import { encodeEvent, type Facts, type Progress, type Topic } from "./records.ts"
import type { BusTable } from "./table.ts"
import type { Taps } from "./taps.ts"
import type { Upkeep } from "./upkeep.ts"

type Next = Pick<TakenUp, "progress" | "skipped">

/** How a task that has handled an event ended. */
export interface Attempt {
  readonly task: string
  /** Undefined: the event is handled. */
  readonly fault: { readonly message: string; readonly code: string } | undefined
}

export interface BusParts {
  readonly table: BusTable
  readonly tasks: BusTasks
  readonly taps: Taps
  readonly awaits: Awaits
  readonly options: BusOptions
  readonly readable: Readable
  readonly upkeep: Pick<Upkeep, "madeRoom" | "left">
}

/**
 * Hands events over, in the commits of those who publish them and of those who have handled one: between two commits each event
 * stands either in the queue of a subscription, or with a task that handles it, or is handled. Nothing is kept in memory.
 */
export class Bus {
  readonly #parts: BusParts

  constructor(parts: BusParts) {
    this.#parts = parts
  }

  /** How many events more may wait. */
  get room(): number {
    return this.#parts.options.queueEvents - this.#parts.table.queued
  }

  /** Data that cannot be stored is a `Fault`. */
  publish(name: TopicName, data: Value, now: number): void {
    const { awaits, table, taps } = this.#parts
    const event = { at: now, data }
    const payload = encodeEvent(event)
    taps.published(name, event)
    const topic = table.topic(name)
    if (topic === undefined) return
    refuseTooMuch(name, topic, payload)
    for (const consumer of topic.consumers) awaits.hand(consumer, data, now)
    const isKept = topic.subscriptions.length > 0
    const newest = isKept ? topic.newest + 1 : topic.newest
    table.saveTopic(name, { ...topic, consumers: [], newest })
    if (!isKept) return
    table.putEvent(name, newest, payload, event)
    const changed = (id: string, progress: Progress) => this.#next(id, progress, newest, now)
    this.#change(name, topic, { newest, candidates: [newest], changed })
  }

  /** The task that handled the event has ended, in this commit. Yields what has become of the event when it has failed. */
  ended(handling: Handling, { fault, task }: Attempt, now: number): Handling["next"] {
    const { options } = this.#parts
    const found = this.#find(handling, task)
    if (found === undefined) return undefined
    const { facts, progress } = found
    if (fault === undefined || facts.handler === null) {
      this.#settle(facts, handled(progress, task), [handling.event], now)
      return undefined
    }
    if (handling.attempt < options.attempts) {
      const next = this.#tryAgain(facts, handling, now)
      if (next !== undefined) {
        this.#parts.table.saveProgress(facts.id, triedAgain(progress, task, next))
        return { task: next }
      }
    }
    const after = this.#bury(facts, handled(progress, task), handling, { fault, task })
    this.#settle(facts, after, [handling.event], now)
    return after.letters.includes(handling.event) ? "dead letter" : undefined
  }

  /** A task that handles an event waits for room in the queue: another one may begin meanwhile, which may make that room. */
  gaveUpPlace(handling: Handling, task: string, now: number): void {
    const found = this.#find(handling, task)
    if (found !== undefined) this.#settle(found.facts, beside(found.progress, task), [], now)
  }

  /** Looks on for events of its type where a commit had to stop. */
  goOn(subscription: string, now: number): void {
    const { readable, table } = this.#parts
    const facts = readable(() => table.facts(subscription))
    const progress = readable(() => table.progress(subscription))
    if (facts !== undefined && progress !== undefined) this.#settle(facts, progress, [], now)
  }

  /** Starts a new task for the dead letter; false when there is none. */
  retry(subscription: string, event: number, now: number): boolean {
    const { readable, table, tasks } = this.#parts
    const letter = readable(() => table.letter(subscription, event))
    const facts = table.facts(subscription)
    const progress = table.progress(subscription)
    if (letter === undefined || facts === undefined || facts.handler === null || progress === undefined) return false
    const value = { at: letter.at, data: letter.data }
    table.putEvent(facts, event, encodeEvent(value), value)
    table.deleteLetter(subscription, event)
    const handling = { subscription, event, attempt: 1 }
    const task = tasks.start({ ...facts, handler: facts.handler }, handling, letter.data, { now, delayMs: 0 })
    table.saveProgress(subscription, raised(progress, event, task))
    return true
  }

  /** False when there is no such dead letter. */
  drop(subscription: string, event: number): boolean {
    const { table } = this.#parts
    const progress = table.progress(subscription)
    if (progress === undefined || !progress.letters.includes(event)) return false
    table.deleteLetter(subscription, event)
    table.saveProgress(subscription, { ...progress, letters: progress.letters.filter((each) => each !== event) })
    return true
  }

  /** Whether some subscription of the topic still has to handle the event, or handles it. */
  isNeeded(name: TopicName, event: number): boolean {
    const topic = this.#parts.table.topic(name)
    return topic !== undefined && isNeeded(this.#all(topic), event)
  }

  /** Takes a subscription out of its topic; its events are left to who sweeps. Yields how far it was. */
  leave(facts: Facts): { readonly progress: Progress | undefined; readonly newest: number } {
    const { readable, table } = this.#parts
    const topic = table.topicOrNew(facts)
    const rest = { ...topic, subscriptions: topic.subscriptions.filter((id) => id !== facts.id) }
    const progress = readable(() => table.progress(facts.id))
    this.#countQueued(queuedIn(topic.newest, this.#all(rest)) - queuedIn(topic.newest, this.#all(topic)))
    table.saveTopic(facts, rest)
    return { progress, newest: topic.newest }
  }

  #find({ subscription }: Handling, task: string): { readonly facts: Facts; readonly progress: Progress } | undefined {
    const { readable, table } = this.#parts
    const progress = readable(() => table.progress(subscription))
    if (progress === undefined || handledBy(progress, task) === undefined) return undefined
    const facts = readable(() => table.facts(subscription))
    return facts && { facts, progress }
  }

  #tryAgain(facts: Facts, { attempt, event }: Handling, now: number): string | undefined {
    const { options, readable, table, tasks } = this.#parts
    const stored = readable(() => table.event(facts, event))
    if (stored === undefined || facts.handler === null) return undefined
    const seed = crc32(`${facts.id}.${event}.${attempt}`)
    const delayMs = retryDelay(attempt, { firstMs: options.retryMs, maxMs: limits.handlerRetryMsMax, seed })
    const handling = { subscription: facts.id, event, attempt: attempt + 1 }
    return tasks.start({ ...facts, handler: facts.handler }, handling, stored.data, { now, delayMs })
  }

  #bury(facts: Facts, progress: Progress, { attempt, event }: Handling, failed: Required<Attempt>): Progress {
    const { readable, table } = this.#parts
    const stored = readable(() => table.event(facts, event))
    if (stored === undefined || failed.fault === undefined) return progress
    const { code, message } = failed.fault
    const { at, data } = stored
    table.putLetter(facts.id, event, {
      at,
      data,
      channel: facts.channel,
      topic: facts.topic,
      attempts: attempt,
      task: failed.task,
      fault: { message, code }
    })
    const { dropped, progress: after } = buried(progress, event, limits.deadLettersMax)
    if (dropped !== undefined) table.deleteLetter(facts.id, dropped)
    return after
  }

  /** A subscription is as far as `progress` says: it takes up what it has places for, and `events` may have been handled by all. */
  #settle(facts: Facts, progress: Progress, events: ReadonlyArray<number>, now: number): void {
    const topic = this.#parts.table.topicOrNew(facts)
    const { newest } = topic
    const changed = (id: string, before: Progress): Next =>
      id === facts.id ? this.#next(id, progress, newest, now) : { progress: before, skipped: [] }
    this.#change(facts, topic, { newest, candidates: events, changed })
  }

  /** Changes subscriptions of a topic whose newest event is `newest` now, and deletes the events that nobody needs any more. */
  #change(
    name: TopicName,
    topic: Topic,
    change: {
      readonly newest: number
      readonly candidates: ReadonlyArray<number>
      readonly changed: (id: string, progress: Progress) => Next
    }
  ): void {
    const { readable, table } = this.#parts
    const before: Array<Progress> = []
    const after: Array<Progress> = []
    const candidates = [...change.candidates]
    for (const id of topic.subscriptions) {
      const progress = readable(() => table.progress(id))
      if (progress === undefined) continue
      before.push(progress)
      const { progress: next, skipped } = change.changed(id, progress)
      after.push(next)
      candidates.push(...skipped)
      if (next !== progress) table.saveProgress(id, next)
    }
    this.#countQueued(queuedIn(change.newest, after) - queuedIn(topic.newest, before))
    for (const event of candidates) if (!isNeeded(after, event)) table.deleteEvent(name, event)
  }

  #next(id: string, progress: Progress, newest: number, now: number): Next {
    const { options, readable, table, upkeep } = this.#parts
    if (progress.next > newest) return { progress, skipped: [] }
    const facts = readable(() => table.facts(id))
    if (facts === undefined) return { progress, skipped: [] }
    const places = facts.handler === null ? 1 : options.places
    const taken = takeUp(progress, { newest, places, start: this.#starting(facts, now) })
    if (taken.isCut) {
      table.saveRemains(id, { channel: facts.channel, topic: facts.topic, from: 0, to: 0, events: [], letters: [] })
      upkeep.left()
    }
    return taken
  }

  #starting(facts: Facts, now: number): TakeUp {
    const { readable, table, tasks } = this.#parts
    const { handler, type } = facts
    let count = 0
    let units = 0
    return (event) => {
      if (count++ >= limits.skippedEventsPerCommit || units > limits.skippedUnitsPerCommit) return "stop"
      const stored = readable(() => table.event(facts, event))
      if (stored === undefined) return "skip"
      const { data } = stored
      if (handler === null) return data instanceof TaskRef && tasks.giveTurn(data.id, now) ? { task: data.id } : "skip"
      if (type !== null && !tasks.isOfType(handler, type, data)) {
        units += stored.units
        return "skip"
      }
      const handling = { subscription: facts.id, event, attempt: 1 }
      return { task: tasks.start({ ...facts, handler }, handling, data, { now, delayMs: 0 }) }
    }
  }

  #countQueued(change: number): void {
    const { table, upkeep } = this.#parts
    table.addQueued(change)
    if (change < 0) upkeep.madeRoom()
  }

  #all({ subscriptions }: Topic): ReadonlyArray<Progress> {
    const { readable, table } = this.#parts
    return subscriptions.flatMap((id) => readable(() => table.progress(id)) ?? [])
  }
}

/** Each task that awaits the event gets the data into a record of its own. */
const refuseTooMuch = (name: TopicName, { consumers }: Topic, payload: string): void => {
  const units = consumers.length * payload.length
  if (units <= limits.segmentUnitsMax) return
  throw new Fault(
    faultCodes.tooLarge,
    `core/event/pub: ${consumers.length} tasks await an event of ${topicText(name)}, and data of ${payload.length} characters for each is too much: keep it in the store, and publish its key`
  )
}
