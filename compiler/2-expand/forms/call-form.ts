import { lineTableOf } from "../../source.ts"
import { literal } from "../build.ts"
import { hiddenSignature } from "./leave.ts"
import { malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

/** A call with its last arguments in a list. */
export const apply: SpecialForm = {
  shape: "`(apply function value… list)`",
  doc: "Calls the function with the values, and then with the items of the list, as arguments.",
  expand: (expander, form, scope) => {
    const [, callee, ...args] = form.items
    if (callee === undefined || args.length === 0) {
      const problem = "needs a function and the list of its arguments"
      return malformed(expander, form, scope, { problem, shape: apply.shape }, form.items.slice(1))
    }
    return {
      kind: "apply",
      callee: expander.expand(callee, scope),
      args: args.map((arg) => expander.expand(arg, scope)),
      spreads: true,
      span: form.span
    }
  }
}

const show = { ...hiddenSignature("core/form/debug", "store", ["place"]), result: ":int" as const }

/** Shows values with their place; what stands in a program while somebody looks for a mistake. */
export const debug: SpecialForm = {
  shape: "`(debug value…)`",
  doc: "Shows values with their file and line on the terminal at once, outside the log.",
  expand: (expander, form, scope) => {
    const { source } = scope.owner
    const { line } = lineTableOf(source).position(form.span.start)
    const place = literal({ type: "string", value: `${source.name}:${line}` }, form.span)
    const values = form.items.slice(1).map((item) => expander.expand(item, scope))
    return { kind: "library", signature: show, args: [place, ...values], span: form.span }
  }
}
