import type { Expression } from "../4-lower/machine.ts"
import { numberGuards, type Operand, operandOf } from "./arithmetic.ts"
import type { FunctionText } from "./expression.ts"
import type { Library } from "./operators.ts"
import { hasTest, writeTested as writeTypeTested } from "./type-tests.ts"
import type { Writer } from "./writer.ts"

/** Writes a call of the library as a few operations of JavaScript where types allow it. False: nothing was written. */
export const writeInline = (text: FunctionText, out: Writer, expression: Library): boolean => {
  const { args, name } = expression
  if (name === "core/list/len" && args.length === 1 && args[0]!.known === "list") {
    text.expression(out, args[0]!)
    out.write(".size")
    return true
  }
  if (name === "core/list/at!" && args.length === 2 && args.map(({ known }) => known).join() === "int,list") {
    writeItem(text, out, expression)
    return true
  }
  if (name === "core/str/str" && args.length > 1 && args.every(isPart) && args.some(({ known }) => known === "str")) {
    writeJoined(text, out, expression)
    return true
  }
  if (name === "core/form/cast" && args.length === 2) return writeCast(text, out, expression)
  return false
}

const writeCast = (text: FunctionText, out: Writer, expression: Library): boolean => {
  const [type, value] = expression.args as readonly [Expression, Expression]
  if (type.kind !== "literal" || type.value.type !== "string" || !hasTest(type.value.value)) return false
  writeTypeTested(text, out, value, {
    type: type.value.value,
    otherwise: (to, name) => writeGeneral(text, to, expression, [text.atom(type)!, name])
  })
  return true
}

/** The test, and what holds otherwise: in a loop of numbers the way out of it, else the call of the library. */
const writeTested = (
  text: FunctionText,
  out: Writer,
  { test, value, otherwise }: { readonly test: string; readonly value: string; readonly otherwise: () => void }
): void => {
  const { numberLoop } = text
  if (numberLoop === undefined) {
    out.write(test, " ? ", value).write(" : ")
    otherwise()
    out.write(")")
  } else {
    numberLoop.before.write(`if (!(${test})) ${numberLoop.leave}\n`)
    out.write(`${value})`)
  }
}

const writeItem = (text: FunctionText, out: Writer, expression: Library): void => {
  out.write("(")
  const [index, list] = operandsOf(text, out, expression.args) as [Operand, Operand]
  const test = `${numberGuards([index])}${index.text} >= 0 && ${index.text} < ${list.text}.size`
  const value = `${list.text}.items[${index.text}]`
  writeTested(text, out, { test, value, otherwise: () => writeGeneral(text, out, expression, [index.text, list.text]) })
}

// The first two are put together as texts, so that no numbers are added.
const writeJoined = (text: FunctionText, out: Writer, expression: Library): void => {
  out.write("(")
  const parts = operandsOf(text, out, expression.args)
  const texts = parts.map((part) => part.text)
  const isText = expression.args.slice(0, 2).some(({ known }) => known === "str")
  const joined = `${isText ? "" : '"" + '}${texts.join(" + ")}`
  const numbers = parts.filter((_, index) => expression.args[index]!.known === "int")
  const name = text.newScratch()
  const test = `${numberGuards(numbers)}(${name} = ${joined}).length <= $textUnitsMax`
  writeTested(text, out, { test, value: name, otherwise: () => writeGeneral(text, out, expression, texts) })
}

const operandsOf = (text: FunctionText, out: Writer, args: ReadonlyArray<Expression>): ReadonlyArray<Operand> =>
  args.map((arg) => operandOf(text, out, arg))

const writeGeneral = (
  text: FunctionText,
  out: Writer,
  { name, span }: Library,
  operands: ReadonlyArray<string>
): void => {
  out.mark(text.machine.source, span).write(text.module.library(name), "(", operands.join(", ")).write(")")
}

const isPart = ({ known }: Expression): boolean => known === "str" || known === "int"
