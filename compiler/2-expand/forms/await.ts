import { awaitMsDefault } from "../../../stdlib/abi/bus.ts"
import { enterAwait, finishAwait } from "../../../stdlib/signatures/bus-forms.ts"
import { call, define, int, reference, sequence } from "../build.ts"
import type { Core } from "../core.ts"
import { expandChannel } from "./channel.ts"
import { leaveAwait } from "./leave.ts"
import { inRegion, raiseValue } from "./region.ts"
import { malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

/** The consumer is there before the body begins, so no event is missed; each way out of the body leaves it. */
export const await_: SpecialForm = {
  shape: "`(core/expr/await body channel topic ms)`",
  doc: 'Runs the body and waits for an event since its beginning: the data, or `@"timeout"` after `ms` (5000; `none`: never). An error value ends it.',
  expand: (expander, form, scope) => {
    const [, body, channel, topic, ms, ...surplus] = form.items
    if (body === undefined || channel === undefined || topic === undefined || surplus.length > 0) {
      const problem =
        surplus.length > 0 ? "takes a body, a channel, a topic and a time limit" : "needs a body, a channel and a topic"
      return malformed(expander, form, scope, { at: surplus[0], problem, shape: await_.shape })
    }
    const { span } = form
    const consumer = expander.hidden("consumer", scope, span)
    const awaited = expander.hidden("awaited", scope, span)
    const args = [
      expandChannel(expander, channel, scope),
      expander.expand(topic, scope),
      ms === undefined ? int(awaitMsDefault, span) : expander.expand(ms, scope)
    ]
    const { open } = expander.surroundings(scope.owner)
    open.push({ kind: "await", consumer })
    const inside = expander.body(body, scope)
    open.pop()
    // In the region also while it waits: a time limit around the form may end that, and be recovered from.
    const waited: Core = {
      kind: "branch",
      clauses: [
        {
          test: { kind: "is", type: ":error", value: reference(awaited, span), span },
          value: sequence([leaveAwait(consumer, span), reference(awaited, span)], span)
        }
      ],
      otherwise: call(finishAwait, [reference(consumer, span)], span),
      span
    }
    const guarded = inRegion(span, {
      catches: "ends",
      hidden: (each) => expander.hidden(each, scope, span),
      body: sequence([define(awaited, inside, span), waited], span),
      handler: (caught) => sequence([leaveAwait(consumer, span), raiseValue(reference(caught, span), span)], span)
    })
    return sequence([define(consumer, call(enterAwait, args, span), span), guarded], span)
  }
}
