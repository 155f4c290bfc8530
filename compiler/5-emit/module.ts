import { externMark, type Literal } from "../2-expand/core.ts"
import type { Lowered, Machine } from "../4-lower/machine.ts"
import type { Source } from "../source.ts"
import { printConstruction, printInline, printText } from "./literals.ts"
import { moduleName, SlotNames } from "./names.ts"
import { Writer } from "./writer.ts"

const linked = (name: string): string =>
  name.startsWith(externMark)
    ? `$.extern(${printText(name.slice(externMark.length))})`
    : `$.library(${printText(name)})`

/** What the functions of one module share: names of functions, of linked library functions, of constructed literals. */
export class ModuleNames {
  readonly isPure: Lowered["isPure"]
  readonly #source: Source
  readonly #nameOf: Lowered["nameOf"]
  readonly #hot: Array<string | undefined> = []
  readonly #library = new Map<string, string>()
  readonly #literals = new Map<string, string>()
  readonly #spareLines: Array<Writer> = []
  #named: Machine | undefined
  #slotNames: SlotNames | undefined
  registers = 0

  constructor({ isPure, nameOf, source }: Lowered) {
    this.isPure = isPure
    this.#nameOf = nameOf
    this.#source = source
  }

  hot(index: number): string {
    this.#hot[index] ??= moduleName(this.#nameOf(index), index)
    return this.#hot[index]
  }

  resume(index: number): string {
    return `${this.hot(index)}$resume`
  }

  loop(index: number, ordinal: number): string {
    return `${this.hot(index)}$loop${ordinal}`
  }

  /** A writer for one line, to be given back when the line stands where it belongs. */
  line(): Writer {
    return this.#spareLines.pop() ?? new Writer()
  }

  giveBack(line: Writer): void {
    this.#spareLines.push(line.clear())
  }

  /** The functions of a machine are written one after another, so the last one is kept. */
  slotNames(machine: Machine): SlotNames {
    if (this.#named !== machine) this.#slotNames = new SlotNames(machine)
    this.#named = machine
    return this.#slotNames!
  }

  library(name: string): string {
    const known = this.#library.get(name)
    if (known !== undefined) return known
    const made = moduleName(name, this.#library.size, "$lib")
    this.#library.set(name, made)
    return made
  }

  literal(value: Literal, machine: Machine): string {
    const inline = printInline(value)
    if (inline !== undefined) return inline
    const text = printConstruction(value, machine.source, this.#source)
    const known = this.#literals.get(text)
    if (known !== undefined) return known
    const made = `$literal${this.#literals.size}`
    this.#literals.set(text, made)
    return made
  }

  /** Variables in which a loop function hands back what it has changed. */
  register(number: number): string {
    this.registers = Math.max(this.registers, number + 1)
    return `$register${number}`
  }

  libraryNames(): ReadonlyArray<string> {
    return [...this.#library.keys()].filter((name) => !name.startsWith(externMark)).sort()
  }

  /** Declarations at the top of `link`, once all functions are written. */
  declarations(): ReadonlyArray<string> {
    return [
      ...[...this.#library].map(([name, variable]) => `const ${variable} = ${linked(name)}`),
      ...[...this.#literals].map(([text, variable]) => `const ${variable} = ${text}`),
      ...Array.from({ length: this.registers }, (_, number) => `let $register${number} = null`)
    ]
  }
}
