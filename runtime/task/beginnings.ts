import type * as Exit from "effect/Exit"
import type { StoreUnavailable } from "../store/store.ts"
import type { Beginning } from "./beginning.ts"
import { RunQueue } from "./run-queue.ts"

/** Those that wait for their turn, in the order in which they came: in turn with the tasks that run, so that neither waits for all of
 * the others. */
export class Beginnings {
  readonly #waiting = new RunQueue<Beginning>(undefined)
  /** It was the turn of one of them last. */
  #hadTurn = false
  /** Why nothing begins any more. */
  #refusal: Exit.Exit<never, StoreUnavailable> | undefined

  get size(): number {
    return this.#waiting.size
  }

  /** False: it was refused. */
  push(beginning: Beginning): boolean {
    if (this.#refusal === undefined) this.#waiting.push(beginning)
    else beginning.refused(this.#refusal)
    return this.#refusal === undefined
  }

  /** The next one, if it is its turn. `othersWait`: a task waits for its own. */
  take(othersWait: boolean): Beginning | undefined {
    this.#hadTurn = this.#waiting.size > 0 && !(this.#hadTurn && othersWait)
    return this.#hadTurn ? this.#waiting.take() : undefined
  }

  /** Tells all of them, and those that come later. */
  refuse(refusal: Exit.Exit<never, StoreUnavailable>): void {
    this.#refusal ??= refusal
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take()) next.refused(this.#refusal)
  }
}
