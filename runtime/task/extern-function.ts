import type { ExternFacts, Manifest } from "../../stdlib/abi/manifest.ts"
import { idOf, type PureExterns } from "../bundle/extern-modules.ts"
import { toPlain } from "../value/plain.ts"
import { type RecordTypes, recordTypes } from "../value/types.ts"
import type { Value } from "../value/value.ts"
import { timed } from "../value/work.ts"
import { isPromise, messageOf, plainResult } from "./extern-attempt.ts"
import { checkArguments } from "./extern-call.ts"
import { fault } from "./faults.ts"
import type { Segment } from "./segment.ts"

/** What compiled code calls for a function of a module: suspends the task, or calls it at once when it is pure. */
export const externFunctions = (
  segment: Segment,
  hash: string,
  manifest: Manifest,
  pure: PureExterns
): ((id: string) => (...args: ReadonlyArray<Value>) => unknown) => {
  const records = recordTypes(manifest.records)
  const externs = new Map(manifest.externs.map((extern) => [idOf(extern), extern] as const))
  return (id) => {
    const extern = externs.get(id)
    if (extern === undefined) throw new Error(`the manifest names no extern ${id}`)
    const run = pure.get(id)
    if (run !== undefined) {
      return (...args) =>
        timed(() => {
          checkArguments(extern, records, args)
          return callPure(extern, records, () => run(...args.map(toPlain)))
        })
    }
    return (...args) => {
      checkArguments(extern, records, args)
      return segment.callExtern({ bundle: hash, extern, args })
    }
  }
}

const callPure = (extern: ExternFacts, records: RecordTypes, run: () => unknown): Value => {
  const name = `\`${idOf(extern)}\` of ${extern.module}`
  let result: unknown
  try {
    result = run()
  } catch (thrown) {
    throw fault("pure extern", `${name}: ${messageOf(thrown)}`)
  }
  if (isPromise(result)) {
    result.then(undefined, () => undefined)
    throw fault(
      "pure extern",
      `${name} is declared as pure and yields a promise: remove \`pure\` from its options, and the task waits for it`
    )
  }
  try {
    return plainResult(result, extern.result, records, `the result of ${name}`)
  } catch (thrown) {
    if (thrown instanceof TypeError) throw fault("pure extern", thrown.message)
    throw thrown
  }
}
