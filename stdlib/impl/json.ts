import { ErrorValue, type Value } from "../../runtime/value/value.ts"
import { define, type ImplementationTable, refuseUnless, tableOf } from "./define.ts"
import { type JsonMistake, readJson } from "./json-reader.ts"
import { writeJson } from "./json-writer.ts"
import * as kind from "./kinds.ts"

const indentMax = 16

/** `core/json`. */
export const json: ImplementationTable = tableOf([
  define("core/json/parse", [kind.text], (text) => {
    const read = readJson(text)
    return "value" in read ? read.value : new ErrorValue(described(text, read.mistake))
  }),
  define("core/json/print", [kind.any], (value) => written(value, 0)),
  define("core/json/print-pretty", [kind.any, kind.optional(kind.count)], (value, indent = 2) => {
    refuseUnless(indent <= indentMax, () => `expected at most ${indentMax} spaces, got ${indent}`)
    return written(value, indent)
  })
])

const written = (value: Value, indent: number): Value => {
  const made = writeJson(value, indent)
  return "text" in made ? made.text : new ErrorValue(made.problem)
}

const described = (text: string, { why, at }: JsonMistake): string => {
  const before = text.slice(0, at)
  const line = before.split("\n").length
  const column = at - (before.lastIndexOf("\n") + 1) + 1
  return `not JSON: ${why} at line ${line}, column ${column}`
}
