import { signatureOf } from "../../stdlib/signatures/index.ts"
import { externMark } from "../2-expand/core.ts"
import { sha256Hex } from "../sha256.ts"
import type { Expression, Lowered, Machine, Slot, Statement } from "./machine.ts"
import { type Naming, type PrintTarget, printStatements, writeExpression } from "./print.ts"

/** By what a saved frame finds its place in another version of the program; see `FunctionFacts` in the manifest. */
export interface Outline {
  /** Hash of what the function does, whatever stands around it in its file. */
  readonly code: string
  /** Its statements, in the grammar of the manifest. */
  readonly steps: string
  /** Hash of the closures that it was lowered for. */
  readonly given: string | undefined
  /** Slots that steps must tell apart: their name alone does not. */
  readonly tracked: ReadonlySet<Slot>
}

/** What machines are called in an outline, by their indices: functions are named, not numbered, as their numbers change when
 * another one is added. */
export const outlineNames = (knownAs: Lowered["knownAs"]): Lowered["nameOf"] => {
  const names: Array<string | undefined> = []
  return (index) => {
    names[index] ??= `\0\0${knownAs(index)}`
    return names[index]
  }
}

export const outlineOf = (machine: Machine, names: Lowered["nameOf"]): Outline => {
  const { givenText } = machine
  const machineName: Lowered["nameOf"] = givenText === "" ? names : (index) => `${names(index)} ${givenText}`
  const tracked = trackedSlots(machine)
  const steps = new StepWriter(tracked, namingOf(machine, machineName))
  return {
    code: codeHash(machine, machineName),
    steps: steps.write(machine.body),
    given: givenText === "" ? undefined : strongHash(givenText),
    tracked
  }
}

/** Hex digits of a hash: of some thousand steps on both sides two of 48 bits are equal by chance once in 10^7 comparisons. */
const hashDigits = 12

/** For the one hash of a function, by which its code counts as the same. */
const strongHash = (text: string): string => sha256Hex(text).slice(0, hashDigits)

/**
 * For the many hashes of its steps: two lanes of 32 bits, multiplied and mixed (cyrb53), of all that is written into it.
 * SHA-256 took a quarter of the time of emitting; nobody gains anything by a program whose steps collide.
 */
class Hash implements PrintTarget {
  #a = 0xdeadbeef
  #b = 0x41c6ce57

  write(text: string): void {
    let a = this.#a
    let b = this.#b
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      a = Math.imul(a ^ unit, 0x9e3779b1)
      b = Math.imul(b ^ unit, 0x5f356495)
    }
    this.#a = a
    this.#b = b
  }

  /** What has been written since this was last asked for. */
  digits(): string {
    let a = this.#a
    let b = this.#b
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
    b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
    this.#a = 0xdeadbeef
    this.#b = 0x41c6ce57
    return hexOf(b >>> 16) + hexOf(b) + hexOf(a >>> 16)
  }
}

/** Four digits, of the lower 16 bits. */
const hexOf = (bits: number): string => hexOfByte[(bits >>> 8) & 0xff]! + hexOfByte[bits & 0xff]!

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

const hash = new Hash()

const trackedSlots = ({ slots }: Machine): ReadonlySet<Slot> => {
  const counts = new Map<string, number>()
  for (const { kind, name } of slots) if (kind === "local") counts.set(name, (counts.get(name) ?? 0) + 1)
  return new Set(slots.filter(({ kind, name }) => kind === "temp" || (kind === "local" && counts.get(name)! > 1)))
}

const codeHash = (machine: Machine, machineName: Naming["machine"]): string => {
  const { captured, hasRest, params, result, slots } = machine
  const names = slots.map(({ name, ordinal }) => `\0${name} ${ordinal}`)
  const naming: Naming = { machine: machineName, slot: ({ ordinal }) => names[ordinal]! }
  const head = [captured, hasRest, params.length, result, ...slots.map(({ kind, name, type }) => [kind, name, type])]
  return strongHash(JSON.stringify(head) + printStatements(machine.body, "", naming))
}

/** How often a slot without a name of its own is replaced by what it is assigned. A larger number tells more of those apart
 * that differ in the depth of an expression only. */
