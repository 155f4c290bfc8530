import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ErrorValue, type Namespace } from "../../runtime/index.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { compiled, open, untilIdle, withTime } from "./namespace.ts"

/** Runs the program until nothing can run any more. */
export const run = (text: string, memory = makeMemory()) =>
  Effect.gen(function* () {
    const { namespace, texts } = yield* open(memory)
    const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
    yield* untilIdle(namespace)
    return { namespace, task: task.id, lines: texts(), inspection: yield* namespace.inspect(task.id) }
  })

/** Starts the program and lets time go on until one of its tasks is in that state. */
export const runUntil = (namespace: Namespace, text: string, state: "paused" | "waiting") =>
  Effect.gen(function* () {
    const { task } = yield* namespace.startProgram({ bundle: compiled(text), fresh: false })
    yield* withTime(
      Effect.gen(function* () {
        for (let turn = 0; (yield* namespace.inspect(task.id)).task.state !== state; turn++) {
          assert.isBelow(turn, 10_000, `it is never ${state}`)
          yield* Effect.yieldNow
        }
      })
    )
    return task.id
  })

/** The content of an error value, else the value itself. */
export const message = (value: unknown): unknown => (value instanceof ErrorValue ? value.content : value)
