import { Sym, type Value } from "../runtime/value/value.ts"
import { visible } from "./visible.ts"

/** Says that a bare word was read as a symbol, since whoever types one often means a text; undefined when it was not. */
export const symbolHint = (value: Value): string | undefined =>
  value instanceof Sym
    ? `\`${visible(value.name)}\` is a symbol here; as a text it is written '"${visible(value.name)}"'`
    : undefined
