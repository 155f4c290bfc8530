import type { Effect } from "../../stdlib/signatures/signature.ts"
import type { Core, FunctionDefinition } from "../2-expand/core.ts"
import { components } from "./components.ts"
import { forEachChild } from "./walk.ts"

/** What a function may do, found by walking its body and the functions that it calls. */
export interface FunctionEffects {
  /** The strongest effect that it can reach, by the order pure, store, suspends, external. */
  readonly effect: Effect
  /** It is emitted in a hot and a resume shape: it can reach a wait, or needs fuel to be fair. */
  readonly suspends: boolean
  /** Where it can come to wait for something, not only for its turn; what a closure does is not known. */
  readonly waits: Wait | undefined
  /** It counts fuel when it is entered: it may call itself, directly, through others or through a closure. */
  readonly countsFuel: boolean
}

/** A call that waits, or a call of a function that does. */
export interface Wait {
  readonly at: Core
  readonly through: FunctionDefinition | undefined
}

const strength: Readonly<Record<Effect, number>> = { pure: 0, store: 1, suspends: 2, external: 3 }

interface Own {
  effect: Effect
  suspends: boolean
  waits: Wait | undefined
  countsFuel: boolean
  /** The functions that it calls, with the first call of each. */
  readonly calls: Map<FunctionDefinition, Core>
}

/** Effects of all functions, to a fixed point over the calls. */
export const inferEffects = (
  functions: ReadonlyArray<FunctionDefinition>
): ReadonlyMap<FunctionDefinition, FunctionEffects> => {
  const own = new Map(functions.map((each) => [each, ownEffects(each.body)] as const))
  const recursive = recursiveFunctions(own)
  for (const each of recursive) {
    own.get(each)!.countsFuel = true
    own.get(each)!.suspends = true
  }
  spreadToCallers(own)
  spreadWaits(own)
  return own
}

/** Whoever calls what waits may come to wait: each function gets its wait once, by a shortest chain of calls. */
const spreadWaits = (own: ReadonlyMap<FunctionDefinition, Own>): void => {
  const callers = new Map<FunctionDefinition, Array<readonly [Own, FunctionDefinition, Core]>>()
  for (const [definition, caller] of own) {
    for (const [callee, at] of caller.calls) {
      const known = callers.get(callee)
      if (known === undefined) callers.set(callee, [[caller, definition, at]])
      else known.push([caller, definition, at])
    }
  }
  const waiting = [...own.keys()].filter((each) => own.get(each)!.waits !== undefined)
  for (const callee of waiting) {
    for (const [caller, definition, at] of callers.get(callee) ?? []) {
      if (caller.waits !== undefined) continue
      caller.waits = { at, through: callee }
      waiting.push(definition)
    }
  }
}

/** What a function may do, whoever calls it may do: each change is handed on once. */
const spreadToCallers = (own: ReadonlyMap<FunctionDefinition, Own>): void => {
  const callers = new Map<Own, Array<Own>>()
  for (const caller of own.values()) {
    for (const callee of caller.calls.keys()) {
      const called = own.get(callee)!
      const known = callers.get(called)
      if (known === undefined) callers.set(called, [caller])
      else known.push(caller)
    }
  }
  const changed = [...own.values()]
  for (let called = changed.pop(); called !== undefined; called = changed.pop()) {
    for (const caller of callers.get(called) ?? []) {
      const isStronger = strength[called.effect] > strength[caller.effect]
      if (!isStronger && (!called.suspends || caller.suspends)) continue
      if (isStronger) caller.effect = called.effect
      caller.suspends ||= called.suspends
      changed.push(caller)
    }
  }
}

const ownEffects = (body: Core): Own => {
  const own: Own = { effect: "pure", suspends: false, waits: undefined, countsFuel: false, calls: new Map() }
  const raise = (effect: Effect): void => {
    if (strength[effect] > strength[own.effect]) own.effect = effect
  }
  const visit = (core: Core): void => {
    if (core.kind === "library") {
      raise(core.signature.effect)
      if (strength[core.signature.effect] >= strength.suspends) {
        own.suspends = true
        own.waits ??= { at: core, through: undefined }
      }
    } else if (core.kind === "loop") {
      own.suspends = true
    } else if (core.kind === "apply") {
      // A closure may be anything, also one that calls this function again.
      raise("suspends")
      own.suspends = true
      own.countsFuel = true
    } else if (core.kind === "call") {
      if (!own.calls.has(core.target)) own.calls.set(core.target, core)
    }
    forEachChild(core, visit)
  }
  visit(body)
  return own
}

/** Functions on a cycle of direct calls. */
const recursiveFunctions = (own: ReadonlyMap<FunctionDefinition, Own>): ReadonlySet<FunctionDefinition> => {
  const recursive = new Set<FunctionDefinition>()
  for (const together of components(own.keys(), (each) => own.get(each)!.calls.keys())) {
    const [first] = together
    if (together.length > 1 || own.get(first!)!.calls.has(first!)) for (const each of together) recursive.add(each)
  }
  return recursive
}
