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

// Of JSON, which knows no other white space.
const whiteSpace = /[ \t\n\r]*/y
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
    const unit = this.#text[this.#at]
    if (unit === '"') return this.#string()
    if (unit === "[") return this.#beginList()
    if (unit === "{") return this.#beginMap()
    if (unit === "-" || (unit !== undefined && unit >= "0" && unit <= "9")) return this.#number()
    return this.#word()
  }

  #beginList(): Value | undefined {
    this.#enter({ kind: "list", items: [] })
    return this.#take("]") ? this.#close() : undefined
  }

  #beginMap(): Value | undefined {
    const opened: Open = { kind: "map", entries: new Map(), key: "" }
    this.#enter(opened)
    if (this.#take("}")) return this.#close()
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
    const close = around.kind === "list" ? "]" : "}"
    if (this.#take(close)) return this.#close()
    if (!this.#take(",")) throw this.#mistake(`expected \`,\` or \`${close}\``)
    if (around.kind === "map") around.key = this.#key()
    return undefined
  }

  #close(): Value {
    const ended = this.#open.pop()!
    if (ended.kind === "list") spend(containerBytes + ended.items.length * itemBytes)
    else spend(2 * containerBytes + ended.entries.size * entryBytes)
    return ended.kind === "list" ? new List("(", ended.items) : new SxsMap(ended.entries)
  }

  #key(): string {
    this.#space()
    if (this.#text[this.#at] !== '"') throw this.#mistake("expected a key in quotes")
    const key = this.#string()
    if (!this.#take(":")) throw this.#mistake("expected `:`")
    return key
  }

  #string(): string {
    const begin = this.#at++
    const plain = this.#match(plainUnits)
    if (this.#text[this.#at] === '"') {
      this.#at++
      return plain
    }
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
      const unit = this.#text[this.#at]
      if (unit === undefined) throw new Mistake("a text that does not end", begin)
      if (unit !== "\\") throw this.#mistake("a control character in a text")
      if (this.#match(escapePattern) === "") throw this.#mistake("an escape that JSON does not have")
      this.#match(plainUnits)
    }
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
    this.#match(whiteSpace)
  }

  #take(unit: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== unit) return false
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
