import { literal } from "../build.ts"
import { none } from "../core.ts"
import type { SpecialForm } from "./special-form.ts"

export const begin: SpecialForm = {
  shape: "`(begin form…)`",
  doc: "Runs the forms in order and yields the value of the last, as `[ … ]` does. It is no scope.",
  expand: (expander, form, scope) =>
    form.items.length === 1 ? literal(none, form.span) : expander.sequence(form.items.slice(1), scope, form.span)
}
