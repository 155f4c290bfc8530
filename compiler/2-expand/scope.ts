import type { Span } from "../source.ts"
import type { Binding, FunctionDefinition } from "./core.ts"

/** A region of names: a file, a function, one turn of a loop. */
export class Scope {
  readonly parent: Scope | undefined
  readonly owner: FunctionDefinition
  readonly #names = new Map<string, Named>()
  readonly #order: Array<string> = []
  #branches = 0
  /** Locals that only some way through this scope defines. */
  readonly sometimes = new Set<Binding>()
  /** Names that a `def` here may define again, as they stem from another branch of the same `branch`. */
  readonly #redefinable = new Set<string>()

  constructor(owner: FunctionDefinition, parent: Scope | undefined) {
    this.owner = owner
    this.parent = parent
  }

  own(name: string): Named | undefined {
    return this.#names.get(name)
  }

  set(name: string, named: Named): void {
    if (!this.#names.has(name)) this.#order.push(name)
    this.#names.set(name, named)
    this.#redefinable.delete(name)
    if (this.#branches > 0 && named.kind === "binding") this.sometimes.add(named.binding)
  }

  /** The names defined here so far, from the `first` on, in the order of their definition. */
  names(first = 0): ReadonlyArray<string> {
    return this.#order.slice(first)
  }

  get size(): number {
    return this.#order.length
  }

  /** Runs what only some way through this scope passes. */
  inBranch<A>(branch: () => A): A {
    this.#branches++
    const value = branch()
    this.#branches--
    return value
  }

  mayRedefine(name: string): boolean {
    return this.#redefinable.has(name)
  }

  /** Runs `branch` with `names` free to be defined again; afterwards they are taken as before. */
  inOtherBranch<A>(names: Iterable<string>, branch: () => A): A {
    const added = [...names].filter((name) => !this.#redefinable.has(name))
    for (const name of added) this.#redefinable.add(name)
    const value = branch()
    for (const name of added) this.#redefinable.delete(name)
    return value
  }
}

/** What a name stands for: a local, or a function that is called directly. */
export type Named =
  | { readonly kind: "binding"; readonly binding: Binding }
  | { readonly kind: "function"; readonly target: FunctionDefinition; readonly span: Span }
