import { limits } from "../limits.ts"

/** What a segment has spent, written and done; of each 1 is as much as one should. */
export interface StepShares {
  readonly fuel: number
  readonly written: number
  readonly work: number
}

/** Of what a segment may spend, and should write and do: so much may lie before a checkpoint that is passed. */
const passedShareMax = 1 / 8

/** What the running segment has done before the checkpoint that it has passed last. */
export class PassedSteps {
  #count = 0
  #units = 0
  #work = 0

  /** A segment begins, before which so much was written that is part of its commit. */
  begin(units: number): void {
    this.#count = 0
    this.#units = units
    this.#work = 0
  }

  get count(): number {
    return this.#count
  }

  /** UTF-16 units that were written by then. */
  get units(): number {
    return this.#units
  }

  /** Whether one more may be passed. `work` is that since the last one, the others since the segment began. */
  hasRoom({ fuel, work, written }: StepShares): boolean {
    return this.#count < limits.checkpointsPassedMax && Math.max(fuel, written, this.#work + work) <= passedShareMax
  }

  /** One is passed, with so much written since the segment began, and done since the last one. */
  pass(units: number, work: number): void {
    this.#count++
    this.#units = units
    this.#work += work
  }
}
