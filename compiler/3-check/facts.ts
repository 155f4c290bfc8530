import type { Effect } from "../../stdlib/signatures/signature.ts"
import { type Binding, type Core, type FunctionDefinition, isHidden } from "../2-expand/core.ts"
import { isBusCall } from "./bus/table.ts"
import { type OwnEffects, stronger } from "./effects.ts"

/** What one look at a function's body tells, before its types are known. */
export interface BodyFacts {
  /** What it may do by itself, and whom it calls. */
  readonly effects: OwnEffects
  /** What is assigned inside each loop, block and body of a guard; those without assignments are left out. */
  readonly assignedIn: ReadonlyMap<Core, ReadonlySet<Binding>>
  /** The nodes that define its locals, the first for each. */
  readonly defined: ReadonlyArray<Core & { kind: "define" }>
  /** The compiler's own locals that are places in a list which a loop runs over. */
  readonly places: ReadonlyArray<Binding>
  /** Where it names locals of a main task. */
  readonly constants: ReadonlyArray<Core & { kind: "constant" }>
  /** Where it assigns a local that a closure has captured. */
  readonly assignedCaptures: ReadonlyArray<Core & { kind: "assign" }>
  /** The locals that it calls, with the number of arguments of the last call. */
  readonly applied: ReadonlyMap<Binding, number>
  /** The bodies of `atomic`. */
  readonly atomics: ReadonlyArray<Core>
  /** What it publishes and listens to, what it starts on processors, and the code that it runs by `eval`. */
  readonly busCalls: ReadonlyArray<Core & { kind: "library" }>
}

/** Gathers the facts of a body; the locals that it refers to are marked. */
export const bodyFacts = (definition: FunctionDefinition): BodyFacts => {
  const look = new Look()
  look.at(definition.body)
  return look
}

const nothing: ReadonlyArray<never> = []
const empty: ReadonlyMap<never, never> = new Map<never, never>()

/** Most bodies have few of these, so each table is made when there is something for it. */
class Look implements BodyFacts {
  readonly effects: OwnEffects = { effect: "pure", suspends: false, waits: undefined, countsFuel: false, calls: empty }
  assignedIn: BodyFacts["assignedIn"] = empty
  defined: BodyFacts["defined"] = nothing
  places: BodyFacts["places"] = nothing
  constants: BodyFacts["constants"] = nothing
  assignedCaptures: BodyFacts["assignedCaptures"] = nothing
  applied: BodyFacts["applied"] = empty
  atomics: BodyFacts["atomics"] = nothing
  busCalls: BodyFacts["busCalls"] = nothing
  /** What is assigned in the innermost region. */
  #assigned: Set<Binding> | undefined

  at(core: Core): void {
    switch (core.kind) {
      case "literal":
      case "closure":
        return
      case "reference":
        core.binding.isReferred = true
        return
      case "constant":
        return this.#constant(core)
      case "define":
        this.#define(core)
        return this.at(core.value)
      case "assign":
        this.at(core.value)
        this.#addAssigned(core.binding)
        if (core.binding.capturedAt !== undefined) this.assignedCaptures = added(this.assignedCaptures, core)
        return
      case "sequence":
      case "junction":
        return this.#atAll(core.items)
      case "branch":
        for (const clause of core.clauses) {
          this.at(clause.test)
          this.at(clause.value)
        }
        return this.at(core.otherwise)
      case "loop":
        this.effects.suspends = true
        return this.#region(core, core.body)
      case "block":
        return this.#region(core, core.body)
      case "leave":
      case "return":
      case "is":
      case "ascribe":
        return this.at(core.value)
      case "guard":
        if (core.isAtomic === true) this.atomics = added(this.atomics, core.body)
        this.#region(core, core.body)
        return this.at(core.handler)
      case "call":
        this.#call(core)
        return this.#atAll(core.args)
      case "apply":
        this.#apply(core)
        this.at(core.callee)
        return this.#atAll(core.args)
      case "library":
        this.#library(core)
        return this.#atAll(core.args)
      case "walk":
        if (core.step === "item") this.#item(core)
        return this.#atAll(core.args)
    }
  }

  #atAll(cores: ReadonlyArray<Core>): void {
    for (const core of cores) this.at(core)
  }

  #constant(core: Core & { kind: "constant" }): void {
    if (core.global.binding !== undefined) core.global.binding.isReferred = true
    this.constants = added(this.constants, core)
  }

  #item({ args }: Core & { kind: "walk" }): void {
    const place = args[1]
    if (place?.kind === "reference" && isHidden(place.binding)) this.places = added(this.places, place.binding)
  }

  #define(core: Core & { kind: "define" }): void {
    if (core.binding.isDefined) return
    core.binding.isDefined = true
    this.defined = added(this.defined, core)
  }

  #region(region: Core, body: Core): void {
    const around = this.#swapAssigned(undefined)
    this.at(body)
    const assigned = this.#swapAssigned(around)
    if (assigned === undefined) return
    this.assignedIn = put(this.assignedIn, region, assigned)
    for (const binding of assigned) this.#addAssigned(binding)
  }

  #swapAssigned(next: Set<Binding> | undefined): Set<Binding> | undefined {
    const before = this.#assigned
    this.#assigned = next
    return before
  }

  #addAssigned(binding: Binding): void {
    this.#assigned ??= new Set()
    this.#assigned.add(binding)
  }

  #call(core: Core & { kind: "call" }): void {
    const { effects } = this
    if (!effects.calls.has(core.target)) effects.calls = put(effects.calls, core.target, core)
  }

  /** A closure may be anything, also one that calls this function again. */
  #apply(core: Core & { kind: "apply" }): void {
    this.#raise("suspends")
    this.effects.suspends = true
    this.effects.countsFuel = true
    const { callee } = core
    if (callee.kind === "reference" && core.spreads !== true)
      this.applied = put(this.applied, callee.binding, core.args.length)
  }

  #library(core: Core & { kind: "library" }): void {
    const { effect } = core.signature
    if (isBusCall(core)) this.busCalls = added(this.busCalls, core)
    if (effect === "pure") return
    this.#raise(effect)
    if (effect === "store") return
    this.effects.suspends = true
    this.effects.waits ??= { at: core, through: undefined }
  }

  #raise(effect: Effect): void {
    this.effects.effect = stronger(this.effects.effect, effect)
  }
}

const added = <A>(list: ReadonlyArray<A>, item: A): ReadonlyArray<A> => {
  if (list === nothing) return [item]
  ;(list as Array<A>).push(item)
  return list
}

const put = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> =>
  map.size === 0 ? new Map([[key, value]]) : (map as Map<K, V>).set(key, value)
