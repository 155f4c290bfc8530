import { Fault, faultCodes } from "../errors.ts"
import { limits } from "../limits.ts"
import type { TopicName } from "../store/keys.ts"
import { encode } from "../value/codec.ts"
import type { Value } from "../value/value.ts"
import { topicText } from "./channel.ts"
import type { BusTasks, Readable } from "./ports.ts"
import type { Belongings, Consumer, OpenConsumer } from "./records.ts"
import type { BusTable } from "./table.ts"

/** What a task finds that begins to wait: the data of an event that has come before, or for how long it waits. */
export type Arrival =
  | { readonly kind: "arrived"; readonly data: Value }
  | { readonly kind: "open"; readonly consumer: OpenConsumer }
  /** It has got its event before, or was left. */
  | { readonly kind: "gone" }

/**
 * Consumers: each takes one event, the next of its topic, for a task that awaits it. One belongs to its task from before the
 * body of the await on, so no event is missed while that runs.
 */
export class Awaits {
  readonly #table: BusTable
  readonly #tasks: Pick<BusTasks, "wake">
  readonly #readable: Readable

  constructor(parts: {
    readonly table: BusTable
    readonly tasks: Pick<BusTasks, "wake">
    readonly readable: Readable
  }) {
    this.#table = parts.table
    this.#tasks = parts.tasks
    this.#readable = parts.readable
  }

  /** Yields the number of the new consumer. */
  enter(task: string, name: TopicName, ms: number | null): number {
    const topic = this.#table.topicOrNew(name)
    const before = this.#table.belongings(task)
    if (topic.consumers.length >= limits.topicConsumersMax)
      throw tooMany(
        `${topicText(name)} has ${limits.topicConsumersMax} tasks that await its next event, and may not have more`
      )
    if (before.consumers.length >= limits.taskConsumersMax)
      throw tooMany(`at most ${limits.taskConsumersMax} awaits inside each other`)
    const number = before.next
    const { channel, topic: number_ } = name
    const consumer: OpenConsumer = { number, channel, topic: number_, ms }
    this.#table.saveTopic(name, { ...topic, consumers: [...topic.consumers, { task, number }] })
    this.#table.saveBelongings(task, { ...before, consumers: [...before.consumers, consumer], next: number + 1 })
    return number
  }

  /** The body of the await is over. What has arrived is taken. */
  take(task: string, number: number): Arrival {
    const before = this.#table.belongings(task)
    const consumer = before.consumers.find((each) => each.number === number)
    if (consumer === undefined) return { kind: "gone" }
    if (consumer.hasArrived !== true) return { kind: "open", consumer }
    const data = this.#table.arrived(task, number) ?? null
    this.#remove(task, before, consumer)
    return { kind: "arrived", data }
  }

  /** The await ends without an event. */
  leave(task: string, number: number): void {
    const before = this.#table.belongings(task)
    const consumer = before.consumers.find((each) => each.number === number)
    if (consumer !== undefined) this.#remove(task, before, consumer)
  }

  /** The task has ended. */
  leaveAll(task: string, { consumers }: Belongings): void {
    for (const consumer of consumers) this.#withdraw(task, consumer)
  }

  /** Gives the data to a consumer, which its topic forgets: it wakes the task, or stays until that waits. */
  hand({ number, task }: Consumer, data: Value, now: number): void {
    const before = this.#readable(() => this.#table.belongings(task))
    const consumer = before?.consumers.find((each) => each.number === number)
    if (before === undefined || consumer === undefined) return
    // Out of its list before the task is woken: who is woken leaves what it has waited with.
    const others = before.consumers.filter((each) => each !== consumer)
    this.#table.saveBelongings(task, { ...before, consumers: others })
    if (this.#tasks.wake({ task, number }, data, now)) return
    this.#table.putArrived(task, number, encode(data), data)
    const arrived: OpenConsumer = { ...consumer, hasArrived: true }
    const consumers = before.consumers.map((each) => (each === consumer ? arrived : each))
    this.#table.saveBelongings(task, { ...before, consumers })
  }

  #remove(task: string, before: Belongings, consumer: OpenConsumer): void {
    this.#withdraw(task, consumer)
    this.#table.saveBelongings(task, { ...before, consumers: before.consumers.filter((each) => each !== consumer) })
  }

  #withdraw(task: string, consumer: OpenConsumer): void {
    if (consumer.hasArrived === true) return this.#table.deleteArrived(task, consumer.number)
    const topic = this.#readable(() => this.#table.topic(consumer))
    if (topic === undefined) return
    const isOther = (each: Consumer) => each.task !== task || each.number !== consumer.number
    this.#table.saveTopic(consumer, { ...topic, consumers: topic.consumers.filter(isOther) })
  }
}

const tooMany = (message: string): Fault => new Fault(faultCodes.listeners, `core/expr/await: ${message}`)
