import type { Expression } from "../4-lower/machine.ts"
import type { FunctionText, NumberLoop } from "./expression.ts"
import {
  type Arithmetic,
  arithmetic,
  type Comparison,
  comparisons,
  doubleFunctions,
  inSteps,
  isCount,
  isIntOperation,
  isSmallInt,
  type Library
} from "./operators.ts"
import type { Writer } from "./writer.ts"

// How arithmetic and comparisons are written. Ints: one JavaScript operation and one range test where both sides are numbers;
// all else goes to the generic intrinsic, or, in a loop of numbers, out of the loop. Reals: as JavaScript's own.

const intMax = "9007199254740991"

export interface Operand {
  readonly text: string
  /** Known to be a JavaScript number. */
  readonly isNumber: boolean
}

/** As a value that is not certainly a real. */
export const writeArithmetic = (text: FunctionText, out: Writer, expression: Library): void => {
  const operation = arithmetic.get(expression.name)!
  if (expression.args.length === 1) {
    out.write("(")
    const operand = text.operand(out, expression.args[0]!)
    out.mark(text.machine.source, expression.span).write(`${operation.unary(operand)})`)
    return
  }
  const { numberLoop } = text
  const step = inSteps(expression)
  if (numberLoop !== undefined && isIntOperation(step)) {
    out.write(writeNumberStep(text, step, numberLoop))
    return
  }
  if (isAdvance(step) && step.args[0].slot.form === "index") out.write(text.names.of(step.args[0].slot), " + 1")
  else writeStep(text, out, step, operation)
}

const writeStep = (text: FunctionText, out: Writer, { args, span }: Library, operation: Arithmetic): void => {
  out.write("(")
  const left = operandOf(text, out, args[0]!)
  const right = operandOf(text, out, args[1]!)
  const result = text.newScratch()
  if (writeGuards(out, left, right)) out.write(" && ")
  // V8 needs no double for an int of 32 bits if that is tested first; then the first test is also the last for it.
  out.write("(((", result, " = ")
  writeComputed(out, left.text, operation, right.text)
  out.write(") | 0) === ", result, " || Math.abs(").write(result, `) <= ${intMax}) ? `, result).write(" : ")
  out.mark(text.machine.source, span).write("$.", operation.intrinsic, "(")
  out.write(left.text, ", ", right.text).write("))")
}

// In pieces, here and below: a text that is joined first is made anew, and copied twice.
const writeComputed = (out: Writer, left: string, { sign, spacedSign }: Arithmetic, right: string): void => {
  // A product gets `+ 0`, as an int has no negative zero.
  out.write(left, spacedSign, right).write(sign === "*" ? " + 0" : "")
}

/** In a loop of numbers: statements that compute it, or leave the loop. Yields the name of the result, which is a number. */
const writeNumberStep = (text: FunctionText, step: Library, loop: NumberLoop): string => {
  const left = operandOf(text, loop.before, step.args[0]!)
  const right = operandOf(text, loop.before, step.args[1]!)
  if (isBoundedAdvance(step, loop)) return `${left.text} + 1`
  const result = text.newScratch()
  const { before, leave } = loop
  before.mark(text.machine.source, step.span).write("if (!(")
  if (writeGuards(before, left, right)) before.write(" && ")
  // One test, of a double: in loops sums soon leave the 32 bits.
  before.write("Math.abs(", result, " = ")
  writeComputed(before, left.text, arithmetic.get(step.name)!, right.text)
  before.write(`) <= ${intMax})) `, leave, "\n")
  return result
}

const isBoundedAdvance = (step: Library, { bounded }: NumberLoop): boolean =>
  isAdvance(step) && (bounded.has(step.args[0].slot) || step.args[0].slot.form === "index")

/** Whether it is a slot and one more. */
const isAdvance = (step: Library): step is Library & { readonly args: readonly [Expression & { kind: "slot" }] } => {
  const [slot, one] = step.args
  return (
    step.name === "+" &&
    slot?.kind === "slot" &&
    one?.kind === "literal" &&
    one.value.type === "int" &&
    one.value.value === 1
  )
}

