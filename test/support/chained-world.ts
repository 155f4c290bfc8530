import { type Anchor, encodeAnchor, slotBytes, slotOf } from "../../runtime/store/anchor.ts"
import type { AnchorFile, RawDatabase } from "../../runtime/store/chained.ts"
import { isInRange } from "../../runtime/store/keys.ts"
import type { Write } from "../../runtime/store/store.ts"

/** Thrown where the process ends. */
export class Crash extends Error {}

type Batch = ReadonlyArray<readonly [key: string, record: string | undefined]>

/**
 * A database and an anchor as a crash may leave them. What the operating system has is kept apart from what is on the disk: a
 * killed process leaves the first, a machine that stops the second, with any part of what was on its way.
 */
export class World {
  batches: Array<Batch> = []
  /** How many of them are on the disk. */
  syncedCount = 0
  /** Texts of each slot: on the disk, then those on their way to it. Undefined: there is no anchor. */
  slots: Array<Array<string>> | undefined
  boot = 1
  /** Calls until the process ends, which is then before or after the call's effect. */
  #callsLeft = Number.POSITIVE_INFINITY
  #isAfter = false

  crashIn(calls: number, isAfter: boolean): void {
    this.#callsLeft = calls
    this.#isAfter = isAfter
  }

  readonly database: RawDatabase = {
    get: (key) => this.#entries().get(key),
    scan: async (range) => [...this.#entries()].filter(([key]) => isInRange(key, range)),
    write: async ({ link, sync, writes }) =>
      this.#step(() => {
        this.batches.push([...writes.map(entryOf), [link.key, link.record]])
        if (sync) this.syncedCount = this.batches.length
      })
  }

  readonly anchor: AnchorFile = {
    read: () => {
      if (this.slots === undefined) return undefined
      const file = Buffer.alloc(2 * slotBytes)
      for (const [slot, texts] of this.slots.entries()) file.write(texts.at(-1)!, slot * slotBytes)
      return file
    },
    create: (anchor) =>
      this.#step(() => {
        this.slots = [[""], [""]]
        this.slots[slotOf(anchor) / slotBytes] = [encodeAnchor(anchor)]
      }),
    write: (anchor: Anchor) => this.#step(() => this.slots![slotOf(anchor) / slotBytes]!.push(encodeAnchor(anchor)))
  }

  /** The machine stops: of what was not flushed any beginning is kept, and each slot has any of the texts on their way. */
  cutPower(choose: (below: number) => number): void {
    this.batches.length = this.syncedCount + choose(this.batches.length - this.syncedCount + 1)
    this.syncedCount = this.batches.length
    this.slots = this.slots?.map((texts) => [texts[choose(texts.length)]!])
    this.boot++
  }

  #entries(): Map<string, string> {
    const entries = new Map<string, string>()
    for (const [key, record] of this.batches.flat()) {
      if (record === undefined) entries.delete(key)
      else entries.set(key, record)
    }
    return entries
  }

  #step(run: () => void): void {
    if (--this.#callsLeft > 0) return run()
    if (this.#isAfter) run()
    throw new Crash()
  }
}

const entryOf = (write: Write): Batch[number] => [write.key, write.type === "put" ? write.value : undefined]
