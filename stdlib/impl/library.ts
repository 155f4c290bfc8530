import { bytes } from "./bytes.ts"
import { chanceIds, crypto } from "./crypto.ts"
import type { Implementation, ImplementationTable } from "./define.ts"
import { withDirect } from "./direct.ts"
import { error } from "./error.ts"
import { form } from "./form.ts"
import { format } from "./format.ts"
import { json } from "./json.ts"
import { letters } from "./letters.ts"
import { list } from "./list.ts"
import { listArrange } from "./list-arrange.ts"
import { map } from "./map.ts"
import { mapArrange } from "./map-arrange.ts"
import { math } from "./math.ts"
import { operators } from "./operators.ts"
import { patterns } from "./patterns.ts"
import { random } from "./random.ts"
import { text } from "./text.ts"
import { time } from "./time.ts"
import { util } from "./util.ts"

const joined = (...tables: ReadonlyArray<ImplementationTable>): ReadonlyMap<string, Implementation> =>
  new Map(tables.flatMap((table) => [...table]))

/** Full name to code, for all library functions that depend on their arguments only. */
export const pureLibrary = withDirect(
  joined(
    operators,
    math,
    util,
    error,
    text,
    letters,
    format,
    patterns,
    list,
    listArrange,
    map,
    mapArrange,
    json,
    bytes,
    time,
    crypto,
    form
  )
)

/** The same for those that depend on chance. What needs the running task is elsewhere. */
export const chanceLibrary = joined(random, chanceIds)