/** The name of a value, in a loop of numbers computed before the statement. */
export const operandOf = (text: FunctionText, out: Writer, expression: Expression): Operand => {
  const { numberLoop } = text
  if (numberLoop !== undefined && isIntOperation(expression))
    return {
      text: keptNumber(text, writeNumberStep(text, inSteps(expression), numberLoop), numberLoop),
      isNumber: true
    }
  return { text: text.operand(out, expression), isNumber: isNumber(expression, numberLoop) }
}

const keptNumber = (text: FunctionText, computed: string, loop: NumberLoop): string => {
  if (!computed.includes(" ")) return computed
  const name = text.newScratch()
  loop.before.write(`${name} = ${computed}\n`)
  return name
}

const isNumber = (expression: Expression, loop: NumberLoop | undefined): boolean =>
  isCount(expression) || (expression.kind === "slot" && loop?.numbers.has(expression.slot) === true)

/** The tests that both are numbers, where that is not certain; false: there are none. */
const writeGuards = (out: Writer, left: Operand, right: Operand): boolean => {
  const isLeftTested = !left.isNumber
  const isRightTested = !right.isNumber && !(isLeftTested && left.text === right.text)
  if (isLeftTested) out.write("typeof ", left.text, ' === "number"')
  if (isRightTested) out.write(isLeftTested ? " && typeof " : "typeof ", right.text, ' === "number"')
  return isLeftTested || isRightTested
}

/** Tests, each with ` && ` behind it, that all of them are numbers. */
export const numberGuards = (operands: ReadonlyArray<Operand>): string =>
  [...new Set(operands.filter((each) => !each.isNumber).map((each) => each.text))]
    .map((text) => `typeof ${text} === "number" && `)
    .join("")

// ─── reals ───

/** As a double. */
export const writeDouble = (text: FunctionText, out: Writer, expression: Library): void => {
  const { args, name, span } = expression
  const mathematics = name === "abs" ? "Math.abs" : doubleFunctions.get(name)
  if (mathematics !== undefined) {
    out.mark(text.machine.source, span).write(`${mathematics}(`)
    writeAmount(text, out, args[0]!, name)
    out.write(")")
    return
  }
  const step = inSteps(expression)
  if (name === "/") return writeQuotient(text, out, step)
  out.write(args.length === 1 && name === "-" ? "(-" : "(")
  writeAmount(text, out, step.args[0]!, name)
  if (args.length > 1) {
    out.mark(text.machine.source, span).write(` ${name} `)
    writeAmount(text, out, step.args[1]!, name)
  }
  out.write(")")
}

/** A number of any kind as a double; a fault of `operator` for anything else. */
const writeAmount = (text: FunctionText, out: Writer, expression: Expression, operator: string): void => {
  if (expression.known === "real") return text.double(out, expression)
  if (isNumber(expression, text.numberLoop)) return text.expression(out, expression)
  if (text.numberLoop !== undefined && isIntOperation(expression)) return text.expression(out, expression)
  // Only the box of a real has a number there. Written out, as V8 then knows what is found at this place; not with `?.`, which
  // would put the number into a box.
  out.write("(")
  const operand = text.operand(out, expression)
  const amount = text.newScratch()
  out.mark(text.machine.source, expression.kind === "library" ? expression.span : text.machine.span)
  const isInt = expression.known === "int"
  if (!isInt) out.write(operand, " !== null && ")
  out.write("typeof (", amount, " = ").write(operand, isInt ? ") " : ".value) ", '=== "number" ? ')
  out.write(amount, ' : $.amount("', operator.replace("core/", "")).write('", ', operand, "))")
}

