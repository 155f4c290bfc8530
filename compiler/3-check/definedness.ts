import { newBinding } from "../2-expand/build.ts"
import type { Binding, Core } from "../2-expand/core.ts"
import type { Source } from "../source.ts"
import type { Cells } from "./cells.ts"
import type { Flow } from "./flow.ts"
import { boolType, join, noneType } from "./types.ts"

/**
 * Which locals of a branch are defined where the checker stands. Each has a mark in the flow, a local that nobody names: it is
 * a bool where the local is defined, and may be none where only some way has come by its definition.
 */
export class Definedness {
  readonly #cells: Cells

  constructor(cells: Cells) {
    this.#cells = cells
  }

  /** The flow has come by a definition inside a branch. */
  define(binding: Binding, value: Core, flow: Flow, source: Source): void {
    if (binding.name.startsWith("%") || binding.name.startsWith("$")) return
    const mark = binding.cell?.mark ?? this.#newMark(binding)
    flow.set(mark, isFreshening(value, source) ? undefined : boolType)
  }

  isDefined(binding: Binding, flow: Flow): boolean {
    const mark = binding.cell?.mark
    return mark === undefined || flow.get(mark) !== undefined
  }

  #newMark(binding: Binding): Binding {
    const { owner, span } = binding
    const mark = newBinding({ name: "%defined", kind: "local", span, owner, type: ":any" })
    mark.assigned = true
    this.#cells.grow(this.#cells.ofLocal(mark), join(boolType, noneType))
    this.#cells.ofLocal(binding).mark = mark
    return mark
  }
}

/** The none that a local of a loop has at the beginning of each turn, until it is defined there. */
const isFreshening = (value: Core, { text }: Source): boolean =>
  value.kind === "literal" && value.value.type === "none" && text.slice(value.span.start, value.span.end) !== "none"
