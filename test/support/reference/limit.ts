import type { ListDatum } from "../../../compiler/1-read/datum.ts"
import { Fault } from "../../../runtime/errors.ts"
import type { Value } from "../../../runtime/value/value.ts"
import { wrongArgument } from "../../../stdlib/impl/wrong-argument.ts"
import { symbolName } from "./callables.ts"
import type { Form, Interpreter } from "./interpreter.ts"
import type { Scope } from "./scope.ts"

/** Thrown where a task stands when a limit around is exceeded: on the way to its form nobody catches it. */
export class LimitReached {
  readonly limit: object
  constructor(limit: object) {
    this.limit = limit
  }
}

/** Time passes in sleeps only, and no program of the reference runs out of fuel. */
const limit: Form = (machine, { items: [, options, ...body] }, scope) => {
  const { deadline } = optionsOf(machine, options as ListDatum, scope)
  const { state } = machine
  const { limit: outer, prefix, sleptMax } = state
  const own = {}
  // At the same moment the outer one is exceeded, and a sleep is over after it.
  const endsAt = deadline === undefined ? Number.POSITIVE_INFINITY : state.slept + deadline - 0.5
  if (endsAt < sleptMax) Object.assign(state, { limit: own, sleptMax: endsAt })
  try {
    return body.length === 1 ? machine.body(body[0]!, scope) : machine.sequence(body, scope)
  } catch (thrown) {
    state.prefix = prefix
    if (!(thrown instanceof LimitReached) || thrown.limit !== own) throw thrown
    throw new Fault("SXS6221", `core/task/limit: the body has not ended within ${deadline} ms`)
  } finally {
    Object.assign(state, { limit: outer, sleptMax })
  }
}

const optionsOf = (machine: Interpreter, { items }: ListDatum, scope: Scope): { readonly deadline?: number } => {
  const values = new Map<string, Value>()
  for (let i = 0; i < items.length; i += 2) values.set(symbolName(items[i]), machine.evaluate(items[i + 1]!, scope))
  const check = (name: string, what: string) => {
    const value = values.get(name) ?? null
    if (value !== null && (typeof value !== "number" || value < 1)) throw wrongArgument("core/task/limit", what, value)
    return value
  }
  const deadline = check("deadline", "an int of milliseconds from 1 on as deadline")
  check("fuel", "an int from 1 on as fuel")
  return deadline === null ? {} : { deadline }
}

export const limitForms: ReadonlyArray<readonly [string, Form]> = [["core/task/limit", limit]]
