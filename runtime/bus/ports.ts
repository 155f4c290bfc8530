import { limits } from "../limits.ts"
import type { Closure, Value } from "../value/value.ts"
import type { Consumer, Facts } from "./records.ts"

/** How the bus of a namespace works; each one of `limits.ts` when left out. */
export interface BusOptions {
  /** Events that wait for a place; who publishes more waits for room. */
  readonly queueEvents: number
  /** Events that one subscription handles side by side. */
  readonly places: number
  /** How often an event is handled until it is a dead letter. */
  readonly attempts: number
  /** The pause in ms before the second attempt; it doubles with each further one. */
  readonly retryMs: number
}

/** What a task knows of the event that it handles. */
export interface Handling {
  readonly subscription: string
  readonly event: number
  /** From 1 on; 0 of the task of a processor, which is tried once. */
  readonly attempt: number
  /** What has become of the event when this attempt failed: tried again by that task, or put by as a dead letter. Absent: neither,
   * as the subscription had ended. */
  readonly next?: { readonly task: string } | "dead letter"
}

export const busDefaults: BusOptions = {
  queueEvents: limits.queuedEventsMax,
  places: limits.handlerPlaces,
  attempts: limits.handlerAttempts,
  retryMs: limits.handlerRetryMs
}

/** What the bus asks of tasks, as part of the current write set. */
export interface BusTasks {
  /** Starts a task that handles the event, `delayMs` from now; yields its id. */
  readonly start: (
    facts: Facts & { readonly handler: Closure },
    handling: Handling,
    data: Value,
    times: { readonly now: number; readonly delayMs: number }
  ) => string
  /** Wakes the task with the data if it waits with this consumer; false when it does not. */
  readonly wake: (consumer: Consumer, data: Value, now: number) => boolean
  /** Lets a task go on that waits for its processor; false when it has ended. */
  readonly giveTurn: (task: string, now: number) => boolean
  /** Whether the handler's bundle says that the data is of the type. */
  readonly isOfType: (handler: Closure, type: string, data: Value) => boolean
}

/** `read()`, or undefined for a record that cannot be read, of which somebody is told. */
export type Readable = <A>(read: () => A) => A | undefined
