import { call, define, reference, sequence } from "../build.ts"
import { hiddenSignature, leaveAtomic } from "./leave.ts"
import { raiseAgain } from "./region.ts"
import { malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

const beginAtomic = hiddenSignature("core/form/begin-atomic", "store", [])
const undoAtomic = hiddenSignature("core/form/undo-atomic", "store", [])

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
    const handler = sequence([call(undoAtomic, [], span), raiseAgain(caught, span)], span)
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
