import * as Effect from "effect/Effect"
import sortedBtree from "sorted-btree"
import { compareKeys } from "./keys.ts"
import type { KeyRange, Snapshot, Write } from "./store.ts"

const BTree = sortedBtree.default
type Tree = InstanceType<typeof BTree<string, string>>

/** Ordered entries in memory. Copies share their nodes until one of them is written to, so a snapshot costs nothing. */
export class Table {
  readonly #tree: Tree

  constructor(entries: Iterable<readonly [key: string, value: string]> | Table) {
    this.#tree =
      entries instanceof Table
        ? entries.#tree.clone()
        : new BTree<string, string>(
            [...entries].map(([key, value]) => [key, value]),
            compareKeys
          )
  }

  get(key: string): string | undefined {
    return this.#tree.get(key)
  }

  /** In key order. */
  entries(): ReadonlyArray<readonly [key: string, value: string]> {
    return [...this.#tree.entries()]
  }

  /** At most `limit` entries of the range, in key order. */
  scan(range: KeyRange, limit: number): ReadonlyArray<readonly [key: string, value: string]> {
    const found: Array<readonly [string, string]> = []
    if (limit <= 0) return found
    for (const [key, value] of this.#tree.entries(range.from)) {
      if (compareKeys(key, range.to) >= 0) break
      found.push([key, value])
      if (found.length >= limit) break
    }
    return found
  }

  apply(writes: ReadonlyArray<Write>): void {
    for (const write of writes) {
      if (write.type === "put") this.#tree.set(write.key, write.value)
      else this.#tree.delete(write.key)
    }
  }

  snapshot(): Snapshot {
    const copy = new Table(this)
    return {
      scan: (range, limit) => Effect.sync(() => copy.scan(range, limit)),
      close: () => undefined
    }
  }
}
