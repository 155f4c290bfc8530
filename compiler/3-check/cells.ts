import type { Binding, FunctionDefinition } from "../2-expand/core.ts"
import type { Mistakes } from "./findings.ts"
import { dynamic, join, never, sameType, type Type, typeOfDeclared } from "./types.ts"

/** A type that grows from pass to pass. */
export interface Cell {
  type: Type
  /** Somebody has relied on it in this pass: when it grows, one more pass is needed. */
  wasRead: boolean
}

/**
 * The types of locals and of functions' results as far as they are known. Each begins as that of no value and grows with
 * what is found, until a pass over the functions that depend on each other changes none that it has relied on.
 */
export class Cells {
  /** Some cell has grown after it was relied on. */
  hasChanged = false
  /** What still grows becomes dynamic, so that there is an end soon. */
  widens = false
  readonly #mistakes: Mistakes
  readonly #locals = new Map<Binding, Cell>()
  readonly #values = new Map<Binding, Cell>()
  readonly #results = new Map<FunctionDefinition, Cell>()
  readonly #read: Array<Cell> = []

  constructor(mistakes: Mistakes) {
    this.#mistakes = mistakes
  }

  beginPass(): void {
    this.hasChanged = false
    for (const cell of this.#read) cell.wasRead = false
    this.#read.length = 0
  }

  /** All that the local is given, whenever. Unknown when the local has to do with a mistake. */
  ofLocal(binding: Binding): Cell {
    const known = this.#locals.get(binding)
    if (known !== undefined) return known
    const isMistaken = !this.#mistakes.isEmpty && this.#mistakes.concerns(binding.owner.source, binding.span)
    const made = { type: isMistaken ? dynamic : never, wasRead: false }
    this.#locals.set(binding, made)
    return made
  }

  /** All that the local is given by its definition and by assignments; not the none that it has before. */
  ofValues(binding: Binding): Cell {
    const known = this.#values.get(binding)
    if (known !== undefined) return known
    const made = { type: never, wasRead: false }
    this.#values.set(binding, made)
    return made
  }

  /** What the function ends with, whatever it declares. */
  ofResult(definition: FunctionDefinition): Cell {
    const known = this.#results.get(definition)
    if (known !== undefined) return known
    const made = { type: never, wasRead: false }
    this.#results.set(definition, made)
    return made
  }

  grow(cell: Cell, type: Type): void {
    const grown = join(cell.type, type)
    if (sameType(grown, cell.type)) return
    cell.type = this.widens ? join(grown, dynamic) : grown
    if (cell.wasRead) this.hasChanged = true
  }

  read(cell: Cell): Type {
    if (!cell.wasRead) {
      cell.wasRead = true
      this.#read.push(cell)
    }
    return cell.type
  }

  /** The type of a call's result. */
  resultOf(target: FunctionDefinition): Type {
    return target.result === ":any" ? this.read(this.ofResult(target)) : typeOfDeclared(target.result)
  }
}
