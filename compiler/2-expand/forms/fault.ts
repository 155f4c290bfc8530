import type { Datum } from "../../1-read/datum.ts"
import { call, literal, reference, text } from "../build.ts"
import { none } from "../core.ts"
import type { Scope } from "../scope.ts"
import { hiddenSignature } from "./leave.ts"
import { assertionFailed, handlerIn, inRegion, raiseFault } from "./region.ts"
import { malformed, messageAndData } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

const faultMessage = hiddenSignature("core/form/fault-message", "pure", ["fault"])

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
    const { span } = form
    return inRegion(span, {
      catches: "faults",
      hidden: (name) => expander.hidden(name, scope, span),
      body: scope.inBranch(() => expander.body(body, scope)),
      handler: (caught) =>
        handlerIn(expander, handler, scope, [
          ["$exception", call(faultMessage, [reference(caught, handler.span)], handler.span)],
          ["$fault", reference(caught, handler.span)]
        ])
    })
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
