import * as Effect from "effect/Effect"
import { StoreUnavailable } from "./store.ts"

export const closing = (): StoreUnavailable =>
  new StoreUnavailable({ operation: "commit", reason: "io", detail: "the store is being closed" })

/** Makes a failure of the `StoreUnavailable` that plain code inside the effect throws, as reading the store does. */
export const asUnavailable = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | StoreUnavailable, R> =>
  Effect.catchDefect(effect, (thrown) =>
    thrown instanceof StoreUnavailable ? Effect.fail(thrown) : Effect.die(thrown)
  )
