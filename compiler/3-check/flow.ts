import type { Binding } from "../2-expand/core.ts"
import type { Type } from "./types.ts"

/** What a way through a part of the program leads to: the bindings about which more (or again less) is known at its end. */
export interface Way {
  /** False when the way never comes to its end. */
  readonly isLive: boolean
  /** Undefined: no more than the binding's own type. */
  readonly known: ReadonlyMap<Binding, Type | undefined>
}

const nothing: ReadonlyMap<Binding, Type | undefined> = new Map()

/**
 * What is known at the place where the checker stands, beyond the types of the bindings themselves. A trail of changes allows
 * to go back and try the other way, at the cost of what has changed and not of all that is known.
 */
export class Flow {
  /** False behind a way out: this place is never reached. */
  isLive = true
  /** Nothing is ever deleted: a large map in which the same few keys come and go gets slow. */
  readonly #known = new Map<Binding, Type | undefined>()
  readonly #changed: Array<Binding> = []
  readonly #before: Array<Type | undefined> = []

  get(binding: Binding): Type | undefined {
    return this.#known.get(binding)
  }

  set(binding: Binding, type: Type | undefined): void {
    const before = this.#known.get(binding)
    if (before === type) return
    this.#changed.push(binding)
    this.#before.push(before)
    this.#known.set(binding, type)
  }

  /** A place to come back to. */
  mark(): number {
    return this.#changed.length
  }

  undo(mark: number): void {
    for (let at = this.#changed.length - 1; at >= mark; at--) this.#known.set(this.#changed[at]!, this.#before[at])
    this.#changed.length = mark
    this.#before.length = mark
  }

  /** The way from the mark to here. */
  wayFrom(mark: number): Way {
    const { isLive } = this
    if (this.#changed.length === mark) return { isLive, known: nothing }
    const known = new Map<Binding, Type | undefined>()
    for (let at = mark; at < this.#changed.length; at++) known.set(this.#changed[at]!, this.get(this.#changed[at]!))
    return { isLive, known }
  }

  /** The way from the mark to here, which is taken back. */
  take(mark: number): Way {
    const way = this.wayFrom(mark)
    this.undo(mark)
    return way
  }

  follow(way: Way): void {
    this.isLive = way.isLive
    for (const [binding, type] of way.known) this.set(binding, type)
  }
}

export const deadEnd: Way = { isLive: false, known: nothing }
