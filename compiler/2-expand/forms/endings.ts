import { formLibrary } from "../../../stdlib/signatures/form.ts"
import type { Datum, ListDatum } from "../../1-read/datum.ts"
import { lineTableOf, type Span } from "../../source.ts"
import { libraryCall, literal, newBinding, reference } from "../build.ts"
import { captureInto } from "../captures.ts"
import type { Binding, Core, FunctionDefinition, Loop } from "../core.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import { Scope } from "../scope.ts"
import { hiddenSignature, leaveAtomic, leaveScope } from "./leave.ts"
import { withFreshLocals } from "./loop.ts"
import { malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

// Error values, faults, and what runs when something ends: try, recover, fault, error, assert, defer, atomic.

const errorContent = formLibrary.content
const faultMessage = hiddenSignature("core/form/fault-message", "pure", ["fault"])
const currentScope = hiddenSignature("core/form/current-scope", "store", [])
const raise = hiddenSignature("core/form/raise", "pure", ["caught"])
const firstEnding = hiddenSignature("core/form/first-ending", "store", ["pending", "caught"])
const makeError = { ...hiddenSignature("core/form/error", "pure", ["content", "place"]), result: ":error" as const }
const raiseFault = hiddenSignature("core/form/fault", "pure", ["message", "data"])
const assertionFailed = hiddenSignature("core/form/assertion-failed", "pure", ["message"])
const beginAtomic = hiddenSignature("core/form/begin-atomic", "store", [])
const undoAtomic = hiddenSignature("core/form/undo-atomic", "store", [])

/** Calls that never yield a value. */
export const neverReturns: ReadonlySet<string> = new Set([raise, raiseFault, assertionFailed].map(({ name }) => name))

type HiddenSignature = ReturnType<typeof hiddenSignature>

const call = (signature: HiddenSignature, args: ReadonlyArray<Core>, span: Span): Core => ({
  kind: "library",
  signature,
  args,
  span
})

const define = (binding: Binding, value: Core, span: Span): Core => ({ kind: "define", binding, value, span })

const sequence = (items: ReadonlyArray<Core>, span: Span): Core => ({ kind: "sequence", items, span })

const text = (value: string, span: Span): Core => literal({ type: "string", value }, span)

/** The handler of a form, with names of its own. */
const handlerIn = (
  expander: Expansion,
  handler: Datum,
  around: Scope,
  names: ReadonlyArray<readonly [name: string, value: Core]>
): Core => {
  const scope = new Scope(around.owner, around)
  const defined = names.map(([name, value]) =>
    define(expander.newLocal(name, scope, handler.span), value, handler.span)
  )
  const body = around.inBranch(() => expander.body(handler, scope))
  return sequence([...defined, withFreshLocals(scope, body)], handler.span)
}

export const try_: SpecialForm = {
  shape: "`(try expr handler)`",
  doc: "The value of `expr`; when that is an error value, the value of the handler, in which `$error` is its content.",
  expand: (expander, form, scope) => {
    const [, tried, handler, ...surplus] = form.items
    if (tried === undefined || handler === undefined || surplus.length > 0) {
      const problem = "needs an expression and a handler for the error value, in which `$error` is its content"
      return malformed(expander, form, scope, { at: surplus[0], problem, shape: try_.shape }, form.items.slice(1))
    }
    const { span } = form
    const value = expander.hidden("tried", scope, span)
    const tested = expander.expand(tried, scope)
    const content = call(errorContent, [reference(value, span)], span)
    return sequence(
      [
        define(value, tested, tried.span),
        {
          kind: "branch",
          clauses: [
            {
              test: { kind: "is", type: ":error", value: reference(value, tried.span), span: tried.span },
              value: handlerIn(expander, handler, scope, [["$error", content]])
            }
          ],
          otherwise: reference(value, tried.span),
          span
        }
      ],
      span
    )
  }
}

/** A region around `body`. Whatever key prefix was entered inside, the handler has the one that was in force before. */
const guarded = (
  expander: Expansion,
  scope: Scope,
  span: Span,
  parts: {
    readonly catches: "faults" | "ends"
    readonly body: () => Core
    readonly handler: (caught: Binding) => Core
  }
): Core => {
  const caught = expander.hidden("caught", scope, span)
  const prefix = expander.hidden("prefix", scope, span)
  const body = scope.inBranch(parts.body)
  const handler = sequence([leaveScope(prefix, span), parts.handler(caught)], span)
  return sequence(
    [
      define(prefix, call(currentScope, [], span), span),
      { kind: "guard", catches: parts.catches, body, caught, handler, span }
    ],
    span
  )
}

export const recover: SpecialForm = {
  shape: "`(recover body handler)`",
  doc: "The value of the body; when that faults, the value of the handler, in which `$exception` is the message and `$fault` a map.",
  expand: (expander, form, scope) => {
    const [, body, handler, ...surplus] = form.items
    if (body === undefined || handler === undefined || surplus.length > 0) {
      const problem =
        surplus.length > 0
          ? "takes a body and a handler; `{ … }` runs several forms in order"
          : "needs a body and a handler for the fault, in which `$exception` is its message"
      return malformed(expander, form, scope, { at: surplus[0], problem, shape: recover.shape }, form.items.slice(1))
    }
    return guarded(expander, scope, form.span, {
      catches: "faults",
      body: () => expander.body(body, scope),
      handler: (caught) =>
        handlerIn(expander, handler, scope, [
          ["$exception", call(faultMessage, [reference(caught, handler.span)], handler.span)],
          ["$fault", reference(caught, handler.span)]
        ])
    })
  }
}

const messageAndData = (
  expander: Expansion,
  form: ListDatum,
  scope: Scope,
  shape: string
): { readonly message: Core; readonly data: Core | undefined } | Core => {
  const [, message, data, ...surplus] = form.items
  if (message === undefined || surplus.length > 0) {
    const problem = surplus.length > 0 ? "takes a message and one value of data" : "needs a message"
    return malformed(expander, form, scope, { at: surplus[0], problem, shape }, form.items.slice(1))
  }
  return {
    message: expander.expand(message, scope),
    data: data === undefined ? undefined : expander.expand(data, scope)
  }
}

export const fault: SpecialForm = {
  shape: '`(fault "message" data)`',
  doc: "Ends the task with a fault, unless a `recover` around it handles that. The data may be left out.",
  expand: (expander, form, scope) => {
    const parts = messageAndData(expander, form, scope, fault.shape)
    if ("kind" in parts) return parts
    return call(raiseFault, [parts.message, parts.data ?? literal(none, form.span)], form.span)
  }
}

/** `line:column`, with the file before it when it is not the program's own. */
const placeOf = (expander: Expansion, { owner }: Scope, span: Span): string => {
  const { line, column } = lineTableOf(owner.source).position(span.start)
  const file = owner.source === expander.programSource ? "" : `${owner.source.name}:`
  return `${file}${line}:${column}`
}

export const error: SpecialForm = {
  shape: '`(error "message" data)`',
  doc: "Makes an error value: its content is the message, or a map of message and data when there is data.",
  expand: (expander, form, scope) => {
    const parts = messageAndData(expander, form, scope, error.shape)
    if ("kind" in parts) return parts
    const { span } = form
    const content =
      parts.data === undefined
        ? parts.message
        : libraryCall("core/map/map", [text("message", span), parts.message, text("data", span), parts.data], span)
    return call(makeError, [content, text(placeOf(expander, scope, span), span)], span)
  }
}

export const assert: SpecialForm = {
  shape: '`(assert condition "message")`',
  doc: "A fault when the condition is false; yields none. The message may be left out.",
  expand: (expander, form, scope) => {
    const [, test, message, ...surplus] = form.items
    if (test === undefined || surplus.length > 0) {
      const problem = surplus.length > 0 ? "takes a condition and a message" : "needs a condition"
      return malformed(expander, form, scope, { at: surplus[0], problem, shape: assert.shape }, form.items.slice(1))
    }
    const { span } = form
    const said =
      message === undefined
        ? text(defaultMessage(scope, test), span)
        : scope.inBranch(() => expander.expand(message, scope))
    return {
      kind: "branch",
      clauses: [{ test: expander.expand(test, scope), value: literal(none, span) }],
      otherwise: call(assertionFailed, [said], span),
      span
    }
  }
}

/** UTF-16 units of the source of a condition that a message shows. */
const conditionShownMax = 60

const defaultMessage = (scope: Scope, test: Datum): string => {
  const written = scope.owner.source.text.slice(test.span.start, test.span.end).replace(/\s+/g, " ")
  const shown = written.length <= conditionShownMax ? written : `${written.slice(0, conditionShownMax)}…`
  return `assertion failed: ${shown}`
}

/** What is done happens at once or not at all: on a fault everything since the beginning is undone, and the fault goes on. */
export const atomic: SpecialForm = {
  shape: "`(atomic body…)`",
  doc: "The value of the body, all of whose effects happen, or none when it faults. Nothing in it may wait.",
  expand: (expander, form, scope) => {
    const { span } = form
    const body = form.items.slice(1)
    if (body.length === 0) return malformed(expander, form, scope, { problem: "needs a body", shape: atomic.shape })
    const value = expander.hidden("value", scope, span)
    const caught = expander.hidden("caught", scope, span)
    const { open } = expander.surroundings(scope.owner)
    open.push({ kind: "atomic" })
    const inside = body.length === 1 ? expander.body(body[0]!, scope) : expander.sequence(body, scope, span)
    open.pop()
    const handler = sequence([call(undoAtomic, [], span), call(raise, [reference(caught, span)], span)], span)
    return sequence(
      [
        call(beginAtomic, [], span),
        define(value, { kind: "guard", catches: "ends", body: inside, caught, handler, span, isAtomic: true }, span),
        leaveAtomic(span),
        reference(value, span)
      ],
      span
    )
  }
}

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
    owner.uses.add(target)
    owner.deferred ??= Object.assign(newBinding({ name: "%deferred", kind: "local", span, owner, type: ":any" }), {
      assigned: true
    })
    const added = libraryCall(
      "core/list/append",
      [reference(owner.deferred, span), { kind: "closure", target, span }],
      span
    )
    const assigned: Core = { kind: "assign", binding: owner.deferred, value: added, span }
    return prefix === undefined
      ? assigned
      : sequence([define(prefix, call(currentScope, [], span), span), assigned], span)
  }
}

