import { display } from "../../runtime/value/print.ts"
import { ErrorValue, SxsMap, type Value } from "../../runtime/value/value.ts"
import { refuseLongText } from "./bounds.ts"
import { define, type ImplementationTable, tableOf } from "./define.ts"
import * as kind from "./kinds.ts"

/** `core/error`: what is in error values. Each takes the error value, or its content as `$error` has it. */
export const error: ImplementationTable = tableOf([
  define("core/error/message", [kind.any], (of) => {
    const content = contentOf(of)
    const text = display(partsOf(content)?.message ?? content)
    refuseLongText(text.length)
    return text
  }),
  define("core/error/data", [kind.any], (of) => partsOf(contentOf(of))?.data ?? null)
])

const contentOf = (of: Value): Value => (of instanceof ErrorValue ? of.content : of)

/** What `(error "message" data)` puts in: `$fault` has the same keys. Undefined when there is no message. */
const partsOf = (content: Value): { readonly message: string; readonly data: Value } | undefined => {
  if (!(content instanceof SxsMap)) return undefined
  const message = content.entries.get("message")
  return typeof message === "string" ? { message, data: content.entries.get("data") ?? null } : undefined
}
