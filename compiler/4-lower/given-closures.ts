import { type Binding, type FunctionDefinition, typeText } from "../2-expand/core.ts"
import type { CheckedProgram } from "../3-check/check.ts"
import type { Span } from "../source.ts"
import type { Expression } from "./machine.ts"
import { knownByCheck, knownOf } from "./representation.ts"

// A function of the prelude that is given a certain closure is lowered as it is for that closure: then it calls it as any
// function.

/** The parameters of `target` that are certain closures with these arguments, each with the function of its closure. */
export const givenClosures = (
  { effects, program }: CheckedProgram,
  target: FunctionDefinition,
  args: ReadonlyArray<Expression>
): ReadonlyMap<Binding, FunctionDefinition> => {
  const given = new Map<Binding, FunctionDefinition>()
  for (const [at, arg] of args.entries()) {
    const param = target.params[at]
    const closure = param?.type === ":fn" && arg.kind === "closure" ? program.functions[arg.index]! : undefined
    if (closure !== undefined && !closure.hasRest && !effects.get(closure)!.suspends) given.set(param!, closure)
  }
  return given
}

/** A call through a certain closure, which tests its arguments as any such call does. */
export const callOfGiven = (
  { results }: CheckedProgram,
  call: {
    readonly target: FunctionDefinition
    readonly captured: ReadonlyArray<Expression>
    readonly args: ReadonlyArray<Expression>
    readonly span: Span
  }
): Expression => {
  const { args, captured, span, target } = call
  const tested = args.map((value, at): Expression => {
    const { name, type } = target.params[at]!
    const text = typeText(type)
    if (text === ":any" || (value.known !== undefined && knownByCheck.get(text) === value.known)) return value
    const what = `call: \`${name}\` of \`${target.qualifiedName}\``
    return { kind: "check", type: text, value, what, span, known: knownByCheck.get(text) }
  })
  const result = results.get(target)
  const known = result === undefined ? undefined : knownOf(result)
  return { kind: "call", index: target.index, args: [...captured, ...tested], span, known }
}