/**
 * The body of a function, with what it has deferred run when the body ends in any way: the last one first, each in a
 * region of its own, so that a fault in one does not keep the others from running. Then what ended the body goes on.
 *
 *     deferred = ()
 *     result = guard (ends) { body } caught: pending = caught
 *     while deferred is not empty: last = its last item, taken off; guard (ends) { last() } caught: pending = first of both
 *     pending is none ? result : raise pending
 */
export const withDeferred = (owner: FunctionDefinition, body: Core): Core => {
  const { deferred } = owner
  if (deferred === undefined) return body
  const { span } = body
  const hidden = (name: string): Binding => newBinding({ name: `%${name}`, kind: "local", span, owner, type: ":any" })
  const pending = Object.assign(hidden("pending"), { assigned: true })
  const result = hidden("result")
  const last = hidden("last")
  const newLoop = (): Loop => ({ ordinal: ++owner.loops })
  const inGuard = (guardedBody: Core, putsPrefixBack = false): Core => {
    const caught = hidden("caught")
    const prefix = hidden("prefix")
    const ending = call(firstEnding, [reference(pending, span), reference(caught, span)], span)
    return sequence(
      [
        define(prefix, call(currentScope, [], span), span),
        {
          kind: "guard",
          catches: "ends",
          body: putsPrefixBack ? sequence([guardedBody, leaveScope(prefix, span)], span) : guardedBody,
          caught,
          handler: sequence(
            [leaveScope(prefix, span), { kind: "assign", binding: pending, value: ending, span }, literal(none, span)],
            span
          ),
          span
        }
      ],
      span
    )
  }
  const loop = newLoop()
  const size = (): Core => libraryCall("core/list/len", [reference(deferred, span)], span)
  const lessOne = libraryCall("-", [size(), literal({ type: "int", value: 1 }, span)], span)
  const turn = sequence(
    [
      define(last, libraryCall("core/list/last", [reference(deferred, span)], span), span),
      {
        kind: "assign",
        binding: deferred,
        value: libraryCall("core/list/take", [reference(deferred, span), lessOne], span),
        span
      },
      inGuard({ kind: "apply", callee: reference(last, span), args: [], span }, true)
    ],
    span
  )
  const isLeft = libraryCall("<", [literal({ type: "int", value: 0 }, span), size()], span)
  return sequence(
    [
      define(deferred, literal({ type: "list", bracket: "(", items: [] }, span), span),
      define(pending, literal(none, span), span),
      define(result, inGuard({ kind: "block", loop: newLoop(), catchesReturn: true, body, span }), span),
      {
        kind: "loop",
        loop,
        body: {
          kind: "branch",
          clauses: [{ test: isLeft, value: turn }],
          otherwise: { kind: "leave", loop, value: literal(none, span), span },
          span
        },
        span
      },
      {
        kind: "branch",
        clauses: [
          {
            test: { kind: "is", type: ":none", value: reference(pending, span), span },
            value: reference(result, span)
          }
        ],
        otherwise: call(raise, [reference(pending, span)], span),
        span
      }
    ],
    span
  )
}
