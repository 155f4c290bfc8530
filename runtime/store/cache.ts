import { limits } from "../limits.ts"

/** A payload with its decoded value beside it; `decoded` is `undecoded` until somebody asked for it. */
export interface Cached {
  readonly payload: string
  decoded: unknown
}

/** Stands for a decoded value that is not there yet; a value of its own, as `undefined` and `null` may be decoded ones. */
export const undecoded = Symbol("undecoded")

/**
 * Recently used records, bounded in entries and in size. Two generations instead of a list in the order of use: an entry
 * that is used moves to the young one; when that is half of the bound, it becomes the old one and the old one is dropped.
 */
export class Cache {
  #young = new Map<string, Cached>()
  #old = new Map<string, Cached>()
  #youngUnits = 0
  readonly #entriesHalf: number
  readonly #unitsHalf: number

  constructor(entriesMax: number = limits.viewCacheEntriesMax, unitsMax: number = limits.viewCacheUnitsMax) {
    this.#entriesHalf = Math.max(1, Math.floor(entriesMax / 2))
    this.#unitsHalf = Math.floor(unitsMax / 2)
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): Cached | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  /** An entry that alone is larger than half of the bound is not kept. */
  set(key: string, entry: Cached): void {
    this.delete(key)
    const units = key.length + entry.payload.length
    if (units > this.#unitsHalf) return
    if (this.#young.size >= this.#entriesHalf || this.#youngUnits + units > this.#unitsHalf) this.#turn()
    this.#young.set(key, entry)
    this.#youngUnits += units
  }

  delete(key: string): void {
    const young = this.#young.get(key)
    if (young !== undefined) this.#youngUnits -= key.length + young.payload.length
    this.#young.delete(key)
    this.#old.delete(key)
  }

  #turn(): void {
    this.#old = this.#young
    this.#young = new Map()
    this.#youngUnits = 0
  }
}
