import type { Signature } from "../../stdlib/signatures/signature.ts"
import type { Span } from "../source.ts"
import { newBinding, reference } from "./build.ts"
import type { Binding, FunctionDefinition } from "./core.ts"

/** Whether a function of the library can be made a value: what takes a body is a form and cannot. */
export const canBeValue = (signature: Signature): boolean =>
  signature.params.every((param) => param.mode !== "body") &&
  (signature.from !== "form" || !signature.name.startsWith("core/"))

/**
 * Makes `target` a function that calls the library function, so that it can be passed on: with the parameters that it
 * needs, and all further ones where it takes any number. Those that may be left out are left out.
 */
export const wrapLibrary = (target: FunctionDefinition, signature: Signature, span: Span): void => {
  const param = (name: string): Binding => newBinding({ name, kind: "param", span, owner: target, type: ":any" })
  const params = signature.params.filter((each) => each.optional !== true).map((each) => param(each.name))
  if (signature.rest !== undefined) params.push(param(signature.rest.name))
  target.params.push(...params)
  target.hasRest = signature.rest !== undefined
  target.body = {
    kind: "library",
    signature,
    args: params.map((each) => reference(each, span)),
    ...(target.hasRest && { spreads: true as const }),
    span
  }
}
