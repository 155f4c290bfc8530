import { limits } from "../../runtime/limits.ts"
import { List, normalise, Real, SxsMap, type Value } from "../../runtime/value/value.ts"
import { containerBytes, entryBytes, itemBytes, spend } from "../../runtime/value/work.ts"
import { listItemsMax, mapEntriesMax } from "./bounds.ts"

/** Why a text is no JSON, and where. */
export interface JsonMistake {
  readonly why: string
  /** Offset in UTF-16 units. */
  readonly at: number
}

/** Thrown within this file only. */
class Mistake extends Error implements JsonMistake {
  readonly why: string
  readonly at: number
  constructor(why: string, at: number) {
    super(why)
    this.why = why
    this.at = at
  }
}

/** Reads one value and nothing behind it. Iterative, as the caller may already stand deep in JavaScript's stack. */
export const readJson = (text: string): { readonly value: Value } | { readonly mistake: JsonMistake } => {
  try {
    return { value: new JsonReader(text).document() }
  } catch (cause) {
    if (cause instanceof Mistake) return { mistake: cause }
    throw cause
  }
}

/** An array or object whose end is not yet reached. */
type Open =
  | { readonly kind: "list"; readonly items: Array<Value> }
  | { readonly kind: "map"; readonly entries: Map<string, Value>; key: string }

// Units are compared as numbers, one by one: most of a text is short words, and a pattern costs more to begin than to match.
const unit = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  quote: 34,
  minus: 45,
  point: 46,
  digit0: 48,
  digit9: 57,
  colon: 58,
  comma: 44,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125
} as const

/** Of JSON, which knows no other white space. */
const isSpace = (found: number): boolean =>
  found === unit.space || found === unit.lineFeed || found === unit.carriageReturn || found === unit.tab

const isDigit = (found: number): boolean => found >= unit.digit0 && found <= unit.digit9

const isLetter = (found: number): boolean => (found >= 65 && found <= 90) || (found >= 97 && found <= 122)

/** So many digits are an int that a double holds. */
const exactDigits = 15

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in a text
const plainUnits = /[^"\\\u0000-\u001f]*/y
const escapePattern = /(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))?/y
const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
const word = /[A-Za-z]*/y

const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["false", false],
  ["null", null]
])

// 10 bits hold three digits.
const digitsMax = Math.floor((limits.intBitsMax * 3) / 10)

class JsonReader {
  readonly #text: string
  #at = 0
  readonly #open: Array<Open> = []

  constructor(text: string) {
    this.#text = text
  }

  document(): Value {
    let value = this.#begin()
    for (;;) {
      // An array or object has begun: its first item is next.
      while (value === undefined) value = this.#begin()
      const around = this.#open.at(-1)
      if (around === undefined) break
      this.#put(around, value)
      value = this.#goOn(around)
    }
    this.#space()
    if (this.#at < this.#text.length) throw this.#mistake("something follows the value")
    return value
  }

  /** A scalar, or an empty container; undefined when a container with items has begun. */
  #begin(): Value | undefined {
    this.#space()
    const next = this.#text.charCodeAt(this.#at)
    if (next === unit.quote) return this.#string()
    if (next === unit.openBrace) return this.#beginMap()
    if (next === unit.openBracket) return this.#beginList()
    if (next === unit.minus || isDigit(next)) return this.#shortInt() ?? this.#number()
    return this.#word()
  }

