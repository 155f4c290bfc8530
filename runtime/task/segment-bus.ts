import { executionChannel } from "../../stdlib/abi/bus.ts"
import type { Awaits } from "../bus/awaits.ts"
import type { Bus } from "../bus/bus.ts"
import { topicOf, topicToPublish } from "../bus/channel.ts"
import type { Handling } from "../bus/ports.ts"
import type { Subscriptions, Wanted } from "../bus/subscriptions.ts"
import type { BusTable } from "../bus/table.ts"
import type { Taps } from "../bus/taps.ts"
import { Fault, faultCodes, invariant } from "../errors.ts"
import { limits } from "../limits.ts"
import { type Closure, ErrorValue, TaskRef, type Value } from "../value/value.ts"
import type { TaskEvent, TaskOnBus, TaskRecord, Wait } from "./task.ts"

export interface SegmentBusParts {
  readonly table: BusTable
  readonly bus: Bus
  readonly awaits: Awaits
  readonly subscriptions: Subscriptions
  readonly taps: Taps
}

/** What the running segment lets the bus do in it. */
export interface SegmentPort {
  readonly record: () => TaskRecord
  readonly now: () => number
  readonly scope: () => string
  /** Something was written. */
  readonly wrote: () => void
  /** Makes the segment end at its next fuel point. */
  readonly endSoon: () => void
  readonly suspend: (wait: Wait) => unknown
  /** A fault inside an `atomic`. */
  readonly refuseInAtomic: () => void
  /** The events that the task handles, or those above it that may wait for it. */
  readonly handlings: () => ReadonlyArray<Handling>
  /** Starts a task that waits for its processor. */
  readonly startForProcessor: (closure: Closure, bus: TaskOnBus, processor: number) => string
}

/** What an `atomic` goes back to. */
export interface BusBeginning {
  readonly isOverfull: boolean
  readonly hasBelongings: boolean
  readonly tapped: number
}

/** The bus as the library functions of the running segment use it. */
export class SegmentBus {
  readonly #parts: SegmentBusParts
  readonly #segment: SegmentPort
  /** The task has published into a full queue. */
  #isOverfull = false
  /** The task has subscribed or awaited something. */
  #hasBelongings = false

  constructor(parts: SegmentBusParts, segment: SegmentPort) {
    this.#parts = parts
    this.#segment = segment
  }

  /** Data that cannot be stored is a `Fault`, as is a channel or topic that does not exist. */
  publish(channel: Value, topic: Value, data: Value): void {
    const name = topicToPublish("core/event/pub", channel, topic)
    this.#refuseStorm()
    this.#parts.bus.publish(name, data, this.#segment.now())
    this.#published()
  }

