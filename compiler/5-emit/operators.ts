import type { Expression } from "../4-lower/machine.ts"

export type Library = Expression & { kind: "library" }

export interface Arithmetic {
  readonly sign: string
  readonly spacedSign: string
  readonly intrinsic: "add" | "subtract" | "multiply"
  /** Of one operand. */
  readonly unary: (operand: string) => string
}

export const arithmetic: ReadonlyMap<string, Arithmetic> = new Map<string, Arithmetic>([
  ["+", { sign: "+", spacedSign: " + ", intrinsic: "add", unary: (operand) => `$.add(0, ${operand})` }],
  ["-", { sign: "-", spacedSign: " - ", intrinsic: "subtract", unary: (operand) => `$.negate(${operand})` }],
  ["*", { sign: "*", spacedSign: " * ", intrinsic: "multiply", unary: (operand) => `$.multiply(1, ${operand})` }]
])

export interface Comparison {
  readonly sign: string
  readonly spacedSign: string
  /** What stands before and behind the two operands where they are no numbers. */
  readonly generic: string
  readonly genericEnd: string
  readonly yieldsInt: boolean
}

const ordered = (sign: string): Comparison => ({
  sign,
  spacedSign: ` ${sign} `,
  generic: " : $.compare(",
  genericEnd: `) ${sign} 0`,
  yieldsInt: false
})

export const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ["<", ordered("<")],
  ["<=", ordered("<=")],
  [">", ordered(">")],
  [">=", ordered(">=")],
  ["=", { sign: "===", spacedSign: " === ", generic: " : $.same(", genericEnd: ")", yieldsInt: false }],
  ["!=", { sign: "!==", spacedSign: " !== ", generic: " : !$.same(", genericEnd: ")", yieldsInt: false }],
  ["eq", { sign: "===", spacedSign: " === ", generic: " : $.equal(", genericEnd: ")", yieldsInt: true }]
])

/** Functions of a number that JavaScript has under that name. */
export const doubleFunctions: ReadonlyMap<string, string> = new Map(
  ["sqrt", "cbrt", "exp", "sin", "cos", "tan", "asin", "acos", "atan"].map((name) => [
    `core/math/${name}`,
    `Math.${name}`
  ])
)

export const isArithmetic = (name: string): boolean => arithmetic.has(name)

export const isComparison = (name: string): boolean => comparisons.has(name)

/** Whether it is computed with doubles: its value is certainly a real. */
export const isDoubleOperation = (expression: Expression): expression is Library => {
  if (expression.kind !== "library" || expression.spreads || expression.known !== "real") return false
  const { args, name } = expression
  if (name === "/") return args.length > 1
  if (name === "abs") return args.length === 1
  return args.length > 0 && (arithmetic.has(name) || doubleFunctions.has(name))
}

/** An operation of two ints, which yields one. */
export const isIntOperation = (expression: Expression): expression is Library =>
  expression.kind === "library" &&
  !expression.spreads &&
  expression.known === "int" &&
  expression.args.length > 1 &&
  arithmetic.has(expression.name)

/** `(+ a b c)` as `(+ (+ a b) c)`: each step with two operands. */
export const inSteps = (expression: Library): Library => {
  const { args } = expression
  if (args.length <= 2) return expression
  const first = inSteps({ ...expression, args: args.slice(0, -1) })
  return { ...expression, args: [withStepKind(first), args.at(-1)!] }
}

const withStepKind = (step: Library): Library => {
  const { known: _, ...plain } = step
  if (step.name === "/" || step.args.some(({ known }) => known === "real")) return { ...plain, known: "real" }
  return step.args.every(({ known }) => known === "int") ? { ...plain, known: "int" } : plain
}

/** A literal that is a JavaScript number and an int. */
export const isSmallInt = (expression: Expression): boolean =>
  expression.kind === "literal" && expression.value.type === "int" && typeof expression.value.value === "number"

/** Functions that yield a JavaScript number, whatever they count. */
const counting: ReadonlySet<string> = new Set(["core/list/len", "core/str/len", "core/map/len", "core/bytes/len"])

/** Whether the value is certainly a JavaScript number and an int. */
export const isCount = (expression: Expression): boolean =>
  isSmallInt(expression) ||
  (expression.kind === "walk" && expression.step === "size") ||
  (expression.kind === "slot" && expression.slot.form === "index") ||
  (expression.kind === "library" && counting.has(expression.name) && !expression.spreads)
