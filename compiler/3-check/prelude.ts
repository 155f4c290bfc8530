import { preludeSources } from "../../stdlib/prelude/prelude.ts"
import type { Source } from "../source.ts"

const preludes: ReadonlySet<Source> = new Set(preludeSources)

/** Whether it is the library's own code: users cannot change it, so nothing is said of it. */
export const isPrelude = (source: Source): boolean => preludes.has(source)
