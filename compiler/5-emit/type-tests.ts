import type { Expression } from "../4-lower/machine.ts"
import type { FunctionText } from "./expression.ts"
import { printText } from "./literals.ts"
import { isCount } from "./operators.ts"
import type { Writer } from "./writer.ts"

// Tests of types are written in place where JavaScript has one: a call would take longer than the test, and keeps numbers in boxes.

/** A test by JavaScript that holds for values of the type only, and for all of them but large ints. */
const certain: ReadonlyMap<string, Test> = new Map([
  [":none", { before: "", behind: " === null" }],
  [":bool", { before: "typeof ", behind: ' === "boolean"' }],
  [":int", { before: "typeof ", behind: ' === "number"' }],
  [":str", { before: "typeof ", behind: ' === "string"' }],
  [":real", { before: "", behind: " instanceof $Real" }],
  [":list", { before: "", behind: " instanceof $List" }],
  [":map", { before: "", behind: " instanceof $Map" }]
])

/** What stands around the name. */
interface Test {
  readonly before: string
  readonly behind: string
}

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
  out.write(test.before, name, test.behind)
  if (type === ":int") out.write(" || typeof ", name, ' === "bigint"')
  out.write(")")
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
    const { before, leave } = text.numberLoop
    before.write("if (!(", test.before, name).write(test.behind, ")) ", leave).write("\n")
    out.write(name, ")")
    return
  }
  out.write(test.before, name, test.behind).write(" ? ", name, " : ")
  otherwise(out, name)
  out.write(")")
}

export const hasTest = (type: string): boolean => certain.has(type)
