import { signatureOf } from "../../stdlib/signatures/index.ts"
import type { Signature } from "../../stdlib/signatures/signature.ts"
import type { Core } from "../2-expand/core.ts"
import type { Source, Span } from "../source.ts"

// How a call was meant that is written as in other languages.

/** UTF-16 units of a call that a message shows. */
const shownMax = 40

const written = (spans: ReadonlyArray<Span>, { text }: Source): string =>
  spans.map(({ end, start }) => text.slice(start, end)).join(" ")

const shown = (call: string, short: string): string =>
  `\`(${call.length <= shownMax && !call.includes("\n") ? call : short})\``

/** `(x = 2)`: the operator stands first; undefined when something else is called. */
export const infixWay = ({ args, callee }: Core & { kind: "apply" }, source: Source): string | undefined => {
  const [operator, ...others] = args
  if (operator?.kind !== "closure" || others.length === 0) return undefined
  const { name } = operator.target
  const isOperator = signatureOf(name)?.name === name && !name.includes("/")
  if (!isOperator || source.text.slice(operator.span.start, operator.span.end) !== name) return undefined
  const spans = [operator.span, callee.span, ...others.map(({ span }) => span)]
  return `the function stands first: ${shown(written(spans, source), `${name} …`)}`
}

/** `(core/task/spawn (work 3))`: it is given the function and its arguments; undefined when the call is another one. */
export const spawnWay = (
  {
    args,
    index,
    signature
  }: { readonly signature: Signature; readonly args: ReadonlyArray<Core>; readonly index: number },
  source: Source
): string | undefined => {
  const called = args[index]
  if (signature.starts !== index || called?.kind !== "call" || source.text[called.span.start] !== "(") return undefined
  const { name } = called.target
  const before = args.slice(0, index).map(({ span }) => span)
  const caller = `${signature.name} ${before.length === 0 ? "" : `${written(before, source)} `}`
  const parts = written([called.span], source).slice(1, -1)
  return `it takes the function and its arguments: ${shown(`${caller}${parts}`, `${caller}${name} …`)}`
}

/** `(core/task/all (list (work 3)))`: the call is made there and then, and only its value is in the list. */
export const thunkWay = ({ span }: Core, source: Source): string =>
  `each is called as a task of its own: ${shown(`fn () ${written([span], source)}`, "fn () …")}`
