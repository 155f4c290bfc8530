import { leaveAwait as leaveAwaitSignature } from "../../../stdlib/signatures/bus-forms.ts"
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

const endAtomic = hiddenSignature("core/form/end-atomic", "store", [])

/** Ends an `atomic` that has not faulted: what it did stays. */
export const leaveAtomic = (span: Span): Core => ({ kind: "library", signature: endAtomic, args: [], span })

const leaveLimitSignature = hiddenSignature("core/form/leave-limit", "store", ["limit"])

/** Leaves a limit and those inside it. */
export const leaveLimit = (limit: Binding, span: Span): Core => ({
  kind: "library",
  signature: leaveLimitSignature,
  args: [reference(limit, span)],
  span
})

/** Waits no more for what an await's consumer was there for. */
export const leaveAwait = (consumer: Binding, span: Span): Core => ({
  kind: "library",
  signature: leaveAwaitSignature,
  args: [reference(consumer, span)],
  span
})

/** A way out of the innermost loop or of the function: what is open on the way is left first, the key prefix of a
 * `core/kv/scope`, the `atomic`s, the limits and the consumers of awaits. */
export const leaveScopes = (
  expander: Expansion,
  scope: Scope,
  value: Core,
  until: "loop" | "function",
  exit: (value: Core) => Core
): Core => {
  const { open } = expander.surroundings(scope.owner)
  const from = until === "function" ? 0 : open.findLastIndex((each) => each.kind === "loop")
  const left = open.slice(from)
  const outermost = left.find((each) => each.kind === "scope")
  const { span } = value
  const leaving = left.filter((each) => each.kind === "atomic").map(() => leaveAtomic(span))
  if (outermost !== undefined) leaving.push(leaveScope(outermost.previous, span))
  const outermostLimit = left.find((each) => each.kind === "limit")
  if (outermostLimit !== undefined) leaving.push(leaveLimit(outermostLimit.limit, span))
  for (const each of left) if (each.kind === "await") leaving.push(leaveAwait(each.consumer, span))
  if (leaving.length === 0) return exit(value)
  const kept = expander.hidden("value", scope, span)
  return {
    kind: "sequence",
    items: [{ kind: "define", binding: kept, value, span }, ...leaving, exit(reference(kept, span))],
    span
  }
}
