import { formLibrary } from "../../../stdlib/signatures/form.ts"
import type { TypeName } from "../../../stdlib/signatures/signature.ts"
import { literal } from "../build.ts"
import { type DeclaredType, isRecord } from "../core.ts"
import { declaredType } from "../types.ts"
import { isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

export const cast: SpecialForm = {
  shape: "`(cast :type value)`",
  doc: "The value as one of that type: converted where that is possible, else a fault.",
  expand: (expander, form, scope) => {
    const [, type, value, ...surplus] = form.items
    if (!isSymbol(type) || !type.name.startsWith(":") || value === undefined || surplus.length > 0) {
      const parts = isSymbol(type) && type.name.startsWith(":") ? form.items.slice(2) : form.items.slice(1)
      return malformed(expander, form, scope, { problem: "needs a type and a value", shape: cast.shape }, parts)
    }
    const { span } = form
    const to = declaredType(expander, type)
    const expanded = expander.expand(value, scope)
    if (!converts(to)) return { kind: "ascribe", type: to, value: expanded, span }
    const name = literal({ type: "string", value: to }, type.span)
    return { kind: "library", signature: { ...formLibrary.cast, result: to }, args: [name, expanded], span }
  }
}

/** The types of which no value of another type can be made; `cast` says only that the value is of the type. */
const unconverted: ReadonlySet<TypeName> = new Set([":any", ":none", ":error", ":fn", ":task"] as const)

const converts = (type: DeclaredType): type is TypeName => !isRecord(type) && !unconverted.has(type)
