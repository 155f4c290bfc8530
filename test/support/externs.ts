import * as Effect from "effect/Effect"
import type { NamespaceOptions } from "../../runtime/index.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { compiled, open } from "./namespace.ts"

/** What a function of a module gets behind its arguments. */
export interface Context {
  readonly signal: AbortSignal
  readonly idempotencyKey: string
  readonly attempt: number
}

/** A namespace in which the module `./m.ts` is what is given, and the program that calls it, started. */
export const calling = (
  program: string,
  module: Readonly<Record<string, unknown>>,
  {
    memory = makeMemory(),
    ...options
  }: Partial<NamespaceOptions> & { readonly memory?: ReturnType<typeof makeMemory> } = {}
) =>
  Effect.gen(function* () {
    const opened = yield* open(memory, { externs: () => Promise.resolve(module), ...options })
    const bundle = compiled(program)
    const { task } = yield* opened.namespace.startProgram({ bundle, fresh: false, folder: "/p" })
    return { ...opened, task: task.id, memory, bundle }
  })

/** Lets fibers have their turns until it is so; no time goes on. */
export const until = (isSo: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (isSo()) return Effect.void
    // Promises of modules are settled by the real event loop.
    return Effect.andThen(
      Effect.promise(() => new Promise(setImmediate)),
      until(isSo)
    )
  })
