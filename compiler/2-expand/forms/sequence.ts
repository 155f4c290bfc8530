import { literal } from "../build.ts"
import { none } from "../core.ts"
import type { SpecialForm } from "./special-form.ts"

export const begin: SpecialForm = {
  shape: "`(begin form…)`",
  expand: (expander, form, scope) =>
    form.items.length === 1 ? literal(none, form.span) : expander.sequence(form.items.slice(1), scope, form.span)
}
