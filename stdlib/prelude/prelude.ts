import { listSource } from "./list.ts"
import { mapSource } from "./map.ts"

export interface PreludeSource {
  /** As it appears in a stack trace; begins with `sxs:`, as no path of a user does. */
  readonly name: string
  readonly text: string
}

/** Whether a file of this name is one of the prelude. */
export const isOfPrelude = (sourceName: string): boolean => sourceName.startsWith("sxs:")

/**
 * What of the library is written in sxs itself: modules of top-level functions, each defined by its full name. Text, not
 * files, because the compiler reads no files.
 */
export const preludeSources: ReadonlyArray<PreludeSource> = [
  { name: "sxs:prelude/list.sxs", text: listSource },
  { name: "sxs:prelude/map.sxs", text: mapSource }
]
