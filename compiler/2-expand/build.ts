import { signatureOf } from "../../stdlib/signatures/index.ts"
import type { Signature } from "../../stdlib/signatures/signature.ts"
import type { Datum } from "../1-read/datum.ts"
import type { Span } from "../source.ts"
import { type Binding, type Core, type FunctionDefinition, type Global, type Literal, none } from "./core.ts"

export const literal = (value: Literal, span: Span): Core => ({ kind: "literal", value, span })

export const reference = (binding: Binding, span: Span): Core => ({
  kind: "reference",
  binding,
  span,
  valueType: undefined
})

export const newBinding = (
  facts: Omit<Binding, "hides" | "assigned" | "capturedAt" | "cell" | "isReferred" | "isDefined">,
  hides?: Binding["hides"]
): Binding => ({
  name: facts.name,
  kind: facts.kind,
  span: facts.span,
  owner: facts.owner,
  type: facts.type,
  hides,
  assigned: false,
  capturedAt: undefined,
  cell: undefined,
  isReferred: false,
  isDefined: false
})

export const text = (value: string, span: Span): Core => literal({ type: "string", value }, span)

export const int = (value: number, span: Span): Core => literal({ type: "int", value }, span)

export const define = (binding: Binding, value: Core, span: Span): Core => ({ kind: "define", binding, value, span })

export const sequence = (items: ReadonlyArray<Core>, span: Span): Core => ({ kind: "sequence", items, span })

export const call = (signature: Signature, args: ReadonlyArray<Core>, span: Span): Core => ({
  kind: "library",
  signature,
  args,
  span,
  valueType: undefined
})

/** A call of a library function by its full name. */
export const libraryCall = (name: string, args: ReadonlyArray<Core>, span: Span): Core =>
  call(signatureOf(name)!, args, span)

export const quoted = (datum: Datum): Literal => {
  switch (datum.kind) {
    case "int":
      return { type: "int", value: datum.value }
    case "real":
      return { type: "real", value: datum.value }
    case "string":
      return { type: "string", value: datum.value }
    case "symbol":
      if (datum.name === "true" || datum.name === "false") return { type: "bool", value: datum.name === "true" }
      return datum.name === "none" ? none : { type: "symbol", name: datum.name }
    case "quote":
      return { type: "list", bracket: "(", items: [{ type: "symbol", name: "quote" }, quoted(datum.item)] }
    case "error":
      return { type: "error", content: quoted(datum.item), span: datum.span }
    case "directive":
      return quoted(datum.item)
    case "list":
      return { type: "list", bracket: datum.bracket, items: datum.items.map(quoted) }
  }
}

/** Notes that the function calls `target` or makes a closure of it. Many functions use no other, and share one empty set. */
export const use = (owner: FunctionDefinition, target: FunctionDefinition): void => {
  if (owner.uses.size === 0) owner.uses = new Set([target])
  else (owner.uses as Set<FunctionDefinition>).add(target)
}

/** A top-level local that `owner` names as a constant, which is noted there. */
export const constant = (owner: FunctionDefinition, global: Global, span: Span): Core => {
  if (owner.constants.size === 0) owner.constants = new Set([global])
  else (owner.constants as Set<Global>).add(global)
  return { kind: "constant", global, span }
}

/** Whether the function takes so many arguments. */
export const takesCount = (target: FunctionDefinition, given: number): boolean =>
  target.hasRest ? given >= target.params.length - 1 : given === target.params.length

/** How many arguments the function takes, in words. */
export const takenCount = ({ hasRest, params }: FunctionDefinition): string =>
  hasRest ? `${params.length - 1} or more arguments` : counted(params.length)

export const counted = (count: number, noun = "argument"): string =>
  `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`
