import { createHash, randomUUID } from "node:crypto"
import type { ExternFacts } from "../../stdlib/abi/manifest.ts"
import { idOf } from "../bundle/extern-modules.ts"
import { limits } from "../limits.ts"
import { decode, encode } from "../value/codec.ts"
import { print } from "../value/print.ts"
import { hasType, misfit, type RecordTypes } from "../value/types.ts"
import { List, type Value } from "../value/value.ts"
import { fault } from "./faults.ts"

/** A call that was begun, as all its attempts need it. */
export interface ExternCall {
  /** Whose record types the result is checked by, and beside whose source the module is. */
  readonly bundle: string
  readonly extern: ExternFacts
  readonly args: ReadonlyArray<Value>
}

/** Before another attempt when the source does not say, in ms. */
const backoffMsDefault = 1000

export const backoffMsOf = ({ options }: ExternFacts): number => options.backoff ?? backoffMsDefault

/** Throws `Fault` for arguments that cannot be stored. */
export const encodeCall = ({ args, bundle, extern }: ExternCall): string =>
  JSON.stringify({ bundle, extern, args: encode(new List("(", [...args])) })

export const decodeCall = (text: string): ExternCall => {
  const { args, bundle, extern } = JSON.parse(text) as Omit<ExternCall, "args"> & { readonly args: string }
  return { bundle, extern, args: (decode(args) as List).toArray() }
}

/** A fault unless each argument is of the declared type. */
export const checkArguments = (extern: ExternFacts, records: RecordTypes, args: ReadonlyArray<Value>): void => {
  for (const [index, { name, type }] of extern.params.entries()) {
    const value = args[index] ?? null
    if (type === ":any" || hasType(value, type, records)) continue
    throw fault("declared type", `\`${name}\` of \`${idOf(extern)}\`: ${misfit(value, type, records, print)}`)
  }
}

/**
 * The idempotency key of a call that begins now. It is drawn, and kept with the call: so no other call has it, of whatever task,
 * namespace or store, also when a power cut takes what a store at the level `relaxed` had acknowledged and other calls come
 * instead. Counted from the task alone it would then name another call.
 *
 *     key   = [ option "/" ] task "/" drawn       printable ASCII characters, at most `limits.externKeyUnitsMax`
 *     drawn = 32 hex digits, of which 122 bits are random
 *
 * An option or a task that is longer, or holds other characters, has a hash in its place.
 */
export const idempotencyKey = (task: string, option: string | undefined): string => {
  // Node draws for many of them at once, where `randomBytes` asks the system each time.
  const drawn = randomUUID().replaceAll("-", "")
  const prefix = option === undefined ? "" : `${headerText(option, optionUnitsMax)}/`
  return `${prefix}${headerText(task, limits.externKeyUnitsMax - prefix.length - drawn.length - 1)}/${drawn}`
}

const optionUnitsMax = 160

const headerText = (text: string, unitsMax: number): string =>
  isHeaderText(text, unitsMax) ? text : sha256(text).slice(0, 32)

const isHeaderText = (text: string, unitsMax: number): boolean => text.length <= unitsMax && /^[\x20-\x7e]*$/.test(text)

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex")
