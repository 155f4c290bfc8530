import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { explained } from "./explain.ts"

/** The effect's value; rejects with what it failed with, explained. */
export const promiseOf = async <A>(effect: Effect.Effect<A, unknown>): Promise<A> => {
  const exit = await Effect.runPromiseExit(effect)
  if (Exit.isSuccess(exit)) return exit.value
  throw explained(Cause.squash(exit.cause))
}
