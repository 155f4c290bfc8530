import { Fault, faultCodes } from "../errors.ts"
import { limits } from "../limits.ts"
import { isTaskId, type TopicName } from "../store/keys.ts"
import type { Closure } from "../value/value.ts"
import type { Awaits } from "./awaits.ts"
import type { Bus, BusParts } from "./bus.ts"
import { topicText } from "./channel.ts"
import { beginning } from "./progress.ts"
import type { Adopted, Facts, Owner, Progress, Remains } from "./records.ts"

/** What a program asks for. */
export interface Wanted extends TopicName {
  readonly type: string | null
  readonly handler: Closure
  readonly kvPrefix: string
  /** Where in the program it is asked for. */
  readonly site: string
}

/** Who asks: a task, or the main task of a program, whose subscriptions belong to the program. */
export interface Subscriber {
  readonly task: string
  readonly program: string | undefined
}

/** How the main task of a program has ended. `isLatest`: no later run of the program has begun. */
export interface RunEnd {
  readonly run: string
  readonly program: string
  readonly state: "done" | "failed" | "cancelled"
  readonly isLatest: boolean
}

/** Makes and ends subscriptions, along with who owns them. */
export class Subscriptions {
  readonly #parts: Pick<BusParts, "table" | "readable" | "upkeep">
  readonly #bus: Bus
  readonly #awaits: Awaits

  constructor(parts: Pick<BusParts, "table" | "readable" | "upkeep" | "awaits">, bus: Bus) {
    this.#parts = parts
    this.#bus = bus
    this.#awaits = parts.awaits
  }

  /** Yields the id. One of the same program, place and topic that no other call of this run has taken is taken over: with what
   * it has queued, and from now on with this handler. */
  subscribe({ program, task }: Subscriber, wanted: Wanted): string {
    if (program === undefined) {
      const id = this.#make({ kind: "task", task }, wanted, this.#parts.table.belongings(task).subscriptions.length)
      const before = this.#parts.table.belongings(task)
      this.#parts.table.saveBelongings(task, { ...before, subscriptions: [...before.subscriptions, id] })
      return id
    }
    const adopted = this.#parts.table.adopted(program)
    const known = adopted.find((each) => each.run !== task && each.site === wanted.site && this.#isOf(each, wanted))
    if (known !== undefined) return this.#takeOver(program, adopted, known, task, wanted)
    const subscription = this.#make({ kind: "program", program }, wanted, adopted.length)
    this.#parts.table.saveAdopted(program, [...adopted, { subscription, site: wanted.site, run: task }])
    return subscription
  }

  /** The queue of a processor, which is there from its first task on. */
  ensureProcessor(name: TopicName, id: string): void {
    if (this.#parts.table.facts(id) !== undefined) return
    const { channel, topic } = name
    this.#open({ id, owner: { kind: "processor" }, channel, topic, type: null, handler: null, kvPrefix: "" })
  }

  /** False when there is none of that id. What is being handled goes on. */
  unsubscribe(id: string): boolean {
    const { table } = this.#parts
    const facts = isTaskId(id) ? table.facts(id) : undefined
    if (facts === undefined || facts.owner.kind === "processor") return false
    this.#forget(facts)
    this.#end(facts)
    return true
  }

  /** Ends what belongs to a task, in the commit in which that ends. */
  taskEnded(task: string): void {
    const { readable, table } = this.#parts
    const belongings = readable(() => table.belongings(task))
    if (belongings === undefined) return
    this.#awaits.leaveAll(task, belongings)
    table.saveBelongings(task, { subscriptions: [], consumers: [], next: belongings.next })
    this.#endAll(belongings.subscriptions)
  }

  /**
   * The main task of a program has ended. Subscriptions outlive it, but those that a run which is done has not taken over are of
   * code that is gone; a failed one may not have come as far; and with a cancelled one its program is over.
   */
  runEnded({ isLatest, program, run, state }: RunEnd): void {
    const { readable, table } = this.#parts
    const adopted = readable(() => table.adopted(program)) ?? []
    const isOver = ({ run: other }: Adopted) => {
      if (state === "cancelled") return isLatest || other === run
      return state === "done" && isLatest && other !== run
    }
    const over = adopted.filter(isOver)
    if (over.length === 0) return
    const kept = adopted.filter((each) => !isOver(each))
    table.saveAdopted(program, kept)
    this.#endAll(over.map(({ subscription }) => subscription))
  }

  #isOf({ subscription }: Adopted, { channel, topic }: TopicName): boolean {
    const facts = this.#parts.readable(() => this.#parts.table.facts(subscription))
    return facts !== undefined && facts.channel === channel && facts.topic === topic
  }

  #takeOver(
    program: string,
    adopted: ReadonlyArray<Adopted>,
    known: Adopted,
    run: string,
    { channel, handler, kvPrefix, topic, type }: Wanted
  ): string {
    const { table } = this.#parts
    const id = known.subscription
    const before = this.#parts.readable(() => table.facts(id))
    const after: Facts = { id, owner: { kind: "program", program }, channel, topic, type, handler, kvPrefix }
    table.saveFacts(after)
    if (before !== undefined) this.#bus.buryMisfits(before, after, run)
    const taken = adopted.map((each) => (each === known ? { ...known, run } : each))
    table.saveAdopted(program, taken)
    return id
  }

