import { listSource } from "./list.ts"

export interface PreludeSource {
  /** As it appears in a stack trace. */
  readonly name: string
  readonly text: string
}

/**
 * What of the library is written in sxs itself: modules of top-level functions, each defined by its full name. Text, not
 * files, because the compiler reads no files.
 */
export const preludeSources: ReadonlyArray<PreludeSource> = [{ name: "prelude/list.sxs", text: listSource }]