const rounds = 3

/** Symbols of the source cannot begin with NUL, so no slot prints like one. */
const namingOf = (machine: Machine, machineName: Naming["machine"]): Naming => {
  const names = machine.slots.map(({ kind, name }) => (kind === "temp" ? "\0%" : `\0${name}`))
  let readsTemp = false
  const naming: Naming = {
    machine: machineName,
    slot: ({ kind, ordinal }) => {
      readsTemp ||= kind === "temp"
      return names[ordinal]!
    }
  }
  let unsettled = [...assignedValues(machine)]
  for (let round = 0; round < rounds && unsettled.length > 0; round++) {
    const next = unsettled.map((each) => {
      readsTemp = false
      const name = `\0%${hashOfValues(each[1], naming)}`
      return { each, name, readsTemp }
    })
    for (const { each, name } of next) names[each[0].ordinal] = name
    // What names no other one is the same in each round.
    unsettled = next.filter((each) => each.readsTemp).map(({ each }) => each)
  }
  return naming
}

const hashOfValues = (assigned: ReadonlyArray<Expression | undefined>, naming: Naming): string => {
  for (const [index, value] of assigned.entries()) {
    if (index > 0) hash.write("\n")
    if (value === undefined) hash.write("caught")
    else writeExpression(hash, value, naming)
  }
  return hash.digits()
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
  readonly #steps: Array<string> = []

  constructor(tracked: ReadonlySet<Slot>, naming: Naming) {
    this.#tracked = tracked
    this.#naming = naming
  }

  write(statements: ReadonlyArray<Statement>): string {
    this.#all(statements)
    return this.#steps.join(" ")
  }

  #all(statements: ReadonlyArray<Statement>): void {
    for (const statement of statements) this.#statement(statement)
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "assign":
        hash.write(this.#naming.slot(statement.slot))
        hash.write(" = ")
        this.#step(doesSomething(statement.value), statement.value, this.#slot(statement.slot))
        return
      case "evaluate":
        this.#step(doesSomething(statement.value), statement.value)
        return
      case "suspendable":
        this.#step(false, statement.call, `:${statement.point.pc}${this.#slot(statement.slot)}`)
        return
      case "return":
        if (statement.value.kind === "literal" || statement.value.kind === "slot") return
        this.#step(doesSomething(statement.value), statement.value)
        return
      case "if":
        this.#step(doesSomething(statement.test), statement.test)
        this.#all(statement.whenTrue)
        this.#all(statement.whenFalse)
        return
      case "block":
        this.#all(statement.body)
        return
      case "loop": {
        const head = this.#head()
        this.#all(statement.body)
        this.#steps[head] = `(${this.#hashBehind(head)}:${statement.point.pc}`
        this.#steps.push(")")
        return
      }
      case "guard":
        return this.#guard(statement)
      case "exit":
        return
    }
  }

  #guard(statement: Statement & { kind: "guard" }): void {
    const head = this.#head()
    this.#all(statement.body)
    this.#steps.push("|")
    this.#all(statement.handler)
    const kind = statement.shields ? "s" : statement.ends ? "e" : "f"
    this.#steps[head] = `{${kind}${this.#hashBehind(head)}${this.#slot(statement.caught)}`
    this.#steps.push(")")
  }

  #step(isDeed: boolean, value: Expression, place = ""): void {
    writeExpression(hash, value, this.#naming)
    this.#steps.push(`${isDeed ? "!" : ""}${hash.digits()}${place}`)
  }

  #slot(slot: Slot | undefined): string {
    return slot !== undefined && this.#tracked.has(slot) ? `=${slot.ordinal}` : ""
  }

  /** Room for a step that tells of those behind it. */
  #head(): number {
    return this.#steps.push("") - 1
  }

  /** Without numbers of points and slots, which say nothing of what is done. */
  #hashBehind(head: number): string {
    for (let at = head + 1; at < this.#steps.length; at++) {
      if (at > head + 1) hash.write(" ")
      hash.write(this.#steps[at]!.replace(/[:=].*$/, ""))
    }
    return hash.digits()
  }
}

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
