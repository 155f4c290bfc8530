import { signatureOf } from "../../stdlib/signatures/index.ts"
import type { Core, FunctionDefinition } from "../2-expand/core.ts"
import type { CheckedProgram } from "../3-check/check.ts"
import { children } from "../3-check/walk.ts"

/** Which functions do nothing but compute: they cannot suspend, have no region, and call only what is so itself. */
export class Purity {
  readonly #checked: CheckedProgram
  readonly #known = new Map<FunctionDefinition, boolean>()

  constructor(checked: CheckedProgram) {
    this.#checked = checked
  }

  /** Ends, as what may call itself can suspend. */
  of(definition: FunctionDefinition): boolean {
    const known = this.#known.get(definition)
    if (known !== undefined) return known
    const isPure = !this.#checked.effects.get(definition)!.suspends && this.#computes(definition.body)
    this.#known.set(definition, isPure)
    return isPure
  }

  #computes(core: Core): boolean {
    if (core.kind === "apply" || core.kind === "guard") return false
    if (core.kind === "library" && signatureOf(core.signature.name)?.effect !== "pure") return false
    if (core.kind === "call" && !this.of(core.target)) return false
    return children(core).every((child) => this.#computes(child))
  }
}
