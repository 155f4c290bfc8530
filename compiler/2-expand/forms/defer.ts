import type { Span } from "../../source.ts"
import { call, define, int, libraryCall, literal, newBinding, reference, sequence, use } from "../build.ts"
import { captureInto } from "../captures.ts"
import { type Binding, type Core, type FunctionDefinition, type Loop, none } from "../core.ts"
import { Scope } from "../scope.ts"
import { hiddenSignature, leaveScope } from "./leave.ts"
import { inRegion, raiseAgain, scopeHere } from "./region.ts"
import { malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

const firstEnding = hiddenSignature("core/form/first-ending", "store", ["pending", "caught"])

export const defer: SpecialForm = {
  shape: "`(defer body…)`",
  doc: "Keeps the body for the end of the function, in whatever way that ends; the last one kept runs first.",
  expand: (expander, form, scope) => {
    const { span } = form
    const { owner } = scope
    const body = form.items.slice(1)
    if (body.length === 0) return malformed(expander, form, scope, { problem: "needs a body", shape: defer.shape })
    const target = expander.newFunction({ name: "defer", span, result: ":any" })
    const inner = new Scope(target, scope)
    const written = body.length === 1 ? expander.body(body[0]!, inner) : expander.sequence(body, inner, span)
    // Run when the scope has been left, it means the keys that it names where it stands.
    const isInScope = expander.surroundings(owner).open.some(({ kind }) => kind === "scope")
    const prefix = isInScope ? expander.hidden("prefix", scope, span) : undefined
    const deferredBody =
      prefix === undefined ? written : sequence([leaveScope(captureInto(target, prefix), span), written], span)
    target.body = withDeferred(target, deferredBody)
    use(owner, target)
    owner.deferred ??= Object.assign(newBinding({ name: "%deferred", kind: "local", span, owner, type: ":any" }), {
      assigned: true
    })
    const added = libraryCall(
      "core/list/append",
      [reference(owner.deferred, span), { kind: "closure", target, span }],
      span
    )
    const assigned: Core = { kind: "assign", binding: owner.deferred, value: added, span }
    return prefix === undefined ? assigned : sequence([define(prefix, scopeHere(span), span), assigned], span)
  }
}

/**
 * The body of a function, with what it has deferred run when the body ends in any way: the last one first, each in a
 * region of its own, so that a fault in one does not keep the others from running. Then what ended the body goes on.
 *
 *     deferred = ()
 *     result = region { body } caught: pending = caught
 *     while deferred is not empty: last = its last item, taken off; region { last() } caught: pending = first of both
 *     pending is none ? result : raise pending
 *
 * A cancellation that comes while deferred work runs waits until it is over, as that work is there to be done.
 */
export const withDeferred = (owner: FunctionDefinition, body: Core): Core => {
  const { deferred } = owner
  if (deferred === undefined) return body
  const { span } = body
  const hidden = (name: string): Binding => newBinding({ name: `%${name}`, kind: "local", span, owner, type: ":any" })
  const pending = Object.assign(hidden("pending"), { assigned: true })
  const result = hidden("result")
  const last = hidden("last")
  const handler = (caught: Binding): Core => {
    const ending = call(firstEnding, [reference(pending, span), reference(caught, span)], span)
    return sequence([{ kind: "assign", binding: pending, value: ending, span }, literal(none, span)], span)
  }
  const block: Core = { kind: "block", loop: newLoop(owner), catchesReturn: true, body, span }
  const runLast = inRegion(span, {
    catches: "ends",
    shields: true,
    hidden,
    body: { kind: "apply", callee: reference(last, span), args: [], span },
    handler,
    putsPrefixBack: true
  })
  return sequence(
    [
      define(deferred, literal({ type: "list", bracket: "(", items: [] }, span), span),
      define(pending, literal(none, span), span),
      define(result, inRegion(span, { catches: "ends", hidden, body: block, handler }), span),
      untilEmpty(owner, deferred, span, [
        define(last, libraryCall("core/list/last", [reference(deferred, span)], span), span),
        withoutLast(deferred, span),
        runLast
      ]),
      {
        kind: "branch",
        clauses: [
          {
            test: { kind: "is", type: ":none", value: reference(pending, span), span },
            value: reference(result, span)
          }
        ],
        otherwise: raiseAgain(pending, span),
        span
      }
    ],
    span
  )
}

const newLoop = (owner: FunctionDefinition): Loop => ({ ordinal: ++owner.loops })

const sizeOf = (list: Binding, span: Span): Core => libraryCall("core/list/len", [reference(list, span)], span)

/** Runs the turn again and again while the list has an item. */
const untilEmpty = (owner: FunctionDefinition, list: Binding, span: Span, turn: ReadonlyArray<Core>): Core => {
  const loop = newLoop(owner)
  const test = libraryCall("<", [int(0, span), sizeOf(list, span)], span)
  const otherwise: Core = { kind: "leave", loop, value: literal(none, span), span }
  const body: Core = { kind: "branch", clauses: [{ test, value: sequence(turn, span) }], otherwise, span }
  return { kind: "loop", loop, body, span }
}

const withoutLast = (list: Binding, span: Span): Core => {
  const count = libraryCall("-", [sizeOf(list, span), int(1, span)], span)
  return {
    kind: "assign",
    binding: list,
    value: libraryCall("core/list/take", [reference(list, span), count], span),
    span
  }
}
