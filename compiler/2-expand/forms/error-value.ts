import { formLibrary } from "../../../stdlib/signatures/form.ts"
import { placeIn } from "../../source.ts"
import { call, define, libraryCall, reference, sequence, text } from "../build.ts"
import { hiddenSignature } from "./leave.ts"
import { handlerIn } from "./region.ts"
import { malformed, messageAndData } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

const makeError = { ...hiddenSignature("core/form/error", "pure", ["content", "place"]), result: ":error" as const }

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
    const content = call(formLibrary.content, [reference(value, span)], span)
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
    return call(makeError, [content, text(placeIn(scope.owner.source, span, expander.programSource), span)], span)
  }
}
