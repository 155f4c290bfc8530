import type { Binding, Core, FunctionDefinition } from "../2-expand/core.ts"
import type { Mistakes } from "./findings.ts"
import { dynamic, join, never, sameType, type Type, typeOfDeclared } from "./types.ts"

/** A type that grows from pass to pass. */
export interface Growing {
  type: Type
  /** Somebody has relied on it in this pass: when it grows, one more pass is needed. */
  wasRead: boolean
}

/** What is known of a local: all that it is ever given, and what the flow says of it at the place where the checker stands. */
export interface Cell extends Growing {
  /** What the flow says: more than the type, or again less; undefined when no more is known. */
  here: Type | undefined
  /** All that it is given by its definition and by assignments; not the none that it has before. */
  values: Growing | undefined
  /** The node of what it was given last, where a message may have to tell of it. */
  given: Core | undefined
  /** Its mark in the flow, when only some ways define it; see `Definedness`. */
  mark: Binding | undefined
  /** Of the join of ways that was at it last. */
  joining: number
  one: Type | undefined
  other: Type | undefined
}

const growing = (): Growing => ({ type: never, wasRead: false })

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
  readonly #results = new Map<FunctionDefinition, Growing>()
  readonly #read: Array<Growing> = []

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
    return binding.cell ?? this.#newCell(binding)
  }

  #newCell(binding: Binding): Cell {
    const isMistaken = !this.#mistakes.isEmpty && this.#mistakes.concerns(binding.owner.source, binding.span)
    const made: Cell = {
      type: isMistaken ? dynamic : never,
      wasRead: false,
      here: undefined,
      values: undefined,
      given: undefined,
      mark: undefined,
      joining: 0,
      one: undefined,
      other: undefined
    }
    binding.cell = made
    return made
  }

  /** All that the local is given by its definition and by assignments; not the none that it has before. */
  ofValues(binding: Binding): Growing {
    const cell = this.ofLocal(binding)
    cell.values ??= growing()
    return cell.values
  }

  /** What the function ends with, whatever it declares. */
  ofResult(definition: FunctionDefinition): Growing {
    const known = this.#results.get(definition)
    if (known !== undefined) return known
    const made = growing()
    this.#results.set(definition, made)
    return made
  }

  grow(cell: Growing, type: Type): void {
    const grown = join(cell.type, type)
    if (sameType(grown, cell.type)) return
    cell.type = this.widens ? join(grown, dynamic) : grown
    if (cell.wasRead) this.hasChanged = true
  }

  read(cell: Growing): Type {
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
