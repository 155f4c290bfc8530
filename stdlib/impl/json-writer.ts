import { limits } from "../../runtime/limits.ts"
import { isInt, List, Real, SxsMap, type Value } from "../../runtime/value/value.ts"
import { printReal } from "../abi/literals.ts"
import { refuseLongText, textUnitsMax } from "./bounds.ts"
import { describe } from "./describe.ts"

/** A container that is being written. */
interface Open {
  readonly parts: Iterator<readonly [at: string | number, value: Value]>
  readonly close: "]" | "}"
  /** Key or index of the part that is being written; undefined before the first. */
  at: string | number | undefined
}

/**
 * The value as JSON; a `problem` when a part has no JSON form. With an `indent`, each item stands on a line of its own.
 * Iterative, as a value may be nested more deeply than JavaScript's stack.
 */
export const writeJson = (value: Value, indent: number): { readonly text: string } | { readonly problem: string } => {
  const short = indent === 0 ? writeFlat(value, flatDepthMax) : undefined
  return short === undefined ? new JsonWriter(indent).write(value) : { text: short }
}

/** Values that are no deeper are written by recursion, which is quicker. */
const flatDepthMax = 32

/** Undefined when it is deeper than that, too long, or has no JSON form: then the writer below finds out what to say. */
const writeFlat = (value: Value, depth: number): string | undefined => {
  if (typeof value === "string") return quoted(value)
  if (value instanceof List) return depth === 0 ? undefined : writeList(value, depth)
  if (value instanceof SxsMap) return depth === 0 ? undefined : writeMap(value, depth)
  return scalar(value)
}

const writeList = ({ items, size }: List, depth: number): string | undefined => {
  let text = "["
  for (let at = 0; at < size; at++) {
    const part = writeFlat(items[at]!, depth - 1)
    if (part === undefined) return undefined
    text += at === 0 ? part : `,${part}`
    if (text.length > textUnitsMax) return undefined
  }
  return `${text}]`
}

const writeMap = ({ entries }: SxsMap, depth: number): string | undefined => {
  let text = "{"
  for (const [key, value] of entries) {
    const part = writeFlat(value, depth - 1)
    if (part === undefined) return undefined
    text += `${text.length === 1 ? "" : ","}${quoted(key)}:${part}`
    if (text.length > textUnitsMax) return undefined
  }
  return `${text}}`
}

const quotedUnitsMax = 64

/** Most texts are short and need no escape: a look at them is quicker than a call of JavaScript's own writer. */
const quoted = (text: string): string => {
  if (text.length > quotedUnitsMax) return JSON.stringify(text)
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    // Quote, backslash, control characters, and what may be half of a surrogate pair.
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || unit >= 0xd800) return JSON.stringify(text)
  }
  return `"${text}"`
}

class JsonWriter {
  readonly #indent: number
  readonly #parts: Array<string> = []
  #units = 0
  readonly #open: Array<Open> = []

  constructor(indent: number) {
    this.#indent = indent
  }

  write(value: Value): { readonly text: string } | { readonly problem: string } {
    for (let next: Value | undefined = value; next !== undefined; next = this.#next()) {
      const problem = this.#begin(next)
      if (problem !== undefined) return { problem: `${problem}${this.#path()}` }
    }
    return { text: this.#parts.join("") }
  }

  /** Writes a scalar, or opens a container; what is wrong with it when it has no JSON form. */
  #begin(value: Value): string | undefined {
    const text = scalar(value)
    if (text !== undefined) {
      this.#put(text)
      return undefined
    }
    if (!(value instanceof List || value instanceof SxsMap)) return `no JSON form: ${describe(value)}`
    if (this.#open.length >= limits.valueDepthMax) {
      return `no JSON form: more than ${limits.valueDepthMax} lists and maps inside each other`
    }
    this.#put(value instanceof List ? "[" : "{")
    this.#open.push(
      value instanceof List
        ? { parts: value.toArray().entries(), close: "]", at: undefined }
        : { parts: value.entries.entries(), close: "}", at: undefined }
    )
    return undefined
  }

  /** What comes next, with all written that stands before it; undefined at the end. */
  #next(): Value | undefined {
    for (let around = this.#open.at(-1); around !== undefined; around = this.#open.at(-1)) {
      const { done, value: part } = around.parts.next()
      const isFirst = around.at === undefined
      if (done !== true) {
        const [at, value] = part as readonly [string | number, Value]
        around.at = at
        if (!isFirst) this.#put(",")
        this.#line()
        if (typeof at === "string") this.#put(`${JSON.stringify(at)}${this.#indent > 0 ? ": " : ":"}`)
        return value
      }
      this.#open.pop()
      if (!isFirst) this.#line()
      this.#put(around.close)
    }
    return undefined
  }

  #line(): void {
    if (this.#indent > 0) this.#put(`\n${" ".repeat(this.#indent * this.#open.length)}`)
  }

  #put(text: string): void {
    this.#units += text.length
    refuseLongText(this.#units)
    this.#parts.push(text)
  }

  /** Where the writer stands: ` at .items[3]`; nothing at the value itself. */
  #path(): string {
    const steps = this.#open.map(({ at }) => (typeof at === "string" ? `.${shownKey(at)}` : `[${at}]`))
    const shown = steps.length > stepsShownMax ? ["…", ...steps.slice(-stepsShownMax)] : steps
    return shown.length === 0 ? "" : ` at ${shown.join("")}`
  }
}

const stepsShownMax = 10
const keyUnitsShownMax = 40

const shownKey = (key: string): string => {
  if (/^[A-Za-z_][\w-]{0,39}$/.test(key)) return key
  return JSON.stringify(key.length > keyUnitsShownMax ? `${key.slice(0, keyUnitsShownMax)}…` : key)
}

/** Undefined for what is no scalar, or has no JSON form. */
const scalar = (value: Value): string | undefined => {
  if (value === null) return "null"
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value === "boolean" || isInt(value)) return String(value)
  return value instanceof Real && Number.isFinite(value.value) ? printReal(value.value) : undefined
}
