import type { Manifest } from "../../stdlib/abi/manifest.ts"
import type { Comparison } from "../bundle/comparison.ts"
import type { Facts } from "../bus/records.ts"
import { hasType, type RecordTypes } from "../value/types.ts"
import { Closure } from "../value/value.ts"
import { pcStart } from "./frame.ts"

/** Old and new code of a program. */
export interface Versions {
  readonly old: Manifest
  readonly now: Manifest
  readonly comparison: Comparison
  /** Hash of the new code. */
  readonly bundle: string
  readonly records: RecordTypes
}

/**
 * The subscription with its handler as the new code has it: the function that it has become, with what it has captured.
 * Undefined when it stays: that function cannot be told, it needs what was not captured, or takes events of another type than
 * those that the subscription was made for, and may have in its queue.
 */
export const movedHandler = (facts: Facts, versions: Versions): Facts | undefined => {
  const { handler, type } = facts
  if (handler === null || !isSameType(type, versions)) return undefined
  const { bundle, comparison, now, old, records } = versions
  const verdict = comparison.verdict(handler.index, pcStart)
  if (verdict.kind === "pinned") return undefined
  const { function: index, slots } = verdict.to
  const [before, after] = [old.functions[handler.index]!, now.functions[index]!]
  const isSameEvent = after.params
    .slice(after.captured)
    .every((param, at) => param.type === before.params[before.captured + at]?.type)
  if (!isSameEvent || after.params.length - after.captured !== before.params.length - before.captured) return undefined
  const captured = slots.slice(0, after.captured).map(({ from }) => handler.captured[from] ?? null)
  const fits = captured.every((value, at) => {
    const needed = slots[at]!.type
    return needed === undefined || hasType(value, needed, records)
  })
  return fits ? { ...facts, handler: new Closure(bundle, index, captured) } : undefined
}

/** A record type may have got other fields. */
const isSameType = (type: string | null, { now, old }: Versions): boolean => {
  const fieldsIn = ({ records }: Manifest) => JSON.stringify(records.find(({ name }) => `:${name}` === type)?.fields)
  return type === null || fieldsIn(old) === fieldsIn(now)
}
