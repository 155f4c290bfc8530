import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { limits } from "../limits.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { Bus } from "./bus.ts"
import type { Readable } from "./ports.ts"
import type { Remains } from "./records.ts"
import type { BusTable } from "./table.ts"

export interface UpkeepParts {
  readonly table: BusTable
  readonly bus: Bus
  readonly readable: Readable
  /** A change in a commit of its own, once there is room for that. */
  readonly change: <A>(change: () => A) => Effect.Effect<A, StoreUnavailable>
  /** Lets a task go on that waits for room. */
  readonly wake: (task: string) => void
  readonly now: () => number
  /** Called when `isResting` may have become true. */
  readonly rested: () => void
}

/**
 * What is left to do behind the commits of others, in bounded commits of its own: lets tasks go on when there is room in the event
 * queue, in the order in which they came, and removes what subscriptions that have ended leave. Both stand in indexes, so
 * after a crash they are found again.
 */
export class Upkeep {
  readonly #parts: UpkeepParts
  readonly #work = Latch.makeUnsafe(false)
  readonly #room = Latch.makeUnsafe(false)
  #isResting = false
  /** Tasks may wait for room; there may be remains. Unknown before the indexes were read. */
  #hasWaiting = true
  #hasRemains = true

  constructor(parts: UpkeepParts) {
    this.#parts = parts
  }

  /** Nothing is left to do. */
  get isResting(): boolean {
    return this.#isResting
  }

  /** A task waits for room from now on. Called in the middle of a commit, as are the next two. */
  waits(): void {
    this.#hasWaiting = true
    if (this.#parts.bus.room > 0) this.madeRoom()
  }

  /** There may be room. */
  madeRoom(): void {
    this.#room.openUnsafe()
    if (this.#hasWaiting) this.#begin()
  }

  /** There is something to be swept. */
  left(): void {
    this.#hasRemains = true
    this.#begin()
  }

  #begin(): void {
    this.#isResting = false
    this.#work.openUnsafe()
  }

  /** Succeeds when there is room in the event queue, for who publishes from outside. */
  readonly room: Effect.Effect<void> = Effect.suspend(() => {
    if (this.#parts.bus.room > 0) return Effect.void
    this.#room.closeUnsafe()
    return Effect.andThen(this.#room.await, this.room)
  })

  /** Runs for as long as the namespace is active. */
  readonly run: Effect.Effect<never, StoreUnavailable> = Effect.gen({ self: this }, function* (this: Upkeep) {
    for (;;) {
      this.#work.closeUnsafe()
      if (this.#hasWaiting) yield* this.#wakeAll
      if (this.#hasRemains) yield* this.#sweepAll
      if (!this.#work.isOpen()) {
        this.#isResting = true
        this.#parts.rested()
      }
      yield* this.#work.await
      // Who pokes is in the middle of a commit.
      yield* Effect.yieldNow
    }
  })

  /** As many at a time as there is room for: each of them publishes again. */
  readonly #wakeAll = Effect.gen({ self: this }, function* (this: Upkeep) {
    const { bus, change, readable, table, wake } = this.#parts
    const { keys, view } = table
    for (;;) {
      const room = Math.min(bus.room, limits.roomWakesPerCommit)
      if (room <= 0) return
      this.#hasWaiting = false
      const page = yield* view.scanKeys(keys.roomRange, room)
      if (page.length === 0) return
      this.#hasWaiting = true
      yield* change(() => {
        for (const key of page) {
          const task = readable(() => view.read(key, asText))
          view.delete(key)
          if (task !== undefined) wake(task)
        }
      })
      yield* Effect.yieldNow
    }
  })

  readonly #sweepAll = Effect.gen({ self: this }, function* (this: Upkeep) {
    const { change, table } = this.#parts
    const { keys, view } = table
    for (;;) {
      this.#hasRemains = false
      const [key] = yield* view.scanKeys(keys.remainsRange, 1)
      if (key === undefined) return
      this.#hasRemains = true
      yield* change(() => this.#sweep(keys.parseRemains(key)))
      yield* Effect.yieldNow
    }
  })

  #sweep(subscription: string): void {
    const { bus, now, readable, table } = this.#parts
    const remains = readable(() => table.remains(subscription))
    table.saveRemains(subscription, remains && this.#swept(subscription, remains))
    bus.goOn(subscription, now())
  }

  /** Deletes as much of it as one commit takes; what is left, or undefined. */
  #swept(subscription: string, remains: Remains): Remains | undefined {
    const { bus, table } = this.#parts
    const end = Math.min(remains.from + limits.sweptRecordsPerCommit, remains.to)
    const events = [
      ...remains.events,
      ...Array.from({ length: Math.max(0, end - remains.from) }, (_, i) => remains.from + i)
    ]
    for (const event of events) if (!bus.isNeeded(remains, event)) table.deleteEvent(remains, event)
    if (end < remains.to) return { ...remains, from: end, events: [] }
    for (const event of remains.letters) table.deleteLetter(subscription, event)
    return undefined
  }
}

const asText = (text: string): string => text
