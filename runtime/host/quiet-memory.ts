import { performance } from "node:perf_hooks"
import { getHeapStatistics } from "node:v8"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { limits } from "../limits.ts"
import { giveBackGarbage } from "../task/garbage.ts"

/** What there is to be known of this process, and done about it. */
export interface ProcessMemory {
  /** Share of the time since the last call in which the event loop was busy. */
  readonly busy: () => number
  /** Bytes that the heap holds of the system, and those of them that are in use or garbage. */
  readonly heap: () => { readonly held: number; readonly used: number }
  /** Collects garbage, and gives back the pages that become free. */
  readonly giveBack: () => void
}

/**
 * After a burst V8 keeps the pages of its young generation and of its garbage: it collects when a program allocates, and who
 * waits does not. A process with 65,000 sleeping tasks stayed at 470 MB of which it needed 235. So who has done nothing for a while, and holds
 * much more than before, collects and gives back; once, until it has grown again.
 */
export class QuietMemory {
  readonly #memory: ProcessMemory
  /** What the heap held when there was nothing to give back. */
  #least: number

  constructor(memory: ProcessMemory = thisProcess()) {
    this.#memory = memory
    this.#least = memory.heap().held
  }

  /** To be called at intervals. */
  look(): void {
    const isQuiet = this.#memory.busy() <= limits.quietShareMax
    const { held, used } = this.#memory.heap()
    const growth = held - this.#least
    if (!isQuiet || growth < Math.max(limits.quietGrowthBytes, this.#least / 2)) return
    if (used > limits.quietHeapBytesMax) return
    this.#memory.giveBack()
    this.#least = this.#memory.heap().held
  }
}

const thisProcess = (): ProcessMemory => {
  let last = performance.eventLoopUtilization()
  return {
    busy: () => {
      const before = last
      last = performance.eventLoopUtilization()
      return performance.eventLoopUtilization(last, before).utilization
    },
    heap: () => {
      const { total_heap_size, used_heap_size } = getHeapStatistics()
      return { held: total_heap_size, used: used_heap_size }
    },
    giveBack: giveBackGarbage
  }
}

let looking = 0
let timer: NodeJS.Timeout | undefined

/** Gives memory back that this process does not need, until the scope closes. Does not keep the process alive; once, however many
 * stores it has open. */
export const watchQuietMemory: Effect.Effect<void, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => {
    if (looking++ > 0) return
    const memory = new QuietMemory()
    timer = setInterval(() => memory.look(), limits.quietMs).unref()
  }),
  () =>
    Effect.sync(() => {
      if (--looking === 0) clearInterval(timer)
    })
)
