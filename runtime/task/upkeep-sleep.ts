import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** Sleeps so many ms before work that nobody waits for, such as removing ended tasks. A program that has a store open ends when
 * nothing else is to be done, so there this must not keep the process alive. */
export const UpkeepSleep = Context.Reference<(ms: number) => Effect.Effect<void>>("sxs/runtime/task/UpkeepSleep", {
  defaultValue: () => (ms) => Effect.sleep(ms)
})
