import { getHeapStatistics } from "node:v8"
import { Fault, faultCodes } from "../errors.ts"
import { limits } from "../limits.ts"

/**
 * What a segment does besides the loop turns and calls that fuel counts. A sort or a repeated text is one call and much
 * work, so each call of the library says what it looks through and makes, in bytes; where only a clock can tell, in time.
 */
export class WorkMeter {
  /** The segment can be dropped and begun again with less fuel: then that is tried before anything is a fault. */
  canBeginAgain = false
  /** Nothing in it may wait, so it must be short. */
  isAtomic = false
  #bytes = 0
  #ms = 0
  readonly #large: () => void

  /** `large` is called when the segment should end at its next fuel point, perhaps again and again. */
  constructor(large: () => void) {
    this.#large = large
  }

  /** The segment of this meter runs now, from its beginning. A thread has one that runs. */
  begin(): void {
    this.#bytes = 0
    this.#ms = 0
    running = this
  }

  /** No segment runs: what is done now belongs to nobody. */
  end(): void {
    if (running === this) running = undefined
  }

  /** How much has been done; 1: as much as one segment should. */
  get share(): number {
    return Math.max(this.#bytes / segmentBytesSoft, this.#ms / limits.segmentMsSoft)
  }

  spend(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes <= segmentBytesSoft) return
    this.#large()
    if (this.#bytes > segmentBytesMax) throw tooMuchAtOnce()
  }

  /** Time differs from run to run, so by itself it is no fault but inside an `atomic`. */
  spendTime(ms: number): void {
    this.#ms += ms
    if (this.#ms <= limits.segmentMsSoft) return
    this.#large()
    const max = this.canBeginAgain ? limits.segmentMsMax : this.isAtomic ? limits.atomicMsMax : Number.POSITIVE_INFINITY
    if (this.#ms > max) throw tooMuchAtOnce()
  }
}

let running: WorkMeter | undefined

/** Says that the running segment looks through or makes so many bytes. Throws `Fault` when those are too many. */
export const spend = (bytes: number): void => running?.spend(bytes)

/** Runs what may take long, and says how long it took. */
export const timed = <A>(run: () => A): A => {
  const start = performance.now()
  try {
    return run()
  } finally {
    running?.spendTime(performance.now() - start)
  }
}

/** Bytes of an item in an array, of an entry in a map, of a list or map itself; as measured on 64 bits. */
export const itemBytes = 8
export const entryBytes = 48
export const containerBytes = 96

const youngBytes = 192 * 2 ** 20

/** Bytes for what lives long. V8 tells the sum with its young generation, which is as above unless an option changes it. */
export const heapBytesMax: number = ((): number => {
  const { heap_size_limit } = getHeapStatistics()
  return heap_size_limit - Math.min(youngBytes, heap_size_limit * 0.75)
})()

const segmentBytesMax = Math.min(limits.segmentBytesMax, heapBytesMax / 8)
const segmentBytesSoft = Math.min(limits.segmentBytesSoft, segmentBytesMax / 8)

const tooMuchAtOnce = (): Fault =>
  new Fault(
    faultCodes.tooMuchAtOnce,
    `more than ${Math.floor(segmentBytesMax / 2 ** 20)} MiB are made or gone through at once: do it in parts, with a (core/task/checkpoint) between them`
  )
