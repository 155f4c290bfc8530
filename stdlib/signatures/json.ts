import { optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

/**
 * JSON (RFC 8259). An object is a map in its order, of equal keys the last value counts; an array is a paren list, `null` is
 * none. A number without point and exponent is an int, exact at any size, any other a real; both come back as they were.
 */
export const json: ReadonlyArray<Signature> = [
  {
    name: "core/json/parse",
    aliases: ["json/parse"],
    params: [required("text", ":str")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: "The value of the JSON text; else an error value that says what is wrong, with line and column. At most 1000 levels deep.",
    example: '(json/parse "{\\"id\\": 7, \\"tags\\": [\\"a\\", null]}")',
    yields: '(map "id" 7 "tags" ("a" none))'
  },
  {
    name: "core/json/print",
    aliases: ["json/print"],
    params: [required("value")],
    result: ":str",
    mayError: true,
    effect: "pure",
    doc: "The value as JSON in one line; an error value that says where, when a part has no JSON form: symbols, bytes, functions, tasks, error values, `nan` and infinities.",
    example: '(json/print (map "id" 7 "price" 2.0))',
    yields: '"{\\"id\\":7,\\"price\\":2.0}"'
  },
  {
    name: "core/json/print-pretty",
    aliases: ["json/print-pretty"],
    params: [required("value"), optional("indent", ":int")],
    result: ":str",
    mayError: true,
    effect: "pure",
    doc: "As `print`, with each item on a line of its own, indented by `indent` (2) spaces, 0 to 16, for each level.",
    example: "(json/print-pretty (list 1 2))",
    yields: '"[\\n  1,\\n  2\\n]"'
  }
]
