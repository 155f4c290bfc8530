import type { FunctionFacts } from "../../stdlib/abi/manifest.ts"
import { print } from "../value/print.ts"
import { hasType, misfit, type RecordTypes } from "../value/types.ts"
import { List, type Value } from "../value/value.ts"
import { fault } from "./faults.ts"

/** What a call through a value must check, found once for each function. */
interface Plan {
  /** Arguments before a rest parameter. */
  readonly count: number
  readonly hasRest: boolean
  readonly typed: ReadonlyArray<{ readonly index: number; readonly type: string; readonly name: string }>
}

const plans = new WeakMap<FunctionFacts, Plan>()

const planOf = (facts: FunctionFacts): Plan => {
  const known = plans.get(facts)
  if (known !== undefined) return known
  const params = facts.params.slice(facts.captured)
  const hasRest = facts.rest === true
  const plan: Plan = {
    count: hasRest ? params.length - 1 : params.length,
    hasRest,
    typed: params.flatMap(({ name, type }, index) => (type === ":any" ? [] : [{ index, type, name }]))
  }
  plans.set(facts, plan)
  return plan
}

/**
 * The arguments as the function takes them: those for a rest parameter in one list. A fault unless there are as many as
 * it takes, each of the declared type. `caller` names the call in the message.
 */
export const bindArguments = (
  caller: string,
  facts: FunctionFacts,
  records: RecordTypes,
  args: ReadonlyArray<Value>
): ReadonlyArray<Value> => {
  const { count, hasRest, typed } = planOf(facts)
  if (hasRest ? args.length < count : args.length !== count) throw wrongCount(caller, facts, args.length)
  const bound = hasRest ? [...args.slice(0, count), new List("(", args.slice(count))] : args
  for (const { index, type, name } of typed) {
    const value = bound[index]!
    if (!hasType(value, type, records)) {
      const why = misfit(value, type, records, print)
      throw fault("declared type", `${caller}: \`${name}\` of \`${facts.name}\`: ${why}`)
    }
  }
  return bound
}

const wrongCount = (caller: string, facts: FunctionFacts, count: number) => {
  const params = facts.params.slice(facts.captured)
  const names = params.map((param) => `\`${param.name}\``)
  if (facts.rest === true) names[names.length - 1] += "…"
  const least = facts.rest === true ? `${params.length - 1} or more` : params.length
  return fault(
    "arity",
    `${caller}: \`${facts.name}\` takes ${least} (${names.length === 0 ? "no arguments" : names.join(", ")}), got ${count}`
  )
}