/** The int 0 must not divide, and ints beyond the doubles are divided exactly. */
const writeQuotient = (text: FunctionText, out: Writer, { args, span }: Library): void => {
  const [left, right] = args as readonly [Expression, Expression]
  out.write("(")
  const x = quotientOperand(text, out, left)
  const y = quotientOperand(text, out, right)
  const guards = [x.guard, y.guard, y.isInt && !isSmallInt(right) ? `${y.text} !== 0` : ""].filter(
    (each) => each !== ""
  )
  if (isSmallInt(right) && y.text === "0") guards.push("false")
  const direct = `${x.text} / ${y.text}`
  out.mark(text.machine.source, span)
  out.write(
    guards.length === 0 ? direct : `${guards.join(" && ")} ? ${direct} : $.divide(${x.value}, ${y.value}).value`
  )
  out.write(")")
}

const quotientOperand = (
  text: FunctionText,
  out: Writer,
  expression: Expression
): { readonly text: string; readonly guard: string; readonly value: string; readonly isInt: boolean } => {
  if (expression.known === "real") {
    const name = text.doubleOperand(out, expression)
    return { text: name, guard: "", value: `new $Real(${name})`, isInt: false }
  }
  const operand = operandOf(text, out, expression)
  const guard = operand.isNumber ? "" : `typeof ${operand.text} === "number"`
  return { text: operand.text, guard, value: operand.text, isInt: true }
}

// ─── comparisons ───

export const writeComparison = (text: FunctionText, out: Writer, expression: Library): void => {
  const comparison = comparisons.get(expression.name)!
  const { args, span } = expression
  out.write("(")
  const pair = args.length === 2 ? ([args[0]!, args[1]!] as const) : undefined
  if (pair !== undefined && isOfReals(pair)) writeRealComparison(text, out, pair, comparison)
  else {
    const operands = args.map((arg) => operandOf(text, out, arg))
    noteBound(text, expression)
    if (operands.length === 1) out.write("true")
    for (let index = 1; index < operands.length; index++) {
      const left = operands[index - 1]!
      const right = operands[index]!
      if (index > 1) out.write(" && ")
      out.mark(text.machine.source, span).write("(")
      const isTested = writeGuards(out, left, right)
      if (isTested) out.write(" ? ")
      out.write(left.text, comparison.spacedSign, right.text)
      if (isTested) out.write(comparison.generic, left.text, ", ").write(right.text, comparison.genericEnd)
      out.write(")")
    }
  }
  out.write(comparison.yieldsInt ? ") ? 1 : 0" : ")")
}

/** A loop's place that is below a number can be advanced without leaving the numbers. */
const noteBound = ({ numberLoop }: FunctionText, { args, name }: Library): void => {
  const [left, right] = args
  if (numberLoop === undefined || name !== "<" || args.length !== 2) return
  if (left?.kind !== "slot" || left.slot.name !== "%index" || !isNumber(right!, numberLoop)) return
  if (numberLoop.numbers.has(left.slot)) numberLoop.bounded.add(left.slot)
}

type Pair = readonly [left: Expression, right: Expression]

/** Reals, or a real and an int: JavaScript compares a number and a BigInt by their exact amounts. */
const isOfReals = (pair: Pair): boolean =>
  pair.some(({ known }) => known === "real") && pair.every(({ known }) => known === "real" || known === "int")

const writeRealComparison = (text: FunctionText, out: Writer, pair: Pair, comparison: Comparison): void => {
  const areReals = pair.every(({ known }) => known === "real")
  const [left, right] = pair.map((each) =>
    each.known === "real" ? text.doubleOperand(out, each) : operandOf(text, out, each).text
  ) as [string, string]
  const { sign, yieldsInt } = comparison
  if (sign !== "===" && sign !== "!==") out.write(`${left} ${sign} ${right}`)
  else if (!areReals) out.write(yieldsInt ? "false" : `${left} ${sign.slice(0, 2)} ${right}`)
  // A real that is no number is the same as itself.
  else out.write(sign === "===" ? "" : "!", `(${left} === ${right} || ${left} !== ${left} && ${right} !== ${right})`)
}
