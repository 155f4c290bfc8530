import * as Effect from "effect/Effect"
import type { TaskRejected } from "../../runtime/index.ts"

/** Tasks that stand in code which cannot run here, or that are damaged, and who waits for them. Where nobody does, it is a warning of Node. */
export class Rejections {
  readonly #rejected = new Map<string, TaskRejected>()
  readonly #waiting = new Map<string, Set<(rejected: TaskRejected) => void>>()

  readonly add = (task: string, rejected: TaskRejected): void => {
    this.#rejected.set(task, rejected)
    const waiting = this.#waiting.get(task)
    if (waiting === undefined)
      process.emitWarning(`the task ${task} cannot go on here: ${rejected.detail}`, "SxsWarning")
    for (const tell of waiting ?? []) tell(rejected)
  }

  /** Before they are tried again; those that still cannot run are added anew. */
  clear(): void {
    this.#rejected.clear()
  }

  /** Fails when the task cannot go on; never succeeds. */
  watch(task: string): Effect.Effect<never, TaskRejected> {
    return Effect.callback((resume) => {
      const tell = (rejected: TaskRejected) => resume(Effect.fail(rejected))
      const known = this.#rejected.get(task)
      if (known !== undefined) return tell(known)
      const waiting = this.#waiting.get(task) ?? new Set()
      this.#waiting.set(task, waiting.add(tell))
      return Effect.sync(() => {
        waiting.delete(tell)
        if (waiting.size === 0) this.#waiting.delete(task)
      })
    })
  }
}
