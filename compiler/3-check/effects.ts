import type { Effect } from "../../stdlib/signatures/signature.ts"
import type { Core, FunctionDefinition } from "../2-expand/core.ts"
import { children } from "./walk.ts"

/** What a function may do, found by walking its body and the functions that it calls. */
export interface FunctionEffects {
  /** The strongest effect that it can reach, by the order pure, store, suspends, external. */
  readonly effect: Effect
  /** It is emitted in a hot and a resume shape: it can reach a wait, or needs fuel to be fair. */
  readonly suspends: boolean
  /** It counts fuel when it is entered: it may call itself, directly, through others or through a closure. */
  readonly countsFuel: boolean
}

const strength: Readonly<Record<Effect, number>> = { pure: 0, store: 1, suspends: 2, external: 3 }

interface Own {
  effect: Effect
  suspends: boolean
  countsFuel: boolean
  readonly calls: Set<FunctionDefinition>
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
  return own
}

/** What a function may do, whoever calls it may do: each change is handed on once. */
const spreadToCallers = (own: ReadonlyMap<FunctionDefinition, Own>): void => {
  const callers = new Map<Own, Array<Own>>()
  for (const caller of own.values()) {
    for (const callee of caller.calls) {
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
  const own: Own = { effect: "pure", suspends: false, countsFuel: false, calls: new Set() }
  const raise = (effect: Effect): void => {
    if (strength[effect] > strength[own.effect]) own.effect = effect
  }
  const visit = (core: Core): void => {
    if (core.kind === "library") {
      raise(core.signature.effect)
      if (strength[core.signature.effect] >= strength.suspends) own.suspends = true
    } else if (core.kind === "loop") {
      own.suspends = true
    } else if (core.kind === "apply") {
      // A closure may be anything, also one that calls this function again.
      raise("suspends")
      own.suspends = true
      own.countsFuel = true
    } else if (core.kind === "call") {
      own.calls.add(core.target)
    }
    for (const child of children(core)) visit(child)
  }
  visit(body)
  return own
}

/** Functions on a cycle of direct calls: Tarjan's strongly connected components (1972), with an explicit stack because a
 * generated program may have a chain of calls of any length. */
const recursiveFunctions = (own: ReadonlyMap<FunctionDefinition, Own>): ReadonlySet<FunctionDefinition> => {
  const order = new Map<FunctionDefinition, number>()
  const low = new Map<FunctionDefinition, number>()
  const onPath = new Set<FunctionDefinition>()
  const path: Array<FunctionDefinition> = []
  const recursive = new Set<FunctionDefinition>()
  const enter = (each: FunctionDefinition) => {
    order.set(each, order.size)
    low.set(each, order.size - 1)
    onPath.add(each)
    path.push(each)
    return { each, calls: own.get(each)!.calls.values() }
  }
  const leave = (each: FunctionDefinition): void => {
    if (low.get(each) !== order.get(each)) return
    const component: Array<FunctionDefinition> = []
    for (let member = path.pop()!; ; member = path.pop()!) {
      onPath.delete(member)
      component.push(member)
      if (member === each) break
    }
    if (component.length > 1 || own.get(each)!.calls.has(each)) for (const member of component) recursive.add(member)
  }
  for (const root of own.keys()) {
    if (order.has(root)) continue
    const work = [enter(root)]
    while (work.length > 0) {
      const { each, calls } = work.at(-1)!
      const next = calls.next()
      if (next.done === true) {
        work.pop()
        leave(each)
        const caller = work.at(-1)?.each
        if (caller !== undefined) low.set(caller, Math.min(low.get(caller)!, low.get(each)!))
      } else if (!order.has(next.value)) {
        work.push(enter(next.value))
      } else if (onPath.has(next.value)) {
        low.set(each, Math.min(low.get(each)!, order.get(next.value)!))
      }
    }
  }
  return recursive
}
