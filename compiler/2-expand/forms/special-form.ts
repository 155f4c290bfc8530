import type { ListDatum } from "../../1-read/datum.ts"
import type { Core, FunctionDefinition } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"

export interface SpecialForm {
  /** How it is written, for hints. */
  readonly shape: string
  /** What it does, in a line for the reference. */
  readonly doc: string
  readonly expand: (expander: Expansion, form: ListDatum, scope: Scope) => Core
  /** Only `defn`: makes the name known and yields what expands the body. `found` is told the function at once. */
  readonly declare?: (
    expander: Expansion,
    form: ListDatum,
    scope: Scope,
    found?: (target: FunctionDefinition) => void
  ) => () => void
}
