import type { Keys, TopicName } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import type { Value } from "../value/value.ts"
import {
  type Adopted,
  type Belongings,
  type DeadLetter,
  decodeAdopted,
  decodeBelongings,
  decodeDeadLetter,
  decodeEvent,
  decodeFacts,
  decodeProgress,
  decodeRemains,
  decodeTopic,
  decodeValue,
  encodeDeadLetter,
  encodeFacts,
  encodeJson,
  type Facts,
  type KeptEvent,
  type Progress,
  type Remains,
  type StoredEvent,
  type Topic
} from "./records.ts"

/** Events that wait for a place, and the last number of a subscription and of a task that waits for room. */
const queuedCounter = "events queued"
const subscriptionCounter = "subscription"
const roomCounter = "room"

const noTopic: Topic = { subscriptions: [], consumers: [], newest: 0 }
const noBelongings: Belongings = { subscriptions: [], consumers: [], next: 1 }

/** The records of the bus, as the current write set has them. */
export class BusTable {
  readonly view: View
  readonly keys: Keys

  constructor(view: View, keys: Keys) {
    this.view = view
    this.keys = keys
  }

  topic(name: TopicName): Topic | undefined {
    return this.view.read(this.keys.topic(name), decodeTopic)
  }

  topicOrNew(name: TopicName): Topic {
    return this.topic(name) ?? noTopic
  }

  /** One that nobody listens to is forgotten. */
  saveTopic(name: TopicName, topic: Topic): void {
    const key = this.keys.topic(name)
    const size = topic.subscriptions.length + topic.consumers.length
    if (size === 0) this.view.delete(key)
    else this.view.putLater(key, topic, encodeJson, 64 + size * 24)
  }

  facts(id: string): Facts | undefined {
    return this.view.read(this.keys.subscription(id), decodeFacts)
  }

  /** A handler that cannot be stored is a `Fault`, and then nothing was written. */
  saveFacts(facts: Facts): void {
    this.view.put(this.keys.subscription(facts.id), encodeFacts(facts), facts)
  }

  progress(id: string): Progress | undefined {
    return this.view.read(this.keys.progress(id), decodeProgress)
  }

  saveProgress(id: string, progress: Progress): void {
    const units = 64 + progress.running.length * 48 + progress.letters.length * 8
    this.view.putLater(this.keys.progress(id), progress, encodeJson, units)
  }

  removeSubscription(id: string): void {
    this.view.delete(this.keys.subscription(id))
    this.view.delete(this.keys.progress(id))
  }

  event(name: TopicName, event: number): KeptEvent | undefined {
    return this.view.read(this.keys.event(name, event), decodeEvent)
  }

  /** `payload` is what `encodeEvent` makes of it. */
  putEvent(name: TopicName, event: number, payload: string, { at, data }: StoredEvent): void {
    const value: KeptEvent = { at, data, units: payload.length }
    this.view.put(this.keys.event(name, event), payload, value)
  }

  deleteEvent(name: TopicName, event: number): void {
    this.view.delete(this.keys.event(name, event))
  }

  letter(subscription: string, event: number): DeadLetter | undefined {
    return this.view.read(this.keys.deadLetter(subscription, event), decodeDeadLetter)
  }

  putLetter(subscription: string, event: number, letter: DeadLetter): void {
    this.view.put(this.keys.deadLetter(subscription, event), encodeDeadLetter(letter), letter)
  }

  deleteLetter(subscription: string, event: number): void {
    this.view.delete(this.keys.deadLetter(subscription, event))
  }

  belongings(task: string): Belongings {
    return this.view.read(this.keys.belongings(task), decodeBelongings) ?? noBelongings
  }

  saveBelongings(task: string, belongings: Belongings): void {
    const key = this.keys.belongings(task)
    const size = belongings.subscriptions.length + belongings.consumers.length
    if (size === 0) this.view.delete(key)
    else this.view.putLater(key, belongings, encodeJson, 64 + size * 64)
  }

  /** What a consumer has got before its task waits for it. */
  arrived(task: string, consumer: number): Value | undefined {
    return this.view.read(this.keys.arrived(task, consumer), decodeValue)
  }

  putArrived(task: string, consumer: number, payload: string, data: Value): void {
    this.view.put(this.keys.arrived(task, consumer), payload, data)
  }

  deleteArrived(task: string, consumer: number): void {
    this.view.delete(this.keys.arrived(task, consumer))
  }

  adopted(program: string): ReadonlyArray<Adopted> {
    return this.view.read(this.keys.programSubscriptions(program), decodeAdopted) ?? []
  }

  saveAdopted(program: string, adopted: ReadonlyArray<Adopted>): void {
    const key = this.keys.programSubscriptions(program)
    if (adopted.length === 0) this.view.delete(key)
    else this.view.put(key, encodeJson(adopted), adopted)
  }

  remains(subscription: string): Remains | undefined {
    return this.view.read(this.keys.remains(subscription), decodeRemains)
  }

  saveRemains(subscription: string, remains: Remains | undefined): void {
    const key = this.keys.remains(subscription)
    if (remains === undefined) this.view.delete(key)
    else this.view.put(key, encodeJson(remains), remains)
  }

  /** Events of the namespace that wait for a place. */
  get queued(): number {
    return this.view.read(this.keys.counter(queuedCounter), Number) ?? 0
  }

  addQueued(change: number): void {
    if (change === 0) return
    // Not below 0, which only damage leads to: a subscription that cannot be read is not counted any more.
    this.#count(queuedCounter, Math.max(0, this.queued + change))
  }

  newSubscriptionId(): string {
    return `sub-${this.#next(subscriptionCounter)}`
  }

  /** The number of the next task that waits for room: first come, first served. */
  newRoomNumber(): number {
    return this.#next(roomCounter)
  }

  #next(counter: string): number {
    const next = (this.view.read(this.keys.counter(counter), Number) ?? 0) + 1
    this.#count(counter, next)
    return next
  }

  #count(counter: string, value: number): void {
    this.view.put(this.keys.counter(counter), String(value), value)
  }
}
