import type { Expression, Label, LoopFacts, Slot, Statement } from "../4-lower/machine.ts"
import { readSlots } from "../4-lower/slots.ts"
import type { Library } from "./operators.ts"

/**
 * A list to which a loop of numbers only appends: what is new is collected in an array, and made one list where the loop ends
 * or is left. Each append would else make a list of its own.
 */
export interface GrownList {
  /** Variables: what is new, and how much of it there may be. */
  readonly items: string
  readonly room: string
}

type Append = Library & { readonly args: readonly [list: Expression, item: Expression] }

/** The item, where the statement appends to the slot that it assigns. */
export const appendedItem = (slot: Slot, value: Expression): Expression | undefined =>
  isAppend(slot, value) ? value.args[1] : undefined

const isAppend = (slot: Slot, value: Expression): value is Append =>
  value.kind === "library" &&
  value.name === "core/list/append" &&
  !value.spreads &&
  value.args.length === 2 &&
  value.args[0]!.kind === "slot" &&
  value.args[0]!.slot === slot &&
  value.args[0]!.known === "list"

const known = new WeakMap<LoopFacts, ReadonlySet<Slot>>()

/** The slots to which the loop does nothing but append. None of a loop that is left for more than its own end. */
export const grownSlots = (loop: LoopFacts): ReadonlySet<Slot> => {
  const found = known.get(loop)
  if (found !== undefined) return found
  const uses = new Uses()
  uses.visit([loop.statement])
  const slots = uses.leavesOthers ? new Set<Slot>() : new Set([...uses.grown].filter((slot) => !uses.others.has(slot)))
  known.set(loop, slots)
  return slots
}

class Uses {
  readonly grown = new Set<Slot>()
  /** Slots that are also read, or assigned something else. */
  readonly others = new Set<Slot>()
  leavesOthers = false
  readonly #labels = new Set<Label>()

  visit(statements: ReadonlyArray<Statement>): void {
    for (const statement of statements) this.#statement(statement)
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "assign":
        return this.#assign(statement.slot, statement.value)
      case "evaluate":
      case "return":
        return readSlots(statement.value, this.others)
      case "if":
        readSlots(statement.test, this.others)
        this.visit(statement.whenTrue)
        return this.visit(statement.whenFalse)
      case "block":
      case "loop":
        this.#labels.add(statement.label)
        return this.visit(statement.body)
      case "exit":
        if (!this.#labels.has(statement.label)) this.leavesOthers = true
        return
      case "suspendable":
      case "guard":
        this.leavesOthers = true
    }
  }

  #assign(slot: Slot, value: Expression): void {
    const item = appendedItem(slot, value)
    if (item === undefined) this.others.add(slot)
    else this.grown.add(slot)
    readSlots(item ?? value, this.others)
  }
}
