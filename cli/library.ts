import type { Library } from "../runtime/index.ts"
import { bus } from "../stdlib/impl/bus.ts"
import { clock } from "../stdlib/impl/clock.ts"
import { endings } from "../stdlib/impl/endings.ts"
import { kv } from "../stdlib/impl/kv.ts"
import { chanceLibrary, pureLibrary } from "../stdlib/impl/library.ts"
import { task } from "../stdlib/impl/task.ts"

/** All that programs may call. */
export const library: Library = {
  pure: pureLibrary,
  contextual: (segment) =>
    new Map([
      ...kv(segment),
      ...task(segment),
      ...bus(segment),
      ...endings(segment),
      ...clock(segment),
      ...chanceLibrary
    ])
}
