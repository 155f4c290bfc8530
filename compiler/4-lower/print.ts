import { printLiteral } from "../2-expand/print.ts"
import type { Expression, Machine, MachineProgram, Point, Slot, Statement } from "./machine.ts"

/** How slots and other machines are called in print. */
export interface Naming {
  readonly slot: (slot: Slot) => string
  readonly machine: (index: number) => string
}

const byIndex: Naming = { slot: (slot) => slot.name, machine: (index) => `#${index}` }

/** A program's machines as text: for golden tests and for a person who wants to see what is saved where. */
export const printMachines = (program: MachineProgram): string =>
  program.machines.map((machine) => printMachine(machine)).join("\n\n")

/** One of them. `naming`: what it calls others; by their numbers without it. */
export const printMachine = (machine: Machine, naming: Naming = byIndex): string => {
  const kind = machine.isConstant ? "constant" : machine.suspends ? "machine" : "plain"
  const head = `${kind} ${machine.index} ${machine.name} (${machine.params.map((param) => param.name).join(" ")})`
  const points = machine.points.map((point) => `\n  point ${printPoint(point)}`).join("")
  return `${head}${points}${printStatements(machine.body, "  ", naming)}`
}

const printPoint = (point: Point): string =>
  `${point.pc} ${point.id}${point.callee === "" ? "" : ` ${point.callee}`} live {${point.live.map((slot) => slot.name).join(" ")}}`

/** What takes a print as it comes: a text, or only its hash. */
export interface PrintTarget {
  readonly write: (text: string) => void
}

/** A print as one text. */
export class PrintedText implements PrintTarget {
  text = ""

  write(text: string): void {
    this.text += text
  }
}

export const printStatements = (statements: ReadonlyArray<Statement>, indent: string, naming: Naming): string => {
  const out = new PrintedText()
  writeStatements(out, statements, indent, naming)
  return out.text
}

/** A line for each, and for each inside it, with an end of line before it. */
export const writeStatements = (
  out: PrintTarget,
  statements: ReadonlyArray<Statement>,
  indent: string,
  naming: Naming
): void => {
  for (const statement of statements) writeStatement(out, statement, indent, naming)
}

const writeStatement = (out: PrintTarget, statement: Statement, indent: string, naming: Naming): void => {
  out.write("\n")
  out.write(indent)
  const inner = `${indent}  `
  switch (statement.kind) {
    case "assign":
      out.write(naming.slot(statement.slot))
      out.write(" = ")
      return writeExpression(out, statement.value, naming)
    case "evaluate":
      return writeExpression(out, statement.value, naming)
    case "suspendable":
      if (statement.slot !== undefined) {
        out.write(naming.slot(statement.slot))
        out.write(" = ")
      }
      writeExpression(out, statement.call, naming)
      return out.write(` ? ${statement.point.pc}`)
    case "if":
      out.write("if ")
      writeExpression(out, statement.test, naming)
      writeStatements(out, statement.whenTrue, inner, naming)
      if (statement.whenFalse.length > 0) out.write(`\n${indent}else`)
      return writeStatements(out, statement.whenFalse, inner, naming)
    case "block":
      out.write(`block L${statement.label.ordinal}`)
      return writeStatements(out, statement.body, inner, naming)
    case "loop":
      out.write(`loop L${statement.label.ordinal} ? ${statement.point.pc}`)
      return writeStatements(out, statement.body, inner, naming)
    case "guard":
      out.write(`guard ${statement.ends ? "ends" : "faults"}${statement.shields ? " shielded" : ""}`)
      writeStatements(out, statement.body, inner, naming)
      out.write(`\n${indent}caught ${naming.slot(statement.caught)}`)
      return writeStatements(out, statement.handler, inner, naming)
    case "exit":
      return out.write(`exit L${statement.label.ordinal}`)
    case "return":
      out.write("return ")
      return writeExpression(out, statement.value, naming)
  }
}

export const writeExpression = (out: PrintTarget, expression: Expression, naming: Naming): void => {
  switch (expression.kind) {
    case "literal":
      return out.write(printLiteral(expression.value))
    case "slot":
      return out.write(naming.slot(expression.slot))
    case "constant":
      out.write("constant")
      return out.write(naming.machine(expression.index))
    case "call":
      out.write("(")
      out.write(naming.machine(expression.index))
      return writeArguments(out, expression.args, naming)
    case "apply":
      out.write("(apply ")
      writeExpression(out, expression.callee, naming)
      return writeArguments(out, expression.args, naming, expression.spreads)
    case "library":
      out.write("(")
      out.write(expression.name)
      return writeArguments(out, expression.args, naming, expression.spreads)
    case "closure":
      out.write("(closure")
      out.write(naming.machine(expression.index))
      return writeArguments(out, expression.captured, naming)
    case "is":
    case "check":
      out.write(`(${expression.kind} ${expression.type} `)
      writeExpression(out, expression.value, naming)
      return out.write(")")
    case "walk":
      out.write("(")
      out.write(expression.step)
      return writeArguments(out, expression.args, naming)
  }
}

/** `&`: the last argument is a list of arguments. */
const writeArguments = (out: PrintTarget, args: ReadonlyArray<Expression>, naming: Naming, spreads = false): void => {
  if (spreads) out.write(" &")
  for (const arg of args) {
    out.write(" ")
    writeExpression(out, arg, naming)
  }
  out.write(")")
}
