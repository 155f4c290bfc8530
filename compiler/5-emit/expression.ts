import type { Expression, Machine, Slot } from "../4-lower/machine.ts"
import { writeArithmetic, writeComparison, writeDouble } from "./arithmetic.ts"
import { writeInline } from "./inline.ts"
import { printDouble, printText, writeText } from "./literals.ts"
import type { ModuleNames } from "./module.ts"
import type { SlotNames } from "./names.ts"
import { isArithmetic, isComparison, isDoubleOperation } from "./operators.ts"
import { hasTest, writeIs, writeTested } from "./type-tests.ts"
import type { Writer } from "./writer.ts"

type Library = Expression & { kind: "library" }

/**
 * Set in a loop whose ints are JavaScript numbers: what leads out of them leaves the loop. What must happen before an
 * expression, such as that test, is written as statements of its own before it.
 */
export interface NumberLoop {
  /** Slots that hold numbers. */
  readonly numbers: ReadonlySet<Slot>
  /** Places that stay below a number, so that one more needs no test. */
  readonly bounded: Set<Slot>
  /** Where statements go that must stand before the one that is being written. */
  readonly before: Writer
  /** The statement that leaves the loop. */
  readonly leave: string
}

/** The intermediates of one emitted JavaScript function, and how its expressions are written. */
export class FunctionText {
  readonly machine: Machine
  readonly module: ModuleNames
  readonly names: SlotNames
  /** Names of intermediates that live within one expression. */
  readonly scratch: Array<string> = []
  numberLoop: NumberLoop | undefined

  constructor(machine: Machine, module: ModuleNames) {
    this.machine = machine
    this.module = module
    this.names = module.slotNames(machine)
  }

  newScratch(): string {
    const name = `$${this.scratch.length}`
    this.scratch.push(name)
    return name
  }

  /** The value of a slot as it is kept in a frame. */
  saved(slot: Slot, name = this.names.of(slot)): string {
    return slot.form === "double" ? `new $Real(${name})` : name
  }

  /** What stands in a frame as the slot's variable holds it. It is none where an upgrade had no value for the slot. */
  restored(slot: Slot, text: string): string {
    if (slot.form === "index") return `+${text}`
    return slot.form === "double" ? `${text} === null ? 0 : $.double(${text})` : text
  }

  /** As the slot's variable holds it. */
  into(out: Writer, slot: Slot, expression: Expression): void {
    if (slot.form === "double") this.double(out, expression)
    else this.expression(out, expression)
  }

  /** As a value. */
  expression(out: Writer, expression: Expression): void {
    switch (expression.kind) {
      case "literal":
      case "slot":
        return this.#atomOrBox(out, expression)
      case "constant":
        out.write(this.module.hot(expression.index), "()")
        return
      case "call":
        out.mark(this.machine.source, expression.span).write(this.module.hot(expression.index), "(")
        this.#list(out, expression.args)
        out.write(")")
        return
      case "apply":
        return this.#apply(out, expression)
      case "closure":
        out.write(`$.closure(${expression.index}, [`)
        this.#list(out, expression.captured)
        out.write("])")
        return
      case "is":
        return writeIs(this, out, expression)
      case "check":
        return this.#check(out, expression)
      case "walk":
        return this.#walk(out, expression)
      case "library":
        return this.#library(out, expression)
    }
  }

  /** As a double. What is not certain to be a real is tested. */
  double(out: Writer, expression: Expression): void {
    if (expression.kind === "literal" && expression.value.type === "real") {
      out.write(printDouble(expression.value.value))
    } else if (expression.kind === "slot" && expression.slot.form === "double") {
      out.write(this.names.of(expression.slot))
    } else if (isDoubleOperation(expression)) {
      writeDouble(this, out, expression)
    } else {
      const isCertain = expression.known === "real"
      out.write(isCertain ? "(" : "$.double(")
      this.expression(out, expression)
      out.write(isCertain ? ").value" : ")")
    }
  }

  /** As a JavaScript condition: true where the language says that the value is true. */
  condition(out: Writer, expression: Expression): void {
    if (isBoolean(expression)) return this.expression(out, expression)
    const name = this.operand(out, expression)
    out.write(`${name} !== false && ${name} !== 0 && ${name} !== null`)
  }

  /** The name of the value. What must be computed is kept in an intermediate: before the statement in a loop of numbers, else by
   * what is written here, in front of the expression. */
  operand(out: Writer, expression: Expression): string {
    return this.atom(expression) ?? this.#kept(out, expression, false)
  }

