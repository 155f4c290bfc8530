import type { TaskView } from "../runtime/index.ts"

const keptMax = 20

/** The tasks that fail while a session is open, as they do so: a store with a million others need not be searched. */
export class Failures {
  readonly #since: number
  readonly #first: Array<TaskView> = []
  #count = 0
  #isFatal = false

  /** `since`: when the session began, in ms since 1970. */
  constructor(since: number) {
    this.#since = since
  }

  /** The first 20 of them. */
  get first(): ReadonlyArray<TaskView> {
    return this.#first
  }

  get count(): number {
    return this.#count
  }

  /** The main task of a program is among them, or one that was there before the session and went on in it. What becomes of
   * other tasks is their program's own affair, and what becomes of an event the bus's. */
  get isFatal(): boolean {
    return this.#isFatal
  }

  readonly add = (task: TaskView): void => {
    this.#count++
    if (this.#first.length < keptMax) this.#first.push(task)
    const isOld = task.startedAt < this.#since && task.handles === undefined
    if (task.program !== undefined || isOld) this.#isFatal = true
  }
}
