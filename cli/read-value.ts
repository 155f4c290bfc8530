import type { Datum } from "../compiler/1-read/datum.ts"
import { read } from "../compiler/1-read/reader.ts"
import { Bytes, ErrorValue, List, Real, SxsMap, Sym, TaskRef, type Value } from "../runtime/value/value.ts"
import { usageError } from "./exit.ts"
import { clip, visible } from "./visible.ts"

/**
 * A VALUE of the command line: one datum, as if it stood quoted in a program. A bare word is a symbol, a text is in
 * quotes, brackets make lists. But `(map "k" 1)`, the print of a map, is a map, so that what `sxs kv get` prints reads back;
 * functions do not, and a list that prints like a map becomes one. Throws a usage error that shows how to write it.
 */
export const readValue = (text: string): Value => {
  const { diagnostics, value } = read({ name: "VALUE", text })
  const [form, second] = value.forms
  const problem = diagnostics[0]?.message ?? (form === undefined ? "it is empty" : undefined)
  if (problem !== undefined) throw unreadable(text, problem)
  if (second !== undefined) throw unreadable(text, `it has ${value.forms.length} values, one is needed`)
  const result = toValue(form!.kind === "quote" ? form!.item : form!, toMapOrList)
  if (result === undefined) throw unreadable(text, "there is no value of that form")
  return result
}

/** The first datum of the text, as if it stood quoted in a program; undefined when it cannot be read. */
export const readDatum = (text: string): Value | undefined => {
  const { diagnostics, value } = read({ name: "text", text })
  const [form] = value.forms
  return diagnostics.length > 0 || form === undefined ? undefined : toValue(form, toList)
}

const unreadable = (text: string, problem: string) => {
  return usageError(
    `the value ${clip(visible(text), 60)} cannot be read: ${problem}.\n` +
      `Write it as in a program: 42, 2.5, true, none, a-symbol, '"a text"', '(1 2 3)'.`
  )
}

/** What a list in brackets is: the reader of programs sees lists only. */
type FromItems = (bracket: List["bracket"], items: ReadonlyArray<Value>) => Value

const toList: FromItems = (bracket, items) => new List(bracket, items)

const toMapOrList: FromItems = (bracket, items) => {
  const [name, ...parts] = items
  const isMap = bracket === "(" && name === Sym.of("map") && parts.length % 2 === 0
  if (!isMap || parts.some((part, i) => i % 2 === 0 && typeof part !== "string")) return new List(bracket, items)
  const entries = new Map<string, Value>()
  for (let i = 0; i < parts.length; i += 2) entries.set(parts[i] as string, parts[i + 1]!)
  return new SxsMap(entries)
}

const toValue = (datum: Datum, fromItems: FromItems): Value | undefined => {
  switch (datum.kind) {
    case "int":
    case "string":
      return datum.value
    case "real":
      return new Real(datum.value)
    case "symbol":
      return constants.has(datum.name) ? constants.get(datum.name)! : Sym.of(datum.name)
    case "list":
      return fromAll(datum.bracket, datum.items, fromItems)
    case "quote":
      return fromAll("(", [{ kind: "symbol", name: "quote", span: datum.span }, datum.item], fromItems)
    case "error": {
      const content = toValue(datum.item, fromItems)
      return content === undefined ? undefined : new ErrorValue(content)
    }
    case "directive":
      return datum.item.kind === "list" ? fromDirective(datum.item.items) : undefined
  }
}

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["false", false],
  ["none", null]
])

const fromAll = (bracket: List["bracket"], items: ReadonlyArray<Datum>, fromItems: FromItems): Value | undefined => {
  const values: Array<Value> = []
  for (const item of items) {
    const value = toValue(item, fromItems)
    if (value === undefined) return undefined
    values.push(value)
  }
  return fromItems(bracket, values)
}

/** What has no syntax of its own: `#(bytes "AAE=")`, `#(task "worker-3")`, `#(symbol "a b")`. */
const fromDirective = ([name, content, ...rest]: ReadonlyArray<Datum>): Value | undefined => {
  if (name?.kind !== "symbol" || content?.kind !== "string" || rest.length > 0) return undefined
  switch (name.name) {
    case "bytes":
      return base64.test(content.value) ? new Bytes(new Uint8Array(Buffer.from(content.value, "base64"))) : undefined
    case "task":
      return new TaskRef(content.value)
    case "symbol":
      return Sym.of(content.value)
    default:
      return undefined
  }
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
