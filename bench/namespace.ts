import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { library } from "../cli/library.ts"
import { compile } from "../compiler/index.ts"
import { type Namespace, openNamespace, type Store, type StoreUnavailable } from "../runtime/index.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"

/** The bundle of a program, which must compile. */
export const bundleOf = (text: string): Bundle => {
  const { bundle, diagnostics } = compile({ name: "bench.sxs", text })
  if (bundle === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "))
  return bundle
}

/** Opens a namespace with the whole library on the store of the layer, uses it, and closes it. What is shown is dropped. */
export const withNamespace = <A, E>(
  options: { readonly layer: Layer.Layer<Store, StoreUnavailable>; readonly durability: "strict" | "relaxed" },
  use: (namespace: Namespace) => Effect.Effect<A, E, Scope.Scope>
): Promise<A> =>
  openNamespace({ library, durability: options.durability, output: () => undefined }).pipe(
    Effect.flatMap(use),
    Effect.scoped,
    Effect.provide(options.layer),
    Effect.runPromise
  )

/**
 * Works beside an open namespace that has run the program. Else none is left between two repeats, V8 drops what it has learned
 * of such objects when garbage is collected, and each repeat measures mostly how it learns it again: a process that goes on
 * does not.
 */
export const besideNamespace = <A>(
  layer: Layer.Layer<Store, StoreUnavailable>,
  bundle: Bundle,
  work: () => Promise<A>
): Promise<A> =>
  withNamespace({ layer, durability: "strict" }, (namespace) =>
    Effect.andThen(runToRest(namespace, bundle), Effect.promise(work))
  )

/** Runs the program as a new task until nothing can run any more. */
export const runToRest = Effect.fnUntraced(function* (namespace: Namespace, bundle: Bundle) {
  const { task } = yield* namespace.startProgram({ bundle, fresh: true })
  yield* namespace.idle
  const ended = yield* namespace.result(task.id)
  if (ended.task.state !== "done") throw new Error(`${task.id} is ${ended.task.state}: ${ended.error?.message}`)
  return ended.result
})
