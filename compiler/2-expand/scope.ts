import type { Span } from "../source.ts"
import type { Binding, FunctionDefinition } from "./core.ts"

/** A region of names: a file, a function, one turn of a loop. */
export class Scope {
  readonly parent: Scope | undefined
  readonly owner: FunctionDefinition
  /** Most scopes have few names, and many have none. */
  #names: Map<string, Named> | undefined
  #branches = 0
  #sometimes: Set<Binding> | undefined
  /** Names that a `def` here may define again, as they stem from another branch of the same `branch`. */
  #redefinable: Set<string> | undefined

  constructor(owner: FunctionDefinition, parent: Scope | undefined) {
    this.owner = owner
    this.parent = parent
  }

  own(name: string): Named | undefined {
    return this.#names?.get(name)
  }

  set(name: string, named: Named): void {
    this.#names ??= new Map()
    this.#names.set(name, named)
    this.#redefinable?.delete(name)
    if (this.#branches === 0 || named.kind !== "binding") return
    this.#sometimes ??= new Set()
    this.#sometimes.add(named.binding)
  }

  /** The names defined here so far, from the `first` on, in the order of their definition. */
  names(first = 0): ReadonlyArray<string> {
    return this.size <= first ? [] : Array.from(this.#names!.keys()).slice(first)
  }

  get size(): number {
    return this.#names?.size ?? 0
  }

  /** Locals that only some way through this scope defines. */
  get sometimes(): ReadonlySet<Binding> | undefined {
    return this.#sometimes
  }

  /** Runs what only some way through this scope passes. */
  inBranch<A>(branch: () => A): A {
    this.#branches++
    const value = branch()
    this.#branches--
    return value
  }

  mayRedefine(name: string): boolean {
    return this.#redefinable?.has(name) === true
  }

  /** Runs `branch` with `names` free to be defined again; afterwards they are taken as before. */
  inOtherBranch<A>(names: ReadonlyArray<string>, branch: () => A): A {
    if (names.length === 0) return branch()
    const redefinable = this.#redefinable ?? new Set()
    this.#redefinable = redefinable
    const added = names.filter((name) => !redefinable.has(name))
    for (const name of added) redefinable.add(name)
    const value = branch()
    for (const name of added) redefinable.delete(name)
    return value
  }
}

/** What a name stands for: a local, or a function that is called directly. */
export type Named =
  | { readonly kind: "binding"; readonly binding: Binding }
  | { readonly kind: "function"; readonly target: FunctionDefinition; readonly span: Span }
