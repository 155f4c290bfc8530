import { required } from "./param.ts"
import type { Signature } from "./signature.ts"

/** Code as a value. */
export const expr: ReadonlyArray<Signature> = [
  {
    name: "core/expr/eval",
    aliases: ["eval"],
    params: [required("text", ":str")],
    result: ":any",
    mayError: true,
    effect: "suspends",
    doc: "Compiles the text and runs it in this task, in a new scope: the value of its last form. Text that does not compile gives an error value with the first mistake.",
    example: '(eval "(+ 1 2)")'
  }
]
