import type { Signature } from "../../../stdlib/signatures/signature.ts"
import type { Span } from "../../source.ts"
import { reference } from "../build.ts"
import type { Binding, Core } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"

/** A call that the compiler makes up: the runtime implements it, no source can name it. */
export const hiddenSignature = (
  name: string,
  effect: Signature["effect"],
  params: ReadonlyArray<string>
): Signature => ({
  name,
  params: params.map((param) => ({ name: param, type: ":any" })),
  result: ":any",
  effect,
  doc: "",
  example: ""
})
const leaveSignature = hiddenSignature("core/kv/leave-scope", "store", ["previous"])

/** Puts the prefix back that was in force before a scope was entered. */
export const leaveScope = (previous: Binding, span: Span): Core => ({
  kind: "library",
  signature: leaveSignature,
  args: [reference(previous, span)],
  span
})

/** A way out of the innermost loop or of the function: what `core/kv/scope` has entered on the way is left first. */
export const leaveScopes = (
  expander: Expansion,
  scope: Scope,
  value: Core,
  until: "loop" | "function",
  exit: (value: Core) => Core
): Core => {
  const { open } = expander.surroundings(scope.owner)
  const from = until === "function" ? 0 : open.findLastIndex((each) => each.kind === "loop")
  const outermost = open.slice(from).find((each) => each.kind === "scope")
  if (outermost === undefined) return exit(value)
  const kept = expander.hidden("value", scope, value.span)
  return {
    kind: "sequence",
    items: [
      { kind: "define", binding: kept, value, span: value.span },
      leaveScope(outermost.previous, value.span),
      exit(reference(kept, value.span))
    ],
    span: value.span
  }
}
