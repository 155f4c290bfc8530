import { invariant } from "../errors.ts"
import type { TopicName } from "../store/keys.ts"
import { decode, encode } from "../value/codec.ts"
import { Closure, type Value } from "../value/value.ts"

/*
 * What the bus keeps. Values are texts of the value codec inside the JSON, as in a task's record.
 *
 *     q/ topic        JSON of Topic                       i/ subscription   JSON of Progress
 *     s/ subscription JSON of Facts, handler as text      y/ task           JSON of Belongings
 *     v/ event        time " " data                       z/ program        JSON of a list of Adopted
 *     d/ dead letter  JSON of DeadLetter, data as text    a/ subscription   JSON of Remains
 *     x/ room         the task
 */

export interface Topic {
  /** In the order in which they came. */
  readonly subscriptions: ReadonlyArray<string>
  /** Who awaits the next event. */
  readonly consumers: ReadonlyArray<Consumer>
  /** Number of the newest event, from 1 on. */
  readonly newest: number
}

/** An await of a task; `number` counts those of the task. */
export interface Consumer {
  readonly task: string
  readonly number: number
}

export type Owner =
  | { readonly kind: "task"; readonly task: string }
  | { readonly kind: "program"; readonly program: string }
  /** Always there, and without a handler: its events are tasks that have their turn. */
  | { readonly kind: "processor" }

/** What a subscription is. The handler takes data, channel and topic. */
export interface Facts extends TopicName {
  readonly id: string
  readonly owner: Owner
  /** As `$.is` takes it; null: events of any type. */
  readonly type: string | null
  readonly handler: Closure | null
  /** The `core/kv/scope` in which it was made. */
  readonly kvPrefix: string
}

/** How far a subscription is: all before `next` is handled, skipped or being handled. */
export interface Progress {
  readonly next: number
  readonly running: ReadonlyArray<Running>
  /** Events that are its dead letters, oldest first. */
  readonly letters: ReadonlyArray<number>
}

/** An event that is being handled, by a task of its own for each attempt. */
export interface Running {
  readonly event: number
  readonly task: string
  /** It has no place of its own: it waits for room in the queue, or an operator has begun it. */
  readonly isBeside?: true
}

export interface StoredEvent {
  /** In ms since 1970. */
  readonly at: number
  readonly data: Value
}

export interface KeptEvent extends StoredEvent {
  /** UTF-16 units of its record. */
  readonly units: number
}

export interface DeadLetter extends StoredEvent, TopicName {
  readonly attempts: number
  /** That of the last attempt. */
  readonly task: string
  readonly fault: { readonly message: string; readonly code: string }
}

/** What ends with a task. `next`: number of its next consumer. */
export interface Belongings {
  readonly subscriptions: ReadonlyArray<string>
  readonly consumers: ReadonlyArray<OpenConsumer>
  readonly next: number
}

export interface OpenConsumer extends TopicName {
  readonly number: number
  /** How long it waits, from when on it does; null: for ever. */
  readonly ms: number | null
  /** An event has come already, and stands in a record of its own. */
  readonly hasArrived?: true
}

/** A subscription of a program, with the run that has made it or taken it over last. */
export interface Adopted {
  readonly subscription: string
  /** Where in the program it was made; the same also when that is edited elsewhere. */
  readonly site: string
  readonly run: string
}

/** What is still to be removed of a subscription that has ended, or looked at by one that goes on: the events from `from` up to
 * `to`, which is not included, those of `events`, and the dead letters. */
export interface Remains extends TopicName {
  readonly from: number
  readonly to: number
  readonly events: ReadonlyArray<number>
  readonly letters: ReadonlyArray<number>
}

export const encodeJson = (value: unknown): string => JSON.stringify(value)

export const decodeTopic = (text: string): Topic => JSON.parse(text) as Topic
export const decodeProgress = (text: string): Progress => JSON.parse(text) as Progress
export const decodeBelongings = (text: string): Belongings => JSON.parse(text) as Belongings
export const decodeAdopted = (text: string): ReadonlyArray<Adopted> => JSON.parse(text) as ReadonlyArray<Adopted>
export const decodeRemains = (text: string): Remains => JSON.parse(text) as Remains

/** A handler that cannot be stored is a `Fault`. */
export const encodeFacts = (facts: Facts): string =>
  JSON.stringify({ ...facts, handler: facts.handler && encode(facts.handler) })

export const decodeFacts = (text: string): Facts => {
  const stored = JSON.parse(text) as Omit<Facts, "handler"> & { readonly handler: string | null }
  const handler = stored.handler === null ? null : decode(stored.handler)
  invariant(handler === null || handler instanceof Closure, "the handler of a subscription is a function")
  return { ...stored, handler }
}

/** Data that cannot be stored is a `Fault`. */
export const encodeEvent = ({ at, data }: StoredEvent): string => `${at} ${encode(data)}`

export const decodeEvent = (text: string): KeptEvent => {
  const end = text.indexOf(" ")
  return { at: Number(text.slice(0, end)), data: decode(text.slice(end + 1)), units: text.length }
}

export const encodeDeadLetter = (letter: DeadLetter): string => JSON.stringify({ ...letter, data: encode(letter.data) })

export const decodeDeadLetter = (text: string): DeadLetter => {
  const stored = JSON.parse(text) as Omit<DeadLetter, "data"> & { readonly data: string }
  return { ...stored, data: decode(stored.data) }
}

export const decodeValue = (text: string): Value => decode(text)

/** How a dead letter is called. */
export const deadLetterId = (subscription: string, event: number): string => `${subscription}.${event}`

/** Undefined when the text is none. */
export const parseDeadLetterId = (
  id: string
): { readonly subscription: string; readonly event: number } | undefined => {
  const [, subscription, event] = /^([a-z]+-\d+)\.(\d{1,14})$/.exec(id) ?? []
  return subscription === undefined ? undefined : { subscription, event: Number(event) }
}
