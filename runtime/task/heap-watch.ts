import { getHeapStatistics } from "node:v8"
import type { Fault } from "../errors.ts"
import { limits } from "../limits.ts"
import { heapBytesMax } from "../value/work.ts"
import { fault } from "./faults.ts"
import { collectGarbage } from "./garbage.ts"

/** What the watch sees of a task in memory. */
export interface Watched {
  readonly stack: { readonly size: number; readonly forget: () => void }
  /** Raised where the task stands, in its next segment. */
  fault?: Fault | undefined
}

/** Bytes of memory, as Node tells them; garbage counts until it is collected. */
export interface Heap {
  readonly used: () => number
  readonly collect: () => void
  readonly max: number
}

/**
 * Node ends the process when its heap is full, and with it all tasks. So between segments the heap is looked at, and when it
 * is nearly full, all that can be read again from the store is forgotten. Where that does not help for long, the task that
 * holds most fails. What a single segment can make is bounded by its work (runtime/value/work.ts).
 */
export class HeapWatch {
  readonly #tasks: () => Iterable<Watched>
  readonly #forget: () => void
  readonly #heap: Heap
  readonly #high: number
  /** Bytes from which on it is worth to collect garbage and look again. */
  #next: number
  #segments = 0
  #segmentsAtRelief = Number.NEGATIVE_INFINITY

  constructor(options: {
    readonly tasks: () => Iterable<Watched>
    /** Drops what is kept for speed only. */
    readonly forget: () => void
    readonly heap?: Heap
  }) {
    this.#tasks = options.tasks
    this.#forget = options.forget
    this.#heap = options.heap ?? processHeap
    this.#high = this.#heap.max * limits.heapShareMax
    this.#next = this.#high
  }

  /** To be called between segments. `isLarge`: the last one has done or written much. */
  afterSegment(isLarge: boolean): void {
    this.#segments++
    if (!isLarge && this.#segments % limits.heapCheckSegments !== 0) return
    if (this.#heap.used() < this.#next) return
    this.#heap.collect()
    let used = this.#heap.used()
    if (used >= this.#high) {
      this.#relieve(used)
      used = this.#heap.used()
    }
    this.#next = Math.max(this.#high, used + (this.#heap.max - used) / 4)
  }

  #relieve(used: number): void {
    const isSoon = this.#segments - this.#segmentsAtRelief <= limits.heapCheckSegments
    this.#segmentsAtRelief = this.#segments
    const largest = isSoon ? largestOf(this.#tasks()) : undefined
    if (largest !== undefined) largest.fault = heapIsFull(used)
    for (const { stack } of this.#tasks()) stack.forget()
    this.#forget()
    this.#heap.collect()
  }
}

const largestOf = (tasks: Iterable<Watched>): Watched | undefined => {
  let largest: Watched | undefined
  for (const task of tasks) if (task.stack.size > (largest?.stack.size ?? 0)) largest = task
  return largest
}

const heapIsFull = (used: number): Fault =>
  fault(
    "heap is full",
    `the memory of this process is nearly full (${Math.ceil(used / 2 ** 20)} MiB), and this task holds most of it: keep large values in the store, or give Node more with --max-old-space-size`
  )

const processHeap: Heap = {
  used: () => {
    const { external_memory, used_heap_size } = getHeapStatistics()
    return used_heap_size + external_memory
  },
  // Without asking for it one cannot tell garbage from what is in use.
  collect: collectGarbage,
  max: heapBytesMax
}