  #beginList(): Value | undefined {
    this.#enter({ kind: "list", items: [] })
    return this.#take(unit.closeBracket) ? this.#close() : undefined
  }

  #beginMap(): Value | undefined {
    const opened: Open = { kind: "map", entries: new Map(), key: "" }
    this.#enter(opened)
    if (this.#take(unit.closeBrace)) return this.#close()
    opened.key = this.#key()
    return undefined
  }

  #enter(opened: Open): void {
    if (this.#open.length >= limits.valueDepthMax) {
      throw this.#mistake(`more than ${limits.valueDepthMax} arrays and objects inside each other`)
    }
    this.#at++
    this.#open.push(opened)
  }

  #put(around: Open, value: Value): void {
    if (around.kind === "list") {
      if (around.items.length >= listItemsMax) throw this.#mistake(`an array with more than ${listItemsMax} items`)
      around.items.push(value)
    } else {
      around.entries.set(around.key, value)
      if (around.entries.size > mapEntriesMax) throw this.#mistake(`an object with more than ${mapEntriesMax} keys`)
    }
  }

  /** Behind an item: the container when it ends here, undefined when another item follows. */
  #goOn(around: Open): Value | undefined {
    if (this.#take(unit.comma)) {
      if (around.kind === "map") around.key = this.#key()
      return undefined
    }
    if (this.#take(around.kind === "list" ? unit.closeBracket : unit.closeBrace)) return this.#close()
    throw this.#mistake(`expected \`,\` or \`${around.kind === "list" ? "]" : "}"}\``)
  }

  #close(): Value {
    const ended = this.#open.pop()!
    if (ended.kind === "list") spend(containerBytes + ended.items.length * itemBytes)
    else spend(2 * containerBytes + ended.entries.size * entryBytes)
    return ended.kind === "list" ? new List("(", ended.items) : new SxsMap(ended.entries)
  }

  #key(): string {
    this.#space()
    if (this.#text.charCodeAt(this.#at) !== unit.quote) throw this.#mistake("expected a key in quotes")
    const key = this.#string()
    if (!this.#take(unit.colon)) throw this.#mistake("expected `:`")
    return key
  }

  #string(): string {
    const text = this.#text
    const begin = this.#at
    let end = begin + 1
    let next = text.charCodeAt(end)
    while (next !== unit.quote && next !== unit.backslash && next >= unit.space) next = text.charCodeAt(++end)
    if (next === unit.quote) {
      this.#at = end + 1
      return text.slice(begin + 1, end)
    }
    this.#at = end
    return this.#withEscapes(begin) ?? this.#misread(begin)
  }

  /** JavaScript's own reader is the quickest; undefined when there is a mistake, as it does not tell the place. */
  #withEscapes(begin: number): string | undefined {
    let end = this.#text.indexOf('"', this.#at)
    while (end >= 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1)
    if (end < 0) return undefined
    try {
      const made = JSON.parse(this.#text.slice(begin, end + 1)) as string
      this.#at = end + 1
      return made
    } catch {
      return undefined
    }
  }

  #isEscaped(at: number): boolean {
    let first = at
    while (this.#text[first - 1] === "\\") first--
    return (at - first) % 2 === 1
  }

  /** Finds the mistake of a text that begins there and is plain so far. */
  #misread(begin: number): never {
    for (;;) {
      const next = this.#text[this.#at]
      if (next === undefined) throw new Mistake("a text that does not end", begin)
      if (next !== "\\") throw this.#mistake("a control character in a text")
      if (this.#match(escapePattern) === "") throw this.#mistake("an escape that JSON does not have")
      this.#match(plainUnits)
    }
  }

  /** Undefined for a number that is long, a real, or written wrongly. */
  #shortInt(): number | undefined {
    const text = this.#text
    const isNegative = text.charCodeAt(this.#at) === unit.minus
    const begin = isNegative ? this.#at + 1 : this.#at
    let end = begin
    let amount = 0
    let next = text.charCodeAt(end)
    for (; isDigit(next); next = text.charCodeAt(++end)) amount = amount * 10 + (next - unit.digit0)
    const count = end - begin
    if (count === 0 || count > exactDigits || (count > 1 && text.charCodeAt(begin) === unit.digit0)) return undefined
    if (next === unit.point || isLetter(next)) return undefined
    this.#at = end
    return isNegative ? 0 - amount : amount
  }

  #number(): Value {
    const begin = this.#at
    number.lastIndex = begin
    const found = number.exec(this.#text)
    if (found === null) throw this.#mistake("a number without digits")
    const [digits, fraction, exponent] = found
    this.#at += digits.length
    if (/[0-9.a-zA-Z]/.test(this.#text[this.#at] ?? "")) throw new Mistake("a number that is written wrongly", begin)
    if (fraction === undefined && exponent === undefined) {
      if (digits.length > digitsMax) throw new Mistake(`an int with more than ${digitsMax} digits`, begin)
      return normalise(BigInt(digits))
    }
    const amount = Number(digits)
    if (!Number.isFinite(amount)) throw new Mistake("a real out of range", begin)
    return new Real(amount)
  }

  #word(): Value {
    const begin = this.#at
    const found = this.#match(word)
    const value = words.get(found)
    if (value === undefined) throw new Mistake("expected a value", begin)
    return value
  }

  #space(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++
  }

  #take(wanted: number): boolean {
    this.#space()
    if (this.#text.charCodeAt(this.#at) !== wanted) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)![0]
    this.#at += found.length
    return found
  }

  #mistake(why: string): Mistake {
    return new Mistake(why, this.#at)
  }
}
