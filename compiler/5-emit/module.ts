import { externMark, type Literal } from "../2-expand/core.ts"
import type { Machine, MachineProgram } from "../4-lower/machine.ts"
import type { Source } from "../source.ts"
import { printConstruction, printInline, printText } from "./literals.ts"
import { moduleName } from "./names.ts"

const linked = (name: string): string =>
  name.startsWith(externMark)
    ? `$.extern(${printText(name.slice(externMark.length))})`
    : `$.library(${printText(name)})`

/** What the functions of one module share: names of functions, of linked library functions, of constructed literals. */
export class ModuleNames {
  readonly machines: ReadonlyArray<Machine>
  readonly #source: Source
  readonly #hot: ReadonlyArray<string>
  readonly #library = new Map<string, string>()
  readonly #literals = new Map<string, string>()
  registers = 0

  constructor(program: MachineProgram) {
    this.machines = program.machines
    this.#source = program.source
    this.#hot = program.machines.map((machine, index) => moduleName(machine.name, index))
  }

  hot(index: number): string {
    return this.#hot[index]!
  }

  resume(index: number): string {
    return moduleName(this.machines[index]!.name, index, "$resume")
  }

  loop(index: number, ordinal: number): string {
    return moduleName(this.machines[index]!.name, index, `$loop${ordinal}`)
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
