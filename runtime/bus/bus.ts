import { crc32 } from "node:zlib"
import { executionChannel } from "../../stdlib/abi/bus.ts"
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
  placesTaken,
  queuedIn,
  raised,
  retryDelay,
  type TakenUp,
  type TakeUp,
  takeUp,
  triedAgain
} from "./progress.ts"
import { type DeadLetter, encodeEvent, type Facts, type Progress, type StoredEvent, type Topic } from "./records.ts"
import type { BusTable } from "./table.ts"
import type { Taps } from "./taps.ts"
import type { Upkeep } from "./upkeep.ts"

type Next = Pick<TakenUp, "progress" | "skipped">

/** Whom an event reaches. */
export interface Hearers {
  /** Subscriptions that handle it, or have it queued. */
  readonly subscriptions: ReadonlyArray<string>
  /** Subscriptions of its topic that take data of another type only. */
  readonly others: ReadonlyArray<{ readonly id: string; readonly type: string }>
  /** Tasks that await it. */
  readonly awaitedBy: number
}

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

  /** Whom an event would reach, asked before it is published. */
  hearers(name: TopicName, data: Value): Hearers {
    const { readable, table, tasks } = this.#parts
    const topic = table.topic(name)
    const all = (topic?.subscriptions ?? []).flatMap((id) => readable(() => table.facts(id)) ?? [])
    const takes = ({ handler, type }: Facts): boolean =>
      type === null || (handler !== null && readable(() => tasks.isOfType(handler, type, data)) === true)
    return {
      subscriptions: all.filter(takes).map(({ id }) => id),
      others: all.filter((facts) => !takes(facts)).map(({ id, type }) => ({ id, type: type! })),
      awaitedBy: topic?.consumers.length ?? 0
    }
  }

  /** Data that cannot be stored is a `Fault`. */
  publish(name: TopicName, data: Value, now: number): void {
    const { awaits, table, taps } = this.#parts
    const event = { at: now, data }
    const payload = encodeEvent(event)
    const topic = table.topic(name)
    if (topic !== undefined) this.#refuseTooMuch(name, topic, { data, payload })
    taps.published(name, event)
    if (topic === undefined) return
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

  /** Whether handlers of the subscription may publish no more: far more wait than may, or as many of them as may be
   * have no place any more. */
  isStorm({ subscription }: Handling): boolean {
    const { options, readable, table } = this.#parts
    if (table.queued >= options.queueEvents + limits.queueOverflow) return true
    const running = readable(() => table.progress(subscription))?.running ?? []
    if (running.length <= limits.handlersBesideMax) return false
    return running.filter(({ isBeside }) => isBeside === true).length >= limits.handlersBesideMax
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
    this.#countQueued(facts, queuedIn(topic.newest, this.#all(rest)) - queuedIn(topic.newest, this.#all(topic)))
    table.saveTopic(facts, rest)
    return { progress, newest: topic.newest }
  }

  /** What has waited for the subscription as it was `before` and is not of its type any more becomes dead letters: it would be
   * passed over, and nobody would know. `run` has taken the subscription over. */
  buryMisfits(before: Facts, after: Facts, run: string): void {
    const { readable, table, tasks } = this.#parts
    const progress = readable(() => table.progress(after.id))
    if (progress === undefined || before.handler === null || after.handler === null || after.type === null) return
    const { newest } = table.topicOrNew(after)
    let left = progress
    for (let event = progress.next; event <= newest; event++) {
      const stored = readable(() => table.event(after, event))
      if (stored === undefined || tasks.isOfType(after.handler, after.type, stored.data)) continue
      if (before.type !== null && !tasks.isOfType(before.handler, before.type, stored.data)) continue
      const message = `the event was published before the program was changed, and is not of the type ${after.type} any more`
      left = this.#putLetter(after, left, {
        event,
        stored,
        attempts: 0,
        task: run,
        fault: { message, code: faultCodes.argument }
      })
    }
    if (left !== progress) table.saveProgress(after.id, left)
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
    const { task } = failed
    return this.#putLetter(facts, progress, { event, stored, attempts: attempt, task, fault: { message, code } })
  }

  #putLetter(
    { channel, id, topic }: Facts,
    progress: Progress,
    {
      event,
      stored,
      ...rest
    }: Pick<DeadLetter, "attempts" | "task" | "fault"> & {
      readonly event: number
      readonly stored: StoredEvent
    }
  ): Progress {
    const { table } = this.#parts
    const { at, data } = stored
    table.putLetter(id, event, { at, data, channel, topic, ...rest })
    const { dropped, progress: after } = buried(progress, event, limits.deadLettersMax)
    if (dropped !== undefined) table.deleteLetter(id, dropped)
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
    this.#countQueued(name, queuedIn(change.newest, after) - queuedIn(topic.newest, before))
    for (const event of candidates) if (!isNeeded(after, event)) table.deleteEvent(name, event)
  }

  #next(id: string, progress: Progress, newest: number, now: number): Next {
    const { options, readable, table, upkeep } = this.#parts
    if (progress.next > newest) return { progress, skipped: [] }
    const facts = readable(() => table.facts(id))
    if (facts === undefined) return { progress, skipped: [] }
    const places = facts.handler === null ? 1 : options.places
    const taken = takeUp(progress, { newest, places, start: this.#starting(facts, progress, now) })
    if (taken.isCut) {
      table.saveRemains(id, { channel: facts.channel, topic: facts.topic, from: 0, to: 0, events: [], letters: [] })
      upkeep.left()
    }
    return taken
  }

  #starting(facts: Facts, { letters, running }: Progress, now: number): TakeUp {
    const { readable, table, tasks } = this.#parts
    const { handler, type } = facts
    let count = 0
    let units = 0
    return (event) => {
      if (count++ >= limits.skippedEventsPerCommit || units > limits.skippedUnitsPerCommit) return "stop"
      const stored = readable(() => table.event(facts, event))
      // A dead letter already, or tried again as one: it was not of the type of a handler between.
      const isLetter = letters.includes(event) || running.some((each) => each.event === event)
      if (stored === undefined || isLetter) return "skip"
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

  /** Each task that awaits the event or begins to handle it gets the data into a record of its own. */
  #refuseTooMuch(
    name: TopicName,
    topic: Topic,
    { data, payload }: { readonly data: Value; readonly payload: string }
  ): void {
    const { consumers, subscriptions } = topic
    const isTooMuch = (takers: number) => takers * payload.length > limits.segmentUnitsMax
    if (!isTooMuch(consumers.length + subscriptions.length)) return
    const beginning = subscriptions.filter((id) => this.#wouldBegin(id, topic.newest, data)).length
    if (!isTooMuch(consumers.length + beginning)) return
    throw new Fault(
      faultCodes.tooLarge,
      `core/event/pub: ${consumers.length} tasks await an event of ${topicText(name)}, ${beginning} subscriptions would handle it at once, and data of ${payload.length} characters for each is too much: keep it in the store, and publish its key`
    )
  }

  /** Whether a task would handle the event at once that comes behind `newest`. */
  #wouldBegin(id: string, newest: number, data: Value): boolean {
    const { options, readable, table, tasks } = this.#parts
    const progress = readable(() => table.progress(id))
    if (progress === undefined || progress.next <= newest || placesTaken(progress) >= options.places) return false
    const facts = readable(() => table.facts(id))
    if (facts === undefined || facts.handler === null) return false
    return facts.type === null || tasks.isOfType(facts.handler, facts.type, data)
  }

  /** Tasks that wait for a processor do not count: what runs there keeps it while it waits for room, and would wait for them. */
  #countQueued({ channel }: TopicName, change: number): void {
    if (channel === executionChannel) return
    const { table, upkeep } = this.#parts
    table.addQueued(change)
    if (change < 0) upkeep.madeRoom()
  }

  #all({ subscriptions }: Topic): ReadonlyArray<Progress> {
    const { readable, table } = this.#parts
    return subscriptions.flatMap((id) => readable(() => table.progress(id)) ?? [])
  }
}
