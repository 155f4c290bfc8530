import type { Expression } from "../4-lower/machine.ts"
import type { FunctionText } from "./expression.ts"
import { printText } from "./literals.ts"
import { isCount } from "./operators.ts"
import type { Writer } from "./writer.ts"

// Tests of types are written in place where JavaScript has one: a call would take longer than the test, and keeps numbers in boxes.

/** A test by JavaScript that holds for values of the type only, and for all of them but large ints. */
const certain: ReadonlyMap<string, (name: string) => string> = new Map([
  [":none", (name) => `${name} === null`],
  [":bool", (name) => `typeof ${name} === "boolean"`],
  [":int", (name) => `typeof ${name} === "number"`],
  [":str", (name) => `typeof ${name} === "string"`],
  [":real", (name) => `${name} instanceof $Real`],
  [":list", (name) => `${name} instanceof $List`],
  [":map", (name) => `${name} instanceof $Map`]
])

/** Whether the value is of the type. */
export const writeIs = (text: FunctionText, out: Writer, { span, type, value }: Expression & { kind: "is" }): void => {
  const test = certain.get(type)
  out.mark(text.machine.source, span)
  if (test === undefined) {
    out.write(`$.is(${printText(type)}, `)
    text.expression(out, value)
    out.write(")")
    return
  }
  out.write("(")
  const name = text.operand(out, value)
  out.write(test(name), type === ":int" ? ` || typeof ${name} === "bigint")` : ")")
}

/** The value if it is certainly of the type, else what `otherwise` makes of its name. */
export const writeTested = (
  text: FunctionText,
  out: Writer,
  value: Expression,
  { otherwise, type }: { readonly type: string; readonly otherwise: (out: Writer, name: string) => void }
): void => {
  const test = certain.get(type)
  if (test === undefined) throw new Error(`no test for ${type}`)
  if (type === ":int" && isCount(value)) return text.expression(out, value)
  out.write("(")
  const name = text.operand(out, value)
  if (text.numberLoop !== undefined) {
    text.numberLoop.before.write(`if (!(${test(name)})) ${text.numberLoop.leave}\n`)
    out.write(`${name})`)
    return
  }
  out.write(`${test(name)} ? ${name} : `)
  otherwise(out, name)
  out.write(")")
}

export const hasTest = (type: string): boolean => certain.has(type)
