import * as Effect from "effect/Effect"
import type { Value } from "../runtime/index.ts"
import { attempt, type CommandFailed } from "./exit.ts"

/** `readValue`, with the reader loaded when there is something to be read: it is half of the compiler. */
export const readGiven = (text: string): Effect.Effect<Value, CommandFailed> =>
  Effect.flatMap(
    Effect.promise(() => import("./read-value.ts")),
    ({ readValue }) => attempt(() => readValue(text))
  )
