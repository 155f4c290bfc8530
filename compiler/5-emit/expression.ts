import type { Expression, Machine } from "../4-lower/machine.ts"
import { printText } from "./literals.ts"
import type { ModuleNames } from "./module.ts"
import { SlotNames } from "./names.ts"
import type { Writer } from "./writer.ts"

/** The intermediates of one emitted JavaScript function, and how its expressions are written. */
export class FunctionText {
  readonly machine: Machine
  readonly module: ModuleNames
  readonly names: SlotNames
  /** Names of intermediates that live within one expression. */
  readonly scratch: Array<string> = []

  constructor(machine: Machine, module: ModuleNames) {
    this.machine = machine
    this.module = module
    this.names = SlotNames.for(machine)
  }

  #newScratch(): string {
    const name = `$${this.scratch.length}`
    this.scratch.push(name)
    return name
  }

  expression(out: Writer, expression: Expression): void {
    switch (expression.kind) {
      case "literal":
      case "slot":
        out.write(this.#atom(expression)!)
        return
      case "constant":
        out.write(this.module.hot(expression.index), "()")
        return
      case "call":
        out.mark(this.machine.source, expression.span).write(this.module.hot(expression.index), "(")
        this.#list(out, expression.args)
        out.write(")")
        return
      case "apply":
        out.mark(this.machine.source, expression.span).write("$.call(")
        this.expression(out, expression.callee)
        out.write(", [")
        this.#list(out, expression.args, expression.spreads)
        out.write("])")
        return
      case "closure":
        out.write(`$.closure(${expression.index}, [`)
        this.#list(out, expression.captured)
        out.write("])")
        return
      case "is":
        out.mark(this.machine.source, expression.span).write(`$.is(${printText(expression.type)}, `)
        this.expression(out, expression.value)
        out.write(")")
        return
      case "check":
        out.mark(this.machine.source, expression.span).write(`$.check(${printText(expression.type)}, `)
        this.expression(out, expression.value)
        out.write(`, ${printText(expression.what)})`)
        return
      case "walk":
        return this.#walk(out, expression)
      case "library":
        return this.#library(out, expression)
    }
  }

  /** As a JavaScript condition: true where the language says that the value is true. */
  condition(out: Writer, expression: Expression): void {
    if (isBoolean(expression)) return this.expression(out, expression)
    const atom = this.#atom(expression)
    if (atom !== undefined) {
      out.write(`${atom} !== false && ${atom} !== 0 && ${atom} !== null`)
      return
    }
    const name = this.#newScratch()
    out.write(`(${name} = `)
    this.expression(out, expression)
    out.write(`) !== false && ${name} !== 0 && ${name} !== null`)
  }

  #list(out: Writer, args: ReadonlyArray<Expression>, spreads = false): void {
    for (const [index, arg] of args.entries()) {
      if (index > 0) out.write(", ")
      const isSpread = spreads && index === args.length - 1
      if (isSpread) out.write("...$.spread(")
      this.expression(out, arg)
      if (isSpread) out.write(")")
    }
  }

  /** The text of an expression that costs nothing and changes nothing, so that it may be written twice. */
  #atom(expression: Expression): string | undefined {
    if (expression.kind === "slot") return this.names.of(expression.slot)
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
    out.write(this.#atom(args[0]!)!)
    out.write(step === "size" ? ".size" : `.items[${this.#atom(args[1]!)}]`)
  }

  #library(out: Writer, expression: Expression & { kind: "library" }): void {
    const { name, args } = expression
    if (expression.spreads) return this.#libraryCall(out, expression)
    const operation = arithmetic.get(name)
    if (operation !== undefined && args.length > 0) return this.#arithmetic(out, expression, operation)
    const comparison = comparisons.get(name)
    if (comparison !== undefined && args.length > 0) return this.#comparison(out, expression, comparison)
    if (name === "not" && args.length === 1) {
      out.write("!(")
      this.condition(out, args[0]!)
      out.write(")")
      return
    }
    this.#libraryCall(out, expression)
  }

  #libraryCall(out: Writer, { name, args, spreads, span }: Expression & { kind: "library" }): void {
    out.mark(this.machine.source, span).write(this.module.library(name), "(")
    this.#list(out, args, spreads)
    out.write(")")
  }

  /** Operands as names, each evaluated once and in order; those that are not names yet are kept in scratch variables. */
  #operands(out: Writer, args: ReadonlyArray<Expression>): ReadonlyArray<Operand> {
    return args.map((arg) => {
      const atom = this.#atom(arg)
      if (atom !== undefined) return { text: atom, isPlainNumber: isPlainNumber(arg) }
      const name = this.#newScratch()
      out.write(`${name} = `)
      this.expression(out, arg)
      out.write(", ")
      return { text: name, isPlainNumber: isPlainNumber(arg) }
    })
  }

  // One JavaScript operation and one range test where both sides are small ints; all else goes to the generic intrinsic.
  // A product gets `+ 0`, as an int has no negative zero.
  #arithmetic(out: Writer, { args, span }: Expression & { kind: "library" }, operation: Arithmetic): void {
    out.write("(")
    const operands = this.#operands(out, args)
    let left = operands[0]!
    if (operands.length === 1) {
      out.mark(this.machine.source, span)
      out.write(`${operation.unary(left.text)})`)
      return
    }
    for (const [index, right] of operands.slice(1).entries()) {
      const result = this.#newScratch()
      const isLast = index === operands.length - 2
      const guards = numberGuards([left, right])
      if (!isLast) out.write(`${result} = `)
      out.write(
        `${guards}Math.abs(${result} = ${left.text} ${operation.sign} ${right.text}${operation.sign === "*" ? " + 0" : ""}) <= 9007199254740991 ? ${result} : `
      )
      out.mark(this.machine.source, span).write(`$.${operation.intrinsic}(${left.text}, ${right.text})`)
      if (!isLast) out.write(", ")
      left = { text: result, isPlainNumber: false }
    }
    out.write(")")
  }

  #comparison(out: Writer, { args, span }: Expression & { kind: "library" }, comparison: Comparison): void {
    out.write("(")
    const operands = this.#operands(out, args)
    if (operands.length === 1) out.write("true")
    for (const [index, right] of operands.slice(1).entries()) {
      const left = operands[index]!
      const guards = numberGuards([left, right])
      const generic = comparison.generic(left.text, right.text)
      if (index > 0) out.write(" && ")
      out.mark(this.machine.source, span)
      const test = `${left.text} ${comparison.sign} ${right.text}`
      out.write(guards === "" ? `(${test})` : `(${guards.slice(0, -4)} ? ${test} : ${generic})`)
    }
    out.write(comparison.yieldsInt ? ") ? 1 : 0" : ")")
  }
}

