import type { Library } from "../runtime/index.ts"
import { kv } from "../stdlib/impl/kv.ts"
import { pureLibrary } from "../stdlib/impl/library.ts"
import { task } from "../stdlib/impl/task.ts"

/** All that programs may call. */
export const library: Library = {
  pure: pureLibrary,
  contextual: (segment) => new Map([...kv(segment), ...task(segment)])
}
