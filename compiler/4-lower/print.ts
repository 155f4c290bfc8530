import { printLiteral } from "../2-expand/print.ts"
import type { Expression, Machine, MachineProgram, Point, Statement } from "./machine.ts"

/** A program's machines as text: for golden tests and for a person who wants to see what is saved where. */
export const printMachines = (program: MachineProgram): string => program.machines.map(printMachine).join("\n\n")

const printMachine = (machine: Machine): string => {
  const kind = machine.isConstant ? "constant" : machine.suspends ? "machine" : "plain"
  const head = `${kind} ${machine.index} ${machine.name} (${machine.params.map((param) => param.name).join(" ")})`
  return [
    head,
    ...machine.points.map((point) => `  point ${printPoint(point)}`),
    ...printStatements(machine.body, "  ")
  ].join("\n")
}

const printPoint = (point: Point): string =>
  `${point.pc} ${point.id}${point.callee === "" ? "" : ` ${point.callee}`} live {${point.live.map((slot) => slot.name).join(" ")}}`

const printStatements = (statements: ReadonlyArray<Statement>, indent: string): ReadonlyArray<string> =>
  statements.flatMap((statement) => printStatement(statement, indent))

const printStatement = (statement: Statement, indent: string): ReadonlyArray<string> => {
  const inner = `${indent}  `
  switch (statement.kind) {
    case "assign":
      return [`${indent}${statement.slot.name} = ${printExpression(statement.value)}`]
    case "evaluate":
      return [`${indent}${printExpression(statement.value)}`]
    case "suspendable": {
      const target = statement.slot === undefined ? "" : `${statement.slot.name} = `
      return [`${indent}${target}${printExpression(statement.call)} ? ${statement.point.pc}`]
    }
    case "if": {
      const otherwise =
        statement.whenFalse.length === 0 ? [] : [`${indent}else`, ...printStatements(statement.whenFalse, inner)]
      return [
        `${indent}if ${printExpression(statement.test)}`,
        ...printStatements(statement.whenTrue, inner),
        ...otherwise
      ]
    }
    case "block":
      return [`${indent}block L${statement.label.ordinal}`, ...printStatements(statement.body, inner)]
    case "loop":
      return [
        `${indent}loop L${statement.label.ordinal} ? ${statement.point.pc}`,
        ...printStatements(statement.body, inner)
      ]
    case "guard":
      return [
        `${indent}guard ${statement.ends ? "ends" : "faults"}`,
        ...printStatements(statement.body, inner),
        `${indent}caught ${statement.caught.name}`,
        ...printStatements(statement.handler, inner)
      ]
    case "exit":
      return [`${indent}exit L${statement.label.ordinal}`]
    case "return":
      return [`${indent}return ${printExpression(statement.value)}`]
  }
}

const printExpression = (expression: Expression): string => {
  const all = (head: string, args: ReadonlyArray<Expression>): string =>
    `(${[head, ...args.map(printExpression)].join(" ")})`
  switch (expression.kind) {
    case "literal":
      return printLiteral(expression.value)
    case "slot":
      return expression.slot.name
    case "constant":
      return `constant#${expression.index}`
    case "call":
      return all(`#${expression.index}`, expression.args)
    case "apply":
      return all(`apply ${printExpression(expression.callee)}`, expression.args)
    case "library":
      return all(expression.name, expression.args)
    case "closure":
      return all(`closure#${expression.index}`, expression.captured)
    case "is":
      return all(`is ${expression.type}`, [expression.value])
    case "check":
      return all(`check ${expression.type}`, [expression.value])
    case "walk":
      return all(expression.step, expression.args)
  }
}
