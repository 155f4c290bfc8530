import type { Binding, Core, CoreProgram, FunctionDefinition, Global } from "../2-expand/core.ts"
import * as catalog from "../catalog.ts"
import type { Diagnostic, Outcome } from "../diagnostic.ts"
import { type FunctionEffects, inferEffects } from "./effects.ts"
import { children } from "./walk.ts"

/** Core and the facts about it, in tables beside the tree. */
export interface CheckedProgram {
  readonly program: CoreProgram
  readonly effects: ReadonlyMap<FunctionDefinition, FunctionEffects>
  /** Top-level locals that are constants of the module, so that functions may name them. */
  readonly constants: ReadonlySet<Global>
}

/** Runs the checks in order. */
export const check = (program: CoreProgram): Outcome<CheckedProgram> => {
  const diagnostics: Array<Diagnostic> = []
  const effects = inferEffects(program.functions)
  const purity = new Purity(effects, program.globals)
  for (const each of program.functions) {
    const visit = (core: Core): void => {
      if (core.kind === "constant") {
        if (!purity.isConstant(core.global)) {
          diagnostics.push(
            catalog.notConstant.at(core.span, { name: core.global.name }, [
              { span: core.global.span, message: "defined here" }
            ])
          )
        }
      } else if (core.kind === "assign" && core.binding.capturedAt !== undefined) {
        diagnostics.push(
          catalog.cannotAssign.at(
            core.span,
            {
              name: core.binding.name,
              why: "a closure captures it by value",
              way: "return the value, or keep it in the store"
            },
            [{ span: core.binding.capturedAt, message: "captured here" }]
          )
        )
      }
      for (const child of children(core)) visit(child)
    }
    visit(each.body)
  }
  return { value: { program, effects, constants: purity.constants() }, diagnostics }
}

/** Decides which top-level locals are constants: never assigned, and made of pure parts and other constants only. */
class Purity {
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
