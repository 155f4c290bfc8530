import { startOnProcessor } from "../../../stdlib/signatures/bus-forms.ts"
import { call, use } from "../build.ts"
import { Scope } from "../scope.ts"
import { withDeferred } from "./defer.ts"
import { isParens, isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

export const proc: SpecialForm = {
  shape: "`(core/expr/proc n { … })`",
  doc: "Runs the body as a task on processor `n` (0 to 3), one at a time and in order; yields the task, or an error value when there is no such one.",
  expand: (expander, form, scope) => {
    const [, processor, body, ...surplus] = form.items
    if (processor === undefined || body === undefined || surplus.length > 0) {
      const problem =
        surplus.length > 0
          ? "takes a processor and one body; `{ … }` runs several forms in order"
          : "needs a processor and a body"
      return malformed(expander, form, scope, { at: surplus[0], problem, shape: proc.shape })
    }
    if (isParens(body) && isSymbol(body.items[0], "fn")) {
      const problem = "runs its body as a task; a function there is never called"
      return malformed(expander, form, scope, { at: body, problem, shape: proc.shape })
    }
    const { span } = form
    const number = expander.expand(processor, scope)
    const target = expander.newFunction({ name: "proc", span, result: ":any" })
    target.body = withDeferred(target, expander.body(body, new Scope(target, scope)))
    use(scope.owner, target)
    return call(startOnProcessor, [number, { kind: "closure", target, span }], span)
  }
}
