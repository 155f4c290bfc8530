import type { Implementation, ImplementationTable } from "./define.ts"
import { list } from "./list.ts"
import { map } from "./map.ts"
import { operators } from "./operators.ts"
import { text } from "./text.ts"
import { util } from "./util.ts"

/** Full name to code, for all library functions that depend on their arguments only. Those that need a task are elsewhere. */
export const pureLibrary: ReadonlyMap<string, Implementation> = new Map<string, Implementation>(
  [operators, util, text, list, map].flatMap((table: ImplementationTable) => [...table])
)