  #make(owner: Owner, { channel, handler, kvPrefix, topic, type }: Wanted, owned: number): string {
    if (owned >= limits.ownerSubscriptionsMax)
      throw tooMany(`at most ${limits.ownerSubscriptionsMax} subscriptions of one ${owner.kind}`)
    const id = this.#parts.table.newSubscriptionId()
    this.#open({ id, owner, channel, topic, type, handler, kvPrefix })
    return id
  }

  #open(facts: Facts): void {
    const { table } = this.#parts
    const topic = table.topicOrNew(facts)
    if (topic.subscriptions.length >= limits.topicSubscriptionsMax)
      throw tooMany(`at most ${limits.topicSubscriptionsMax} subscriptions of ${topicText(facts)}`)
    table.saveFacts(facts)
    table.saveProgress(facts.id, beginning(topic.newest))
    table.saveTopic(facts, { ...topic, subscriptions: [...topic.subscriptions, facts.id] })
  }

  #endAll(ids: ReadonlyArray<string>): void {
    const { readable, table } = this.#parts
    for (const id of ids) {
      const facts = readable(() => table.facts(id))
      if (facts !== undefined) this.#end(facts)
    }
  }

  #end(facts: Facts): void {
    const { table, upkeep } = this.#parts
    const { newest, progress } = this.#bus.leave(facts)
    table.removeSubscription(facts.id)
    const remains = progress && remainsOf(facts, progress, newest)
    table.saveRemains(facts.id, remains)
    if (remains !== undefined) upkeep.left()
  }

  /** Takes it out of the list of its owner. */
  #forget({ id, owner }: Facts): void {
    const { table } = this.#parts
    if (owner.kind === "task") {
      const before = table.belongings(owner.task)
      const subscriptions = before.subscriptions.filter((each) => each !== id)
      if (subscriptions.length < before.subscriptions.length)
        table.saveBelongings(owner.task, { ...before, subscriptions })
    } else if (owner.kind === "program") {
      const adopted = table.adopted(owner.program)
      const kept = adopted.filter(({ subscription }) => subscription !== id)
      if (kept.length < adopted.length) table.saveAdopted(owner.program, kept)
    }
  }
}

/** Undefined when nothing is left of it. */
const remainsOf = ({ channel, topic }: TopicName, progress: Progress, newest: number): Remains | undefined => {
  const { letters, next, running } = progress
  if (next > newest && running.length === 0 && letters.length === 0) return undefined
  return { channel, topic, from: next, to: newest + 1, events: running.map(({ event }) => event), letters }
}

const tooMany = (message: string): Fault => new Fault(faultCodes.listeners, `core/event/sub: ${message}`)