interface Operand {
  readonly text: string
  /** Known to be a JavaScript number. */
  readonly isPlainNumber: boolean
}

const numberGuards = (operands: ReadonlyArray<Operand>): string =>
  [...new Set(operands.filter((each) => !each.isPlainNumber).map((each) => each.text))]
    .map((text) => `typeof ${text} === "number" && `)
    .join("")

interface Arithmetic {
  readonly sign: string
  readonly intrinsic: "add" | "subtract" | "multiply"
  /** Of one operand. */
  readonly unary: (operand: string) => string
}

const arithmetic: ReadonlyMap<string, Arithmetic> = new Map<string, Arithmetic>([
  ["+", { sign: "+", intrinsic: "add", unary: (operand) => `$.add(0, ${operand})` }],
  ["-", { sign: "-", intrinsic: "subtract", unary: (operand) => `$.negate(${operand})` }],
  ["*", { sign: "*", intrinsic: "multiply", unary: (operand) => `$.multiply(1, ${operand})` }]
])

interface Comparison {
  readonly sign: string
  readonly generic: (left: string, right: string) => string
  readonly yieldsInt: boolean
}

const ordered = (sign: string): Comparison => ({
  sign,
  generic: (left, right) => `$.compare(${left}, ${right}) ${sign} 0`,
  yieldsInt: false
})

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ["<", ordered("<")],
  ["<=", ordered("<=")],
  [">", ordered(">")],
  [">=", ordered(">=")],
  ["=", { sign: "===", generic: (left, right) => `$.same(${left}, ${right})`, yieldsInt: false }],
  ["!=", { sign: "!==", generic: (left, right) => `!$.same(${left}, ${right})`, yieldsInt: false }],
  ["eq", { sign: "===", generic: (left, right) => `$.equal(${left}, ${right})`, yieldsInt: true }]
])

const isSmallInt = (expression: Expression): boolean =>
  expression.kind === "literal" && expression.value.type === "int" && typeof expression.value.value === "number"

const isPlainNumber = (expression: Expression): boolean =>
  isSmallInt(expression) || (expression.kind === "walk" && expression.step === "size")

const isBoolean = (expression: Expression): boolean =>
  expression.kind === "is" ||
  (expression.kind === "library" && expression.isBoolean) ||
  (expression.kind === "literal" && expression.value.type === "bool")
