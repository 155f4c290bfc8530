import { type Binding, isHidden } from "../2-expand/core.ts"
import type { Cell, Cells } from "./cells.ts"
import { join, sameType, type Type } from "./types.ts"

/** What a way through a part of the program leads to: the locals about which more (or again less) is known at its end. */
export interface Way {
  /** False when the way never comes to its end. */
  readonly isLive: boolean
  /** A local may stand here twice: then what stands last counts. */
  readonly locals: ReadonlyArray<Binding>
  /** Beside the locals; undefined: no more than the local's own type. */
  readonly types: ReadonlyArray<Type | undefined>
}

const nothing: ReadonlyArray<never> = []
const nothingNew: Way = { isLive: true, locals: nothing, types: nothing }
export const deadEnd: Way = { isLive: false, locals: nothing, types: nothing }

/** The way, at whose end this is known as well. */
export const knowing = ({ locals, types }: Way, isLive: boolean, binding: Binding, type: Type): Way => ({
  isLive,
  locals: locals.length === 0 ? [binding] : [...locals, binding],
  types: types.length === 0 ? [type] : [...types, type]
})

/** A way behind which nothing is known of what any of these has touched. */
export const forgetting = (ways: ReadonlyArray<Way>): Way => {
  const locals = ways.flatMap((way) => way.locals)
  return { isLive: true, locals, types: locals.map(() => undefined) }
}

/**
 * What is known at the place where the checker stands, beyond the types of the bindings themselves. A trail of changes allows
 * to go back and try the other way, at the cost of what has changed and not of all that is known.
 */
export class Flow {
  /** False behind a way out: this place is never reached. */
  isLive = true
  readonly #cells: Cells
  /** The trail, up to its length; behind it stands what is left over, as V8 would else make both lists smaller and larger again. */
  readonly #changed: Array<Binding> = []
  readonly #before: Array<Type | undefined> = []
  #length = 0
  #joins = 0

  constructor(cells: Cells) {
    this.#cells = cells
  }

  /** Forgets all, for the next function. */
  begin(): void {
    this.undo(0)
    this.isLive = true
  }

  get(binding: Binding): Type | undefined {
    return binding.cell?.here
  }

  set(binding: Binding, type: Type | undefined): void {
    const cell = this.#cells.ofLocal(binding)
    if (cell.here === type) return
    this.#changed[this.#length] = binding
    this.#before[this.#length++] = cell.here
    cell.here = type
  }

  /** A place to come back to. */
  mark(): number {
    return this.#length
  }

  undo(mark: number): void {
    for (let at = this.#length - 1; at >= mark; at--) this.#changed[at]!.cell!.here = this.#before[at]
    this.#length = mark
  }

  /** The way from the mark to here. */
  wayFrom(mark: number): Way {
    const { isLive } = this
    const count = this.#length - mark
    if (count === 0) return isLive ? nothingNew : deadEnd
    const locals = this.#changed.slice(mark, this.#length)
    const types = new Array<Type | undefined>(count)
    for (let at = 0; at < count; at++) types[at] = locals[at]!.cell!.here
    return { isLive, locals, types }
  }

  /** The way from the mark to here, which is taken back. */
  take(mark: number): Way {
    const way = this.wayFrom(mark)
    this.undo(mark)
    return way
  }

  follow({ isLive, locals, types }: Way): void {
    this.isLive = isLive
    for (let at = 0; at < locals.length; at++) this.set(locals[at]!, types[at])
  }

  /** What is known at the end of either way. The flow stands where both begin. */
  joined(a: Way, b: Way): Way {
    if (!a.isLive) return b
    if (!b.isLive) return a
    if (a.locals.length === 0 && b.locals.length === 0) return a
    const touched: Array<Binding> = []
    const number = ++this.#joins
    for (let at = 0; at < a.locals.length; at++) this.#joining(a.locals[at]!, number, touched).one = a.types[at]
    for (let at = 0; at < b.locals.length; at++) this.#joining(b.locals[at]!, number, touched).other = b.types[at]
    const locals: Array<Binding> = []
    const types: Array<Type | undefined> = []
    for (const binding of touched) {
      // What a form keeps for itself is not named behind its branches. A pattern has one such local for each of its parts.
      if (isHidden(binding) && !binding.assigned) continue
      const cell = binding.cell!
      const type = join(cell.one ?? this.#cells.read(cell), cell.other ?? this.#cells.read(cell))
      const next = sameType(type, cell.type) ? undefined : type
      if (next === cell.here) continue
      locals.push(binding)
      types.push(next)
    }
    return { isLive: true, locals, types }
  }

  /** The cell of a local that one of two ways has touched: at first the other one leaves it as it is here. */
  #joining(binding: Binding, number: number, touched: Array<Binding>): Cell {
    const cell = this.#cells.ofLocal(binding)
    if (cell.joining !== number) {
      cell.joining = number
      cell.one = cell.here
      cell.other = cell.here
      touched.push(binding)
    }
    return cell
  }
}
