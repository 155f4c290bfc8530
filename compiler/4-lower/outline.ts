import { signatureOf } from "../../stdlib/signatures/index.ts"
import { externMark } from "../2-expand/core.ts"
import { sha256Hex } from "../sha256.ts"
import type { Expression, Lowered, Machine, Slot, Statement } from "./machine.ts"
import { type Naming, printExpression, printStatements } from "./print.ts"

/** By what a saved frame finds its place in another version of the program; see `FunctionFacts` in the manifest. */
export interface Outline {
  /** Hash of what the function does, whatever stands around it in its file. */
  readonly code: string
  /** Its statements, in the grammar of the manifest. */
  readonly steps: string
  /** Slots that steps must tell apart: their name alone does not. */
  readonly tracked: ReadonlySet<Slot>
}

/** Functions of a program are named, not numbered: their numbers change when another one is added. */
export const outlineOf = (machine: Machine, nameOf: Lowered["nameOf"]): Outline => {
  const tracked = trackedSlots(machine)
  const naming = namingOf(machine, (index) => `\0\0${nameOf(index)}`)
  const writer = new StepWriter(tracked, naming)
  return { code: codeHash(machine, naming), steps: writer.write(machine.body), tracked }
}

/** Hex digits of a hash: of some thousand steps on both sides two of 48 bits are equal by chance once in 10^7 comparisons. */
const hashDigits = 12

/** For the one hash of a function, by which its code counts as the same. */
const strongHash = (text: string): string => sha256Hex(text).slice(0, hashDigits)

/**
 * For the many hashes of its steps: two lanes of 32 bits, multiplied and mixed (cyrb53). SHA-256 took a quarter of the time of
 * emitting; nobody gains anything by a program whose steps collide.
 */
const hash = (text: string): string => {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return (
    (b >>> 0).toString(16).padStart(8, "0") +
    (a >>> 0)
      .toString(16)
      .padStart(8, "0")
      .slice(0, hashDigits - 8)
  )
}

const trackedSlots = ({ slots }: Machine): ReadonlySet<Slot> => {
  const counts = new Map<string, number>()
  for (const { kind, name } of slots) if (kind === "local") counts.set(name, (counts.get(name) ?? 0) + 1)
  return new Set(slots.filter(({ kind, name }) => kind === "temp" || (kind === "local" && counts.get(name)! > 1)))
}

const codeHash = (machine: Machine, naming: Naming): string => {
  const exact: Naming = { ...naming, slot: ({ name, ordinal }) => `\0${name} ${ordinal}` }
  const { captured, hasRest, params, result, slots } = machine
  const head = [captured, hasRest, params.length, result, ...slots.map(({ kind, name, type }) => [kind, name, type])]
  return strongHash([JSON.stringify(head), ...printStatements(machine.body, "", exact)].join("\n"))
}

/** How often a slot without a name of its own is replaced by what it is assigned. A larger number tells more of those apart
 * that differ in the depth of an expression only. */
const rounds = 3

/** Symbols of the source cannot begin with NUL, so no slot prints like one. */
const namingOf = (machine: Machine, machineName: Naming["machine"]): Naming => {
  const names = new Map<Slot, string>(machine.slots.map((slot) => [slot, slot.kind === "temp" ? "%" : slot.name]))
  const naming: Naming = { machine: machineName, slot: (slot) => `\0${names.get(slot)}` }
  const values = assignedValues(machine)
  for (let round = 0; round < rounds; round++) {
    const next = [...values].map(([slot, assigned]) => {
      const texts = assigned.map((value) => (value === undefined ? "caught" : printExpression(value, naming)))
      return [slot, `%${hash(texts.join("\n"))}`] as const
    })
    for (const [slot, name] of next) names.set(slot, name)
  }
  return naming
}

