import { invariant } from "../errors.ts"

/** Which of so many runnable tasks runs next: an index from 0, which is the one that waits longest. */
export type Order = (runnableCount: number) => number

/** Who can run now, in the order in which they came. With an `order` of one's own, that says who is next. */
export class RunQueue<A> {
  #items: Array<A | undefined> = []
  /** Index of the first; what stands before it has been taken. */
  #first = 0
  readonly #order: Order | undefined

  constructor(order: Order | undefined) {
    this.#order = order
  }

  get size(): number {
    return this.#items.length - this.#first
  }

  push(item: A): void {
    this.#items.push(item)
  }

  take(): A | undefined {
    if (this.size === 0) return undefined
    return this.#order === undefined ? this.#takeFirst() : this.#takeAt(this.#order(this.size))
  }

  // What was taken is cut off rarely: to shift the array each time costs as much as it is long.
  #takeFirst(): A {
    const item = this.#items[this.#first]!
    // A task that was taken may hold much, and there may be none to take its place for long.
    this.#items[this.#first++] = undefined
    if (this.#first * 2 > this.#items.length && this.#first >= takenMax) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    return item
  }

  #takeAt(index: number): A {
    invariant(Number.isInteger(index) && index >= 0 && index < this.size, "an order names one of those that can run")
    return this.#items.splice(this.#first + index, 1)[0]!
  }
}

const takenMax = 1024
