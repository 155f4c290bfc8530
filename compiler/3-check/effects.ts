import type { Effect } from "../../stdlib/signatures/signature.ts"
import type { Core, FunctionDefinition } from "../2-expand/core.ts"
import { components } from "./components.ts"
import type { BodyFacts } from "./facts.ts"

/** What a function may do, found by walking its body and the functions that it calls. */
export interface FunctionEffects {
  /** The strongest effect that it can reach, by the order pure, store, suspends, external. */
  readonly effect: Effect
  /** It is emitted in a hot and a resume shape: it can reach a wait, or needs fuel to be fair. */
  readonly suspends: boolean
  /** It counts fuel when it is entered: it may call itself, directly, through others or through a closure. */
  readonly countsFuel: boolean
}

/** A call that waits, or a call of a function that does. */
export interface Wait {
  readonly at: Core
  readonly through: FunctionDefinition | undefined
}

/** The effects of a function: at first those of its own body, then also those of whom it calls. */
export interface OwnEffects {
  effect: Effect
  suspends: boolean
  countsFuel: boolean
  /** Where its own body comes to wait for something, not only for its turn; what a closure does is not known. */
  waits: Wait | undefined
  /** The functions that it calls, with the first call of each. */
  calls: ReadonlyMap<FunctionDefinition, Core>
}

const strength: Readonly<Record<Effect, number>> = { pure: 0, store: 1, suspends: 2, external: 3 }

export const stronger = (a: Effect, b: Effect): Effect => (strength[b] > strength[a] ? b : a)

/** What each function may do by itself. */
type Facts = ReadonlyMap<FunctionDefinition, Pick<BodyFacts, "effects">>

/**
 * Effects of all functions. `groups` are the functions that depend on each other, each group behind those that it depends
 * on, so that whatever a function calls is known before it, but for those of its own group.
 */
export const inferEffects = (
  facts: Facts,
  groups: ReadonlyArray<ReadonlyArray<FunctionDefinition>>
): ReadonlyMap<FunctionDefinition, FunctionEffects> => {
  const effects = new Map<FunctionDefinition, OwnEffects>()
  for (const [definition, found] of facts) effects.set(definition, found.effects)
  for (const each of recursiveFunctions(effects, groups)) {
    const own = effects.get(each)!
    own.countsFuel = true
    own.suspends = true
  }
  for (const group of groups) {
    let hasChanged = true
    while (hasChanged) {
      hasChanged = false
      for (const each of group) if (takeFromCallees(effects.get(each)!, effects)) hasChanged = group.length > 1
    }
  }
  return effects
}

/** What a function may do, whoever calls it may do. Says whether that is news. */
const takeFromCallees = (caller: OwnEffects, effects: ReadonlyMap<FunctionDefinition, OwnEffects>): boolean => {
  const { effect, suspends } = caller
  for (const callee of caller.calls.keys()) {
    const called = effects.get(callee)!
    caller.effect = stronger(caller.effect, called.effect)
    caller.suspends ||= called.suspends
  }
  return caller.effect !== effect || caller.suspends !== suspends
}

/** Functions on a cycle of direct calls: they are in one group, in which there are other ways to depend on each other too. */
const recursiveFunctions = (
  effects: ReadonlyMap<FunctionDefinition, OwnEffects>,
  groups: ReadonlyArray<ReadonlyArray<FunctionDefinition>>
): ReadonlyArray<FunctionDefinition> => {
  const found: Array<FunctionDefinition> = []
  const calls = (each: FunctionDefinition) => effects.get(each)!.calls
  for (const group of groups) if (group.length === 1 && calls(group[0]!).has(group[0]!)) found.push(group[0]!)
  const together = groups.filter((group) => group.length > 1).flat()
  for (const cycle of components(together, effects.size, (each) => [...calls(each).keys()])) {
    if (cycle.length > 1 || calls(cycle[0]!).has(cycle[0]!)) found.push(...cycle)
  }
  return found
}

/** Where each function can come to wait: whoever calls what waits may. Each has its wait by a shortest chain of calls. */
export const waitsOf = (facts: Facts): ReadonlyMap<FunctionDefinition, Wait> => {
  const waits = new Map<FunctionDefinition, Wait>()
  const callers = new Map<FunctionDefinition, Array<readonly [FunctionDefinition, Core]>>()
  for (const [caller, { effects }] of facts) {
    if (effects.waits !== undefined) waits.set(caller, effects.waits)
    for (const [callee, at] of effects.calls) {
      const known = callers.get(callee)
      if (known === undefined) callers.set(callee, [[caller, at]])
      else known.push([caller, at])
    }
  }
  // What is set while the loop runs comes behind the others.
  for (const callee of waits.keys()) {
    for (const [caller, at] of callers.get(callee) ?? [])
      if (!waits.has(caller)) waits.set(caller, { at, through: callee })
  }
  return waits
}
