import { limits } from "../limits.ts"
import type { Entry } from "./entry.ts"

/**
 * Recently used entries, bounded in number and in size, and besides all that are pinned: those with a write that is not
 * durable. Two generations instead of a list in the order of use: an entry that is used moves to the young one; when that is
 * half of the bound, it becomes the old one, and of the old one only what is pinned is kept.
 */
export class Cache {
  #young = new Map<string, Entry>()
  #old = new Map<string, Entry>()
  // An entry that is not kept has none, 0, which must never be that of the old ones.
  #generation = 2
  #youngUnits = 0
  readonly #entriesHalf: number
  readonly #unitsHalf: number
  /** At which size the young generation becomes the old one: more than half of the bounds only while much is pinned. */
  #turnAtEntries: number
  #turnAtUnits: number

  constructor(entriesMax: number = limits.viewCacheEntriesMax, unitsMax: number = limits.viewCacheUnitsMax) {
    this.#entriesHalf = Math.max(1, Math.floor(entriesMax / 2))
    this.#unitsHalf = Math.floor(unitsMax / 2)
    this.#turnAtEntries = this.#entriesHalf
    this.#turnAtUnits = this.#unitsHalf
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** The entry of the key, which counts as used. `durable`: entries of commits up to this one are not pinned. */
  get(key: string, durable: number): Entry | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old === undefined) return undefined
    this.#old.delete(key)
    this.add(old, durable)
    return old
  }

  /** Whether the entry is still kept; then it counts as used. */
  use(entry: Entry, durable: number): boolean {
    if (entry.generation === this.#generation) return true
    if (entry.generation !== this.#generation - 1) return false
    this.#old.delete(entry.key)
    this.add(entry, durable)
    return true
  }

  /** Keeps an entry whose key has none here. */
  add(entry: Entry, durable: number): void {
    const { units } = entry.written
    if (this.#young.size >= this.#turnAtEntries || this.#youngUnits + units > this.#turnAtUnits) this.#turn(durable)
    this.#keep(entry)
  }

  /** What is under a kept entry's key has become larger or smaller. */
  resize(entry: Entry, byUnits: number, durable: number): void {
    if (entry.generation !== this.#generation) return
    this.#youngUnits += byUnits
    if (this.#youngUnits > this.#turnAtUnits) this.#turn(durable)
  }

  delete(entry: Entry): void {
    if (!entry.isListed) return
    if (this.#young.delete(entry.key)) this.#youngUnits -= entry.written.units
    else this.#old.delete(entry.key)
    entry.generation = 0
  }

  /** Keeps only what is pinned. */
  forget(durable: number): void {
    this.#turn(durable)
    this.#turn(durable)
  }

  #keep(entry: Entry): void {
    this.#young.set(entry.key, entry)
    entry.generation = this.#generation
    this.#youngUnits += entry.written.units
  }

  #turn(durable: number): void {
    const dropped = this.#old
    this.#old = this.#young
    this.#young = new Map()
    this.#youngUnits = 0
    this.#generation++
    for (const entry of dropped.values()) if (entry.commit > durable) this.#keep(entry)
    // Else, with more of them than half of the bounds, each new entry would come here.
    this.#turnAtEntries = Math.max(this.#entriesHalf, this.#young.size * 2)
    this.#turnAtUnits = Math.max(this.#unitsHalf, this.#youngUnits * 2)
  }
}
