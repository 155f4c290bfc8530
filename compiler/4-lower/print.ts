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
  return [
    head,
    ...machine.points.map((point) => `  point ${printPoint(point)}`),
    ...printStatements(machine.body, "  ", naming)
  ].join("\n")
}

const printPoint = (point: Point): string =>
  `${point.pc} ${point.id}${point.callee === "" ? "" : ` ${point.callee}`} live {${point.live.map((slot) => slot.name).join(" ")}}`

export const printStatements = (
  statements: ReadonlyArray<Statement>,
  indent: string,
  naming: Naming
): ReadonlyArray<string> => statements.flatMap((statement) => printStatement(statement, indent, naming))

const printStatement = (statement: Statement, indent: string, naming: Naming): ReadonlyArray<string> => {
  const inner = `${indent}  `
  const all = (statements: ReadonlyArray<Statement>) => printStatements(statements, inner, naming)
  const print = (expression: Expression) => printExpression(expression, naming)
  switch (statement.kind) {
    case "assign":
      return [`${indent}${naming.slot(statement.slot)} = ${print(statement.value)}`]
    case "evaluate":
      return [`${indent}${print(statement.value)}`]
    case "suspendable": {
      const target = statement.slot === undefined ? "" : `${naming.slot(statement.slot)} = `
      return [`${indent}${target}${print(statement.call)} ? ${statement.point.pc}`]
    }
    case "if": {
      const otherwise = statement.whenFalse.length === 0 ? [] : [`${indent}else`, ...all(statement.whenFalse)]
      return [`${indent}if ${print(statement.test)}`, ...all(statement.whenTrue), ...otherwise]
    }
    case "block":
      return [`${indent}block L${statement.label.ordinal}`, ...all(statement.body)]
    case "loop":
      return [`${indent}loop L${statement.label.ordinal} ? ${statement.point.pc}`, ...all(statement.body)]
    case "guard":
      return [
        `${indent}guard ${statement.ends ? "ends" : "faults"}${statement.shields ? " shielded" : ""}`,
        ...all(statement.body),
        `${indent}caught ${naming.slot(statement.caught)}`,
        ...all(statement.handler)
      ]
    case "exit":
      return [`${indent}exit L${statement.label.ordinal}`]
    case "return":
      return [`${indent}return ${print(statement.value)}`]
  }
}

export const printExpression = (expression: Expression, naming: Naming): string => {
  const all = (head: string, args: ReadonlyArray<Expression>): string =>
    `(${[head, ...args.map((arg) => printExpression(arg, naming))].join(" ")})`
  switch (expression.kind) {
    case "literal":
      return printLiteral(expression.value)
    case "slot":
      return naming.slot(expression.slot)
    case "constant":
      return `constant${naming.machine(expression.index)}`
    case "call":
      return all(naming.machine(expression.index), expression.args)
    case "apply":
      return all(`apply ${printExpression(expression.callee, naming)}${spread(expression)}`, expression.args)
    case "library":
      return all(`${expression.name}${spread(expression)}`, expression.args)
    case "closure":
      return all(`closure${naming.machine(expression.index)}`, expression.captured)
    case "is":
      return all(`is ${expression.type}`, [expression.value])
    case "check":
      return all(`check ${expression.type}`, [expression.value])
    case "walk":
      return all(expression.step, expression.args)
  }
}

/** The last argument is a list of arguments. */
const spread = ({ spreads }: { readonly spreads: boolean }): string => (spreads ? " &" : "")