  /** The same of a double. */
  doubleOperand(out: Writer, expression: Expression): string {
    const atom =
      expression.kind === "slot" && expression.slot.form === "double" ? this.names.of(expression.slot) : undefined
    const literal = expression.kind === "literal" && expression.value.type === "real" ? expression.value : undefined
    const text = literal === undefined ? atom : printDouble(literal.value)
    return text ?? this.#kept(out, expression, true)
  }

  #kept(out: Writer, expression: Expression, isDouble: boolean): string {
    const name = this.newScratch()
    const { numberLoop } = this
    const to = numberLoop === undefined ? out : this.module.line()
    to.write(name, " = ")
    if (isDouble) this.double(to, expression)
    else this.expression(to, expression)
    if (numberLoop === undefined) out.write(", ")
    else {
      numberLoop.before.append(to.write("\n"))
      this.module.giveBack(to)
    }
    return name
  }

  #check(out: Writer, { span, type, value, what }: Expression & { kind: "check" }): void {
    const check = (to: Writer, write: () => void): void => {
      to.mark(this.machine.source, span).write(`$.check(${printText(type)}, `)
      write()
      to.write(`, ${printText(what)})`)
    }
    if (!hasTest(type)) return check(out, () => this.expression(out, value))
    writeTested(this, out, value, { type, otherwise: (to, name) => check(to, () => void to.write(name)) })
  }

  #atomOrBox(out: Writer, expression: Expression & { kind: "literal" | "slot" }): void {
    if (expression.kind === "literal" && expression.value.type === "string") {
      writeText(out, expression.value.value)
      return
    }
    const atom = this.atom(expression)
    if (atom !== undefined) out.write(atom)
    else if (expression.kind === "slot") out.write(this.saved(expression.slot))
  }

  #apply(out: Writer, { args, callee, span, spreads }: Expression & { kind: "apply" }): void {
    const direct = spreads ? undefined : directCalls[args.length]
    out.mark(this.machine.source, span).write(direct === undefined ? "$.call(" : `$.${direct}(`)
    this.expression(out, callee)
    out.write(direct === undefined ? ", [" : args.length === 0 ? "" : ", ")
    this.#list(out, args, spreads)
    out.write(direct === undefined ? "])" : ")")
  }

  #list(out: Writer, args: ReadonlyArray<Expression>, spreads = false): void {
    for (let index = 0; index < args.length; index++) {
      if (index > 0) out.write(", ")
      const isSpread = spreads && index === args.length - 1
      if (isSpread) out.write("...$.spread(")
      this.expression(out, args[index]!)
      if (isSpread) out.write(")")
    }
  }

  /** The text of an expression that costs nothing and changes nothing, so that it may be written twice. */
  atom(expression: Expression): string | undefined {
    if (expression.kind === "slot")
      return expression.slot.form === "double" ? undefined : this.names.of(expression.slot)
    if (expression.kind === "literal") return this.module.literal(expression.value, this.machine)
    return undefined
  }

  #walk(out: Writer, { step, args, span }: Expression & { kind: "walk" }): void {
    if (step === "iterable") {
      out.mark(this.machine.source, span).write("$.iterable(")
      this.expression(out, args[0]!)
      out.write(")")
      return
    }
    out.write(this.atom(args[0]!)!)
    out.write(step === "size" ? ".size" : `.items[${this.atom(args[1]!)}]`)
  }

  #library(out: Writer, expression: Library): void {
    const { name, args } = expression
    if (expression.spreads) return this.libraryCall(out, expression)
    if (isDoubleOperation(expression)) {
      out.write("new $Real(")
      writeDouble(this, out, expression)
      out.write(")")
      return
    }
    if (isArithmetic(name) && args.length > 0) return writeArithmetic(this, out, expression)
    if (isComparison(name) && args.length > 0) return writeComparison(this, out, expression)
    if (name === "not" && args.length === 1) {
      out.write("!(")
      this.condition(out, args[0]!)
      out.write(")")
      return
    }
    if (writeInline(this, out, expression)) return
    this.libraryCall(out, expression)
  }

  libraryCall(out: Writer, { name, args, spreads, span }: Library): void {
    out.mark(this.machine.source, span).write(this.module.library(name), "(")
    this.#list(out, args, spreads)
    out.write(")")
  }
}

/** Calls of a value with so many arguments. */
const directCalls: ReadonlyArray<string> = ["call0", "call1", "call2"]

const isBoolean = (expression: Expression): boolean =>
  expression.known === "bool" ||
  expression.kind === "is" ||
  (expression.kind === "library" && expression.isBoolean) ||
  (expression.kind === "literal" && expression.value.type === "bool")
