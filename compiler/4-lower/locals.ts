import { type Binding, isHidden, typeText } from "../2-expand/core.ts"
import type { Form, Known, Slot } from "./machine.ts"

/** The slots of one function while it is lowered: of its parameters and locals as they are first named, and of intermediates. */
export class Locals {
  readonly slots: Array<Slot> = []
  readonly #forms: ReadonlyMap<Binding, Form> | undefined
  // Tables that few functions need, or that some do not, are made when they are needed.
  #byBinding: Map<Binding, Slot> | undefined
  /** Intermediates: each is read soon behind where it is written. */
  #temps: Set<Slot> | undefined

  /** `forms`: of the locals that are not held as values. */
  constructor(forms: ReadonlyMap<Binding, Form> | undefined) {
    this.#forms = forms
  }

  of(binding: Binding): Slot {
    const known = this.#byBinding?.get(binding)
    if (known !== undefined) return known
    const kind = isHidden(binding) ? "temp" : binding.kind === "local" ? "local" : "arg"
    const form = this.#forms?.get(binding) ?? "value"
    const slot = this.add({ name: binding.name, kind, type: typeText(binding.type), form })
    this.#byBinding ??= new Map()
    this.#byBinding.set(binding, slot)
    return slot
  }

  /** One for an intermediate. */
  temp(known?: Known): Slot {
    this.#temps ??= new Set()
    const form = known === "real" ? "double" : "value"
    const slot = this.add({ name: `%${this.#temps.size + 1}`, kind: "temp", type: ":any", form })
    this.#temps.add(slot)
    return slot
  }

  /** Whether it is an intermediate; a local of the compiler's own is none. */
  isOwnTemp(slot: Slot): boolean {
    return this.#temps?.has(slot) === true
  }

  /** One that stands for no local. */
  add({ form, kind, name, type }: Omit<Slot, "ordinal">): Slot {
    const slot: Slot = { ordinal: this.slots.length, name, kind, type, form }
    this.slots.push(slot)
    return slot
  }
}