/** What each slot without a name of its own is assigned; undefined: what a guard has caught. */
const assignedValues = (machine: Machine): ReadonlyMap<Slot, ReadonlyArray<Expression | undefined>> => {
  const found = new Map<Slot, Array<Expression | undefined>>()
  const add = (slot: Slot, value: Expression | undefined) => {
    if (slot.kind !== "temp") return
    const known = found.get(slot)
    if (known === undefined) found.set(slot, [value])
    else known.push(value)
  }
  const visit = (statements: ReadonlyArray<Statement>): void => {
    for (const statement of statements) {
      if (statement.kind === "assign") add(statement.slot, statement.value)
      else if (statement.kind === "suspendable" && statement.slot !== undefined) add(statement.slot, statement.call)
      else if (statement.kind === "guard") add(statement.caught, undefined)
      for (const inner of insideOf(statement)) visit(inner)
    }
  }
  visit(machine.body)
  return found
}

const insideOf = (statement: Statement): ReadonlyArray<ReadonlyArray<Statement>> => {
  switch (statement.kind) {
    case "if":
      return [statement.whenTrue, statement.whenFalse]
    case "guard":
      return [statement.body, statement.handler]
    case "block":
    case "loop":
      return [statement.body]
    default:
      return []
  }
}

class StepWriter {
  readonly #tracked: ReadonlySet<Slot>
  readonly #naming: Naming

  constructor(tracked: ReadonlySet<Slot>, naming: Naming) {
    this.#tracked = tracked
    this.#naming = naming
  }

  write(statements: ReadonlyArray<Statement>): string {
    return statements.flatMap((statement) => this.#steps(statement)).join(" ")
  }

  #steps(statement: Statement): ReadonlyArray<string> {
    switch (statement.kind) {
      case "assign":
        return [this.#step(`${this.#naming.slot(statement.slot)} = `, statement.value, { slot: statement.slot })]
      case "evaluate":
        return [this.#step("", statement.value, {})]
      case "suspendable":
        return [this.#step("", statement.call, { pc: statement.point.pc, slot: statement.slot })]
      case "return":
        return statement.value.kind === "literal" || statement.value.kind === "slot"
          ? []
          : [this.#step("", statement.value, {})]
      case "if":
        return [this.#step("", statement.test, {}), ...this.#inside(statement)]
      case "block":
        return this.#inside(statement)
      case "loop": {
        const inside = this.#inside(statement)
        return [`(${hashOfSteps(inside)}:${statement.point.pc}`, ...inside, ")"]
      }
      case "guard":
        return this.#guard(statement)
      case "exit":
        return []
    }
  }

  #inside(statement: Statement): ReadonlyArray<string> {
    return insideOf(statement).flatMap((inner) => inner.flatMap((each) => this.#steps(each)))
  }

  #guard(statement: Statement & { kind: "guard" }): ReadonlyArray<string> {
    const [body, handler] = insideOf(statement).map((inner) => inner.flatMap((each) => this.#steps(each)))
    const kind = statement.shields ? "s" : statement.ends ? "e" : "f"
    const inside = [...body!, "|", ...handler!]
    return [`{${kind}${hashOfSteps(inside)}${this.#slot(statement.caught)}`, ...inside, ")"]
  }

  #step(
    target: string,
    value: Expression,
    { pc, slot }: { readonly pc?: number; readonly slot?: Slot | undefined }
  ): string {
    const isDeed = pc === undefined && doesSomething(value)
    const own = hash(target + printExpression(value, this.#naming))
    return `${isDeed ? "!" : ""}${own}${pc === undefined ? "" : `:${pc}`}${this.#slot(slot)}`
  }

  #slot(slot: Slot | undefined): string {
    return slot !== undefined && this.#tracked.has(slot) ? `=${slot.ordinal}` : ""
  }
}

/** Without numbers of points and slots, which say nothing of what is done. */
const hashOfSteps = (steps: ReadonlyArray<string>): string =>
  hash(steps.map((step) => step.replace(/[:=].*$/, "")).join(" "))

/** Whether leaving it out, or doing it twice, could be seen by others. */
const doesSomething = (expression: Expression): boolean => {
  switch (expression.kind) {
    case "call":
    case "apply":
      return true
    case "library":
      return (
        expression.name.startsWith(externMark) ||
        (signatureOf(expression.name)?.effect ?? "pure") !== "pure" ||
        expression.args.some(doesSomething)
      )
    case "is":
    case "check":
      return doesSomething(expression.value)
    case "walk":
      return expression.args.some(doesSomething)
    case "closure":
      return expression.captured.some(doesSomething)
    default:
      return false
  }
}
