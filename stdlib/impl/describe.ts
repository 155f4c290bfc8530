import { display, print } from "../../runtime/value/print.ts"
import { typeOf } from "../../runtime/value/types.ts"
import { Bytes, ErrorValue, List, SxsMap, type Value } from "../../runtime/value/value.ts"

// A message shows enough to recognise a value; printing all of it could cost more than the call that went wrong.
const textShownMax = 60
const itemsShownMax = 6
const depthShownMax = 3

/** A value with its type, in words: `the int 5`, `the error value @"key not found"`. Long ones are cut with `…`. */
export const describe = (value: Value | undefined): string => {
  if (value === undefined) return "nothing"
  if (value === null) return "none"
  return `the ${typeWord(value)} ${brief(value)}`
}

/** The value as it prints, cut with `…` where it is long or deep. */
export const brief = (value: Value, depth = 0): string => {
  if (typeof value === "string") return briefText(value)
  if (value instanceof ErrorValue) return `@${brief(value.content, depth)}`
  if (value instanceof List) return briefList(value, depth)
  if (value instanceof SxsMap) return briefMap(value, depth)
  if (value instanceof Bytes && value.bytes.length > textShownMax) return `of ${value.bytes.length} bytes`
  return cut(print(value))
}

/** A text raw and cut, anything else as `brief`. */
export const briefDisplay = (value: Value): string => (typeof value === "string" ? cut(display(value)) : brief(value))

const cut = (text: string): string => (text.length <= textShownMax ? text : `${text.slice(0, textShownMax)}…`)

const briefText = (value: string): string =>
  value.length <= textShownMax ? print(value) : `${print(value.slice(0, textShownMax)).slice(0, -1)}…"`

const closers = { "(": ")", "[": "]", "{": "}" } as const

const briefList = (value: List, depth: number): string => {
  const close = closers[value.bracket]
  if (value.size > 0 && depth >= depthShownMax) return `${value.bracket}…${close}`
  const shown = value.items.slice(0, Math.min(value.size, itemsShownMax)).map((item) => brief(item, depth + 1))
  if (value.size > itemsShownMax) shown.push("…")
  return `${value.bracket}${shown.join(" ")}${close}`
}

const briefMap = (value: SxsMap, depth: number): string => {
  if (depth >= depthShownMax) return "(map …)"
  const shown = ["map"]
  for (const [key, item] of value.entries) {
    if (shown.length > itemsShownMax) {
      shown.push("…")
      break
    }
    shown.push(`${briefText(key)} ${brief(item, depth + 1)}`)
  }
  return `(${shown.join(" ")})`
}

const typeWord = (value: NonNullable<Value>): string => typeWords.get(typeOf(value))!

const typeWords: ReadonlyMap<string, string> = new Map([
  [":str", "text"],
  [":bool", "bool"],
  [":int", "int"],
  [":real", "real"],
  [":symbol", "symbol"],
  [":list", "list"],
  [":map", "map"],
  [":bytes", "byte string"],
  [":error", "error value"],
  [":fn", "function"],
  [":task", "task"]
])
