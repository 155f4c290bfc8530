import type { Binding, FunctionDefinition, Global } from "../2-expand/core.ts"
import type { CheckedProgram } from "../3-check/check.ts"

/** A function whose parameters of these names are certain closures: of the functions given, which cannot suspend. */
export interface Specialised {
  readonly definition: FunctionDefinition
  readonly given: ReadonlyMap<Binding, FunctionDefinition>
}

/** What gets a machine because others name it. */
export type Later = { readonly index: number } & (
  | { readonly kind: "constant"; readonly global: Global }
  | ({ readonly kind: "specialised" } & Specialised)
)

/** The constants that are used and the specialised functions that are called, numbered behind the functions as they come up. */
export class LaterMachines {
  readonly #first: number
  readonly #constants = new Map<Global, number>()
  readonly #specialised = new Map<string, number>()
  readonly #order: Array<Later> = []
  readonly #byBinding: ReadonlyMap<Binding, Global>
  #lowered = 0

  constructor(first: number, checked: CheckedProgram) {
    this.#first = first
    this.#byBinding = new Map([...checked.constants].map((each) => [each.binding!, each] as const))
  }

  constant(global: Global): number {
    const known = this.#constants.get(global)
    if (known !== undefined) return known
    const index = this.#first + this.#order.length
    this.#constants.set(global, index)
    this.#order.push({ kind: "constant", global, index })
    return index
  }

  specialised({ definition, given }: Specialised): number {
    const key = `${definition.index} ${[...given].map(([param, { index }]) => `${param.name} ${index}`).join(" ")}`
    const known = this.#specialised.get(key)
    if (known !== undefined) return known
    const index = this.#first + this.#order.length
    this.#specialised.set(key, index)
    this.#order.push({ kind: "specialised", definition, given, index })
    return index
  }

  ofBinding(binding: Binding): Global | undefined {
    return this.#byBinding.get(binding)
  }

  /** The name of the one with that number, with those of the closures that it is lowered for. */
  nameOf(index: number): string {
    const found = this.#order[index - this.#first]!
    if (found.kind === "constant") return found.global.name
    return [found.definition, ...found.given.values()].map(({ qualifiedName }) => qualifiedName).join(" ")
  }

  /** The same, with the texts of these closures. */
  knownAs(index: number): string {
    const found = this.#order[index - this.#first]!
    return found.kind === "constant" ? found.global.name : `${this.nameOf(index)} ${givenText(found.given)}`
  }

  next(): Later | undefined {
    const next = this.#order[this.#lowered]
    if (next !== undefined) this.#lowered++
    return next
  }
}

/** A frame of a function that is given a closure goes on with that one: when it is changed, the frame stays on its old code. */
export const givenText = (given: Specialised["given"]): string =>
  [...given.values()].map(({ source, span }) => source.text.slice(span.start, span.end)).join("\n")
