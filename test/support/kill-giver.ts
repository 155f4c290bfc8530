import { setTimeout } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { becomeGuest } from "../../runtime/host/guest.ts"
import { OwnerLost } from "../../runtime/host/operations.ts"
import { TaskEnded, TaskNotPaused } from "../../runtime/index.ts"

/** Gives values to a paused task, from another process than the one that runs it. */
export class Giver {
  readonly #directory: string
  #next = 1
  /** Values that the owner of the store has taken, as it said. */
  readonly acknowledged: Array<number> = []
  /** How often nobody said whether a value was taken. */
  doubtCount = 0

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Gives one value after the other to whoever is paused, until `isOver`. */
  async give(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const work = Effect.gen({ self: this }, function* () {
        const { operations } = yield* becomeGuest(this.#directory)
        while (!isOver()) {
          const [task] = yield* operations.tasks({ state: "paused", limit: 1 })
          if (task === undefined) yield* Effect.promise(() => setTimeout(1))
          else yield* this.#giveTo(operations.resume(task.id, this.#next))
        }
      })
      await Effect.runPromise(Effect.scoped(Effect.ignore(work)))
      await setTimeout(5)
    }
  }

  #giveTo(resumed: Effect.Effect<unknown, unknown>): Effect.Effect<void, unknown> {
    return Effect.matchEffect(resumed, {
      onSuccess: () => Effect.sync(() => this.acknowledged.push(this.#next++)),
      onFailure: (error) => {
        // It may have been taken: then the same value again would be taken twice.
        if (error instanceof OwnerLost && error.inDoubt) {
          this.doubtCount++
          this.#next++
        }
        return error instanceof TaskNotPaused || error instanceof TaskEnded ? Effect.void : Effect.fail(error)
      }
    })
  }
}
