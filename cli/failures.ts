import type { TaskView } from "../runtime/index.ts"

/** Failures that are told in one window of time, and before somebody listens: a program whose every task fails must not bury all else. */
const toldMax = 20
const windowMs = 10_000

export interface FailureListener {
  readonly failed: (task: TaskView) => void
  /** So many more have failed that were not told one by one. */
  readonly more: (count: number) => void
}

/** The tasks that fail while a session is open, as they do so: a store with a million others need not be searched. */
export class Failures {
  readonly #since: number
  readonly #untold: Array<TaskView> = []
  #listener: FailureListener | undefined
  #windowEnd = 0
  #toldCount = 0
  #leftOutCount = 0
  #count = 0
  #isFatal = false

  /** `since`: when the session began, in ms since 1970. */
  constructor(since: number) {
    this.#since = since
  }

  get count(): number {
    return this.#count
  }

  /** Among them is the main task of a program, one that was there before the session and went on in it, or one that left a dead
   * letter. What becomes of other tasks is their program's own affair; an event that is tried again is not lost. */
  get isFatal(): boolean {
    return this.#isFatal
  }

  readonly add = (task: TaskView): void => {
    this.#count++
    const isOld = task.startedAt < this.#since && task.handles === undefined
    if (task.program !== undefined || isOld || task.handles?.deadLetter !== undefined) this.#isFatal = true
    if (task.since >= this.#windowEnd) this.#beginWindow(task.since)
    if (this.#toldCount >= toldMax) this.#leftOutCount++
    else {
      this.#toldCount++
      this.#tell(task)
    }
  }

  /** Tells of those that there are, and from now on of each as it fails: at most 20 in 10 s, the others as a number. */
  listen(listener: FailureListener): void {
    this.#listener = listener
    for (const task of this.#untold.splice(0)) listener.failed(task)
  }

  /** Tells how many more there were, when nothing fails any more or nobody stays to hear of it. */
  finish(): void {
    if (this.#leftOutCount === 0 || this.#listener === undefined) return
    this.#listener.more(this.#leftOutCount)
    this.#leftOutCount = 0
  }

  #beginWindow(at: number): void {
    this.finish()
    this.#windowEnd = at + windowMs
    this.#toldCount = 0
  }

  #tell(task: TaskView): void {
    if (this.#listener !== undefined) this.#listener.failed(task)
    else if (this.#untold.length < toldMax) this.#untold.push(task)
    else this.#leftOutCount++
  }
}
