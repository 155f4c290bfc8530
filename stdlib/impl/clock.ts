import type { LibraryFunction } from "../../runtime/task/intrinsics.ts"
import type { Segment } from "../../runtime/task/segment.ts"
import { TimeOrderedIds } from "./uuid.ts"

// One for the process, so that ids of different namespaces are in order too.
const timeOrderedIds = new TimeOrderedIds()

/** What asks for the time: it is that of the running segment, by which its sleeps and timers go as well. */
export const clock = (segment: Segment): ReadonlyMap<string, LibraryFunction> =>
  new Map<string, LibraryFunction>([
    ["core/time/now", () => segment.now],
    ["core/crypto/uuid7", () => timeOrderedIds.next(segment.now)]
  ])
