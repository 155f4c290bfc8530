import { Fault, faultCodes } from "../../runtime/errors.ts"
import type { Value } from "../../runtime/value/value.ts"
import { withCost } from "./cost.ts"
import { brief, describe } from "./describe.ts"
import type { Kind } from "./kinds.ts"
import { shownName } from "./shown-name.ts"

/** What compiled code calls. Arguments that were left out are missing or `undefined`. Throws `Fault`. */
export type Implementation = (...args: Array<Value>) => Value

/** By full name. */
export type ImplementationTable = ReadonlyMap<string, Implementation>

export const tableOf = (definitions: ReadonlyArray<Definition>): ImplementationTable => new Map(definitions)

type Definition = readonly [name: string, implementation: Implementation]

type AnyKind = Kind<Value | undefined>

type Arguments<K extends ReadonlyArray<AnyKind>> = {
  [I in keyof K]: K[I] extends Kind<infer A> ? A : never
}

/**
 * Thrown by the body of an implementation when its arguments have the right kinds but make no sense together, or ask for a
 * result that is too large. It becomes a `Fault` that shows the call, and never leaves this file.
 */
class Refusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export function refuseUnless(condition: boolean, why: () => string): asserts condition {
  if (!condition) throw refusal(why())
}

/** For an implementation to throw, where there is no condition. */
export const refusal = (why: string): Error => new Refusal(faultCodes.argument, why)

export const refuseLargerThan = (
  max: number,
  size: number | bigint,
  { what, unit }: { readonly what: string; readonly unit: string }
): void => {
  if (size <= max) return
  throw new Refusal(faultCodes.tooLarge, `the ${what} would have ${size} ${unit}, and at most ${max} are allowed`)
}

/** A function of so many arguments, checked before `run` sees them. */
export const define = <const K extends ReadonlyArray<AnyKind>>(
  name: string,
  kinds: K,
  run: (...args: Arguments<K>) => Value
): Definition => {
  // The loop below is what makes this cast true.
  const call = withCost(name, (args) => run(...(args as unknown as Arguments<K>)))
  const implementation: Implementation = (...args) => {
    for (let i = 0; i < kinds.length; i++) {
      if (!kinds[i]!.accepts(args[i])) throw wrongKind({ name, args, index: i, alone: kinds.length === 1 }, kinds[i]!)
    }
    try {
      return call(args)
    } catch (cause) {
      throw asFault({ name, args }, cause)
    }
  }
  return [name, implementation]
}

/** A function that takes any number of further arguments, all of one kind: `run` gets them as an array, in the end. */
export const defineRest = <const K extends ReadonlyArray<AnyKind>, R extends Value>(
  name: string,
  kinds: K,
  rest: Kind<R>,
  run: (...args: [...Arguments<K>, ReadonlyArray<R>]) => Value
): Definition => {
  const call = withCost(name, (args) => {
    const further = args.slice(kinds.length)
    return run(...([...args.slice(0, kinds.length), further] as unknown as [...Arguments<K>, ReadonlyArray<R>]))
  })
  const implementation: Implementation = (...args) => {
    const size = Math.max(kinds.length, args.length)
    for (let i = 0; i < size; i++) {
      const kind = kinds[i] ?? rest
      if (!kind.accepts(args[i])) throw wrongKind({ name, args, index: i, alone: size === 1 }, kind)
    }
    try {
      return call(args)
    } catch (cause) {
      throw asFault({ name, args }, cause)
    }
  }
  return [name, implementation]
}

interface Call {
  readonly name: string
  readonly args: ReadonlyArray<Value>
}

const wrongKind = (call: Call & { readonly index: number; readonly alone: boolean }, kind: AnyKind): Fault =>
  callFault(
    faultCodes.argument,
    call,
    `expected ${kind.what}${call.alone ? "" : ` as argument ${call.index + 1}`}, got ${describe(call.args[call.index])}`
  )

const asFault = (call: Call, cause: unknown): unknown =>
  cause instanceof Refusal ? callFault(cause.code, call, cause.message) : cause

const callFault = (code: string, call: Call, why: string): Fault => new Fault(code, `${showCall(call)}: ${why}`)

const argumentsShownMax = 6

const showCall = ({ name, args }: Call): string => {
  const shown = args.slice(0, argumentsShownMax).map((arg) => (arg === undefined ? "" : ` ${brief(arg)}`))
  return `(${shownName(name)}${shown.join("")}${args.length > argumentsShownMax ? " …" : ""})`
}