  /** Handlers that publish more than they take up would fill the store, as each of them gives its place up for the next. */
  #refuseStorm(): void {
    const { bus } = this.#parts
    if (bus.room > 0) return
    const storming = this.#segment.handlings().find((handling) => bus.isStorm(handling))
    if (storming === undefined) return
    throw new Fault(
      faultCodes.storm,
      `core/event/pub: the event queue is full, and handlers such as those of ${storming.subscription} publish more events into it than they take up`
    )
  }

  /** Yields the id of the subscription. */
  subscribe(channel: Value, topic: Value, wanted: Pick<Wanted, "type" | "handler" | "site">): string {
    const name = topicOf("core/event/sub", channel, topic)
    const { id, program } = this.#segment.record()
    const kvPrefix = this.#segment.scope()
    const subscription = this.#parts.subscriptions.subscribe({ task: id, program }, { ...name, ...wanted, kvPrefix })
    if (program === undefined) this.#hasBelongings = true
    this.#segment.wrote()
    return subscription
  }

  /** False when there is none of that id. */
  unsubscribe(id: string): boolean {
    const isEnded = this.#parts.subscriptions.unsubscribe(id)
    this.#segment.wrote()
    return isEnded
  }

  /** Yields the name of the consumer. `ms`: how long it is to wait; null: for ever. */
  enterAwait(channel: Value, topic: Value, ms: number | null): string {
    const name = topicOf("core/expr/await", channel, topic)
    const number = this.#parts.awaits.enter(this.#segment.record().id, name, ms)
    this.#hasBelongings = true
    this.#segment.wrote()
    return String(number)
  }

  /** The event's data, when it has come before; else the task waits for it. Return what this returns. */
  finishAwait(name: string): unknown {
    this.#segment.refuseInAtomic()
    const arrival = this.#parts.awaits.take(this.#segment.record().id, Number(name))
    if (arrival.kind === "arrived") return arrival.data
    invariant(arrival.kind === "open", "an await is finished once")
    const { channel, ms, number, topic } = arrival.consumer
    const until = ms === null ? null : Math.min(this.#segment.now() + ms, limits.counterMax)
    return this.#segment.suspend({ kind: "event", channel, topic, consumer: number, until })
  }

  leaveAwait(name: string): void {
    this.#parts.awaits.leave(this.#segment.record().id, Number(name))
  }

  /** Puts a task that runs the closure into the queue of a processor; an error value when there is no such processor. */
  startOnProcessor(processor: Value, closure: Closure): Value {
    const isKnown = typeof processor === "number" && processor >= 0 && processor < limits.processors
    if (!isKnown) return new ErrorValue(`there is no such processor: they are 0 to ${limits.processors - 1}`)
    const { bus, subscriptions, table } = this.#parts
    const name = { channel: executionChannel, topic: processor }
    const id = `processor-${processor}`
    subscriptions.ensureProcessor(name, id)
    const handles = { subscription: id, event: table.topicOrNew(name).newest + 1, attempt: 0 }
    const task = new TaskRef(this.#segment.startForProcessor(closure, { handles }, processor))
    bus.publish(name, task, this.#segment.now())
    this.#published()
    return task
  }

  // For the segment and the driver.

  begin(): void {
    this.#isOverfull = false
    this.#hasBelongings = false
  }

  get beginning(): BusBeginning {
    return { isOverfull: this.#isOverfull, hasBelongings: this.#hasBelongings, tapped: this.#parts.taps.collected }
  }

  goBackTo({ hasBelongings, isOverfull, tapped }: BusBeginning): void {
    this.#isOverfull = isOverfull
    this.#hasBelongings = hasBelongings
    this.#parts.taps.forgetSince(tapped)
  }

  /** The segment is to end at its next fuel point. */
  get isOverfull(): boolean {
    return this.#isOverfull
  }

  /** What a segment that has nothing else to wait for waits for at its end; undefined: nothing. */
  get wait(): Wait | undefined {
    return this.#isOverfull ? { kind: "room", number: this.#parts.table.newRoomNumber() } : undefined
  }

  /** The same at its beginning, for what was published before it waited for something else. */
  get owedWait(): Wait | undefined {
    if (this.#segment.record().bus?.owesRoom !== true || this.#parts.bus.room >= 0) return undefined
    this.#isOverfull = true
    return this.wait
  }

  /** What the record of the task says of the bus when its segment ends so; the same object when nothing is new. */
  after(before: TaskOnBus | undefined, event: TaskEvent): TaskOnBus | undefined {
    const owes = this.#isOverfull && event.type === "waited" && event.wait.kind !== "room"
    const isSame = (before?.owesRoom ?? false) === owes && (!this.#hasBelongings || before?.hasBelongings === true)
    if (isSame) return before
    const { owesRoom: _, ...rest } = before ?? {}
    const after: TaskOnBus = {
      ...rest,
      ...(this.#hasBelongings && { hasBelongings: true }),
      ...(owes && { owesRoom: true })
    }
    return Object.keys(after).length === 0 ? undefined : after
  }

  #published(): void {
    this.#segment.wrote()
    if (this.#parts.bus.room >= 0) return
    this.#isOverfull = true
    this.#segment.endSoon()
  }
}
