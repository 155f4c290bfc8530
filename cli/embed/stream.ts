import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Host } from "./host.ts"
import type { SxsService } from "./service.ts"

/** The open store with its events as streams. Promises need none, so they do not load what is behind them. */
export const serviceOf = (host: Host): SxsService => ({
  ...host,
  subscribe: (filter) =>
    Stream.unwrap(
      Effect.map(host.tap(filter), (take) =>
        Stream.fromEffectRepeat(take).pipe(
          Stream.takeWhile((events) => events !== undefined),
          Stream.flattenIterable
        )
      )
    )
})
