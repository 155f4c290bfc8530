import type { Binding, Core, FunctionDefinition } from "../2-expand/core.ts"
import { isBusCall } from "./bus/table.ts"
import { forEachChild } from "./walk.ts"

/** What one look at a function's body tells, before its types are known. */
export interface BodyFacts {
  /** What is assigned inside each loop, block and body of a guard; those without assignments are left out. */
  readonly assignedIn: ReadonlyMap<Core, ReadonlySet<Binding>>
  /** The locals that the function defines, with the first node that does. */
  readonly defined: ReadonlyMap<Binding, Core & { kind: "define" }>
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

/** Gathers the facts of a body; what is referred to anywhere is added to `used`. */
export const bodyFacts = (definition: FunctionDefinition, used: Set<Binding>): BodyFacts => {
  const assignedIn = new Map<Core, ReadonlySet<Binding>>()
  const defined = new Map<Binding, Core & { kind: "define" }>()
  const constants: Array<Core & { kind: "constant" }> = []
  const assignedCaptures: Array<Core & { kind: "assign" }> = []
  const applied = new Map<Binding, number>()
  const atomics: Array<Core> = []
  const busCalls: Array<Core & { kind: "library" }> = []
  /** Of the innermost region. */
  const inside: { assigned?: Set<Binding> | undefined } = {}
  const assignedInside = (): Set<Binding> | undefined => inside.assigned
  const inRegion = (region: Core, body: Core): void => {
    const around = inside.assigned
    inside.assigned = undefined
    visit(body)
    const assigned = assignedInside()
    inside.assigned = around
    if (assigned === undefined) return
    assignedIn.set(region, assigned)
    for (const binding of assigned) addAssigned(binding)
  }
  const addAssigned = (binding: Binding): void => {
    inside.assigned ??= new Set()
    inside.assigned.add(binding)
  }
  const visit = (core: Core): void => {
    switch (core.kind) {
      case "literal":
        return
      case "reference":
        used.add(core.binding)
        return
      case "constant":
        if (core.global.binding !== undefined) used.add(core.global.binding)
        constants.push(core)
        return
      case "define":
        if (!defined.has(core.binding)) defined.set(core.binding, core)
        return visit(core.value)
      case "assign":
        visit(core.value)
        addAssigned(core.binding)
        if (core.binding.capturedAt !== undefined) assignedCaptures.push(core)
        return
      case "loop":
      case "block":
        return inRegion(core, core.body)
      case "apply":
        if (core.callee.kind === "reference" && core.spreads !== true)
          applied.set(core.callee.binding, core.args.length)
        return forEachChild(core, visit)
      case "guard":
        if (core.isAtomic === true) atomics.push(core.body)
        inRegion(core, core.body)
        return visit(core.handler)
      case "library":
        if (isBusCall(core)) busCalls.push(core)
        return forEachChild(core, visit)
      default:
        forEachChild(core, visit)
    }
  }
  visit(definition.body)
  return { assignedIn, defined, constants, assignedCaptures, applied, atomics, busCalls }
}
