import type { Binding, Global } from "../2-expand/core.ts"
import type { CheckedProgram } from "../3-check/check.ts"

/** The constants that are used, numbered behind the functions as they come up. */
export class Constants {
  readonly #first: number
  readonly #indices = new Map<Global, number>()
  readonly #order: Array<Global> = []
  readonly #byBinding: ReadonlyMap<Binding, Global>
  #lowered = 0

  constructor(first: number, checked: CheckedProgram) {
    this.#first = first
    this.#byBinding = new Map([...checked.constants].map((each) => [each.binding!, each] as const))
  }
  indexOf(global: Global): number {
    const known = this.#indices.get(global)
    if (known !== undefined) return known
    const index = this.#first + this.#indices.size
    this.#indices.set(global, index)
    this.#order.push(global)
    return index
  }
  /** The one with that number. */
  at(index: number): Global {
    return this.#order[index - this.#first]!
  }
  ofBinding(binding: Binding): Global | undefined {
    return this.#byBinding.get(binding)
  }
  next(): { readonly global: Global; readonly index: number } | undefined {
    const global = this.#order[this.#lowered]
    return global === undefined ? undefined : { global, index: this.#first + this.#lowered++ }
  }
}
