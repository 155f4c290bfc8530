import { bus } from "./bus.ts"
import { bytes } from "./bytes.ts"
import { crypto } from "./crypto.ts"
import { error } from "./error.ts"
import { expr } from "./expr.ts"
import { json } from "./json.ts"
import { kv } from "./kv.ts"
import { list } from "./list.ts"
import { map } from "./map.ts"
import { math } from "./math.ts"
import { operators } from "./operators.ts"
import { patterns } from "./patterns.ts"
import { random } from "./random.ts"
import type { Signature } from "./signature.ts"
import { task } from "./task.ts"
import { text } from "./text.ts"
import { time } from "./time.ts"
import { util } from "./util.ts"

/** Every function of the library, family by family, in the order of the reference page. */
export const library: ReadonlyArray<Signature> = [
  ...operators,
  ...math,
  ...util,
  ...error,
  ...text,
  ...patterns,
  ...list,
  ...map,
  ...json,
  ...bytes,
  ...time,
  ...random,
  ...crypto,
  ...kv,
  ...task,
  ...bus,
  ...expr
]

const byName: ReadonlyMap<string, Signature> = new Map(
  library.flatMap((signature) =>
    [signature.name, ...(signature.aliases ?? [])].map((name): [string, Signature] => [name, signature])
  )
)

/** The function that a script calls by this full name or alias. */
export const signatureOf = (name: string): Signature | undefined => byName.get(name)
