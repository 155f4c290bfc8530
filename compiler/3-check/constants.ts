import type { Binding, Core, FunctionDefinition, Global } from "../2-expand/core.ts"
import type { FunctionEffects } from "./effects.ts"
import { children } from "./walk.ts"

/** Decides which top-level locals are constants: never assigned, and made of pure parts and other constants only. */
export class Purity {
  readonly #effects: ReadonlyMap<FunctionDefinition, FunctionEffects>
  readonly #globals: ReadonlyMap<Binding, Global>
  readonly #known = new Map<Global, boolean>()

  constructor(effects: ReadonlyMap<FunctionDefinition, FunctionEffects>, globals: ReadonlyArray<Global>) {
    this.#effects = effects
    this.#globals = new Map(
      globals.flatMap((each) => (each.binding === undefined ? [] : [[each.binding, each] as const]))
    )
  }

  /** The constants, with those that they are made of. */
  constants(): ReadonlySet<Global> {
    return new Set([...this.#globals.values()].filter((each) => this.isConstant(each)))
  }

  isConstant(global: Global): boolean {
    const known = this.#known.get(global)
    if (known !== undefined) return known
    // Until decided it counts as not constant, so that a cycle of definitions ends.
    this.#known.set(global, false)
    const { binding, value } = global
    const constant = binding !== undefined && !binding.assigned && value !== undefined && this.#isPure(value)
    this.#known.set(global, constant)
    return constant
  }

  #isPure(core: Core): boolean {
    switch (core.kind) {
      case "apply":
      case "loop":
      case "define":
      case "assign":
        return false
      case "closure":
        return core.target.captured.length === 0
      case "constant":
        return this.isConstant(core.global)
      case "reference": {
        const global = this.#globals.get(core.binding)
        return global !== undefined && this.isConstant(global)
      }
      case "library":
        return core.signature.effect === "pure" && core.args.every((arg) => this.#isPure(arg))
      case "call": {
        const effects = this.#effects.get(core.target)!
        return !effects.suspends && effects.effect === "pure" && core.args.every((arg) => this.#isPure(arg))
      }
      default:
        return children(core).every((child) => this.#isPure(child))
    }
  }
}
