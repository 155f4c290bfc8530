import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SxsArgumentError, SxsStoreError } from "./errors.ts"
import { openHost, openSxs } from "./open.ts"
import type { SxsService } from "./service.ts"
import type { SxsOptions, Sxs as SxsPromises } from "./types.ts"

/** An open store: this type has it with promises. As a value it is the service with the same for effects. */
export interface Sxs extends SxsPromises {}

/** `yield* Sxs` is the open store, from `Sxs.layer(options)`. `await Sxs.open(options)` is the same with promises. */
export const Sxs: Context.Service<Sxs, SxsService> & {
  /** Opens the store for this process alone, and lets all tasks in it go on that were interrupted. */
  readonly open: (options: SxsOptions) => Promise<Sxs>
  /** The same, as long as the layer lives. Closing it writes what was done. */
  readonly layer: (options: SxsOptions) => Layer.Layer<Sxs, SxsArgumentError | SxsStoreError>
} = Object.assign(Context.Service<Sxs, SxsService>("sxs/Sxs"), {
  open: openSxs,
  layer: (options: SxsOptions) => Layer.effect(Sxs, openService(options))
})

const openService = Effect.fnUntraced(function* (options: SxsOptions) {
  const { serviceOf } = yield* Effect.promise(() => import("./stream.ts"))
  const host = yield* openHost(options)
  // A store that cannot be written any more has told those who wait for it.
  yield* Effect.addFinalizer(() => Effect.ignore(host.close))
  return serviceOf(host)
})
