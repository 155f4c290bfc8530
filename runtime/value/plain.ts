import { printText } from "../../stdlib/abi/literals.ts"
import { Fault, faultCodes } from "../errors.ts"
import { limits } from "../limits.ts"
import type { RecordTypes } from "./types.ts"
import {
  type Bracket,
  Bytes,
  Closure,
  ErrorValue,
  List,
  normalise,
  Real,
  SxsMap,
  Sym,
  TaskRef,
  type Value
} from "./value.ts"

/*
 * Values as JavaScript has them, both ways:
 *
 *     none, bool, str            null, boolean, string
 *     int                        number; outside ±(2^53-1) bigint
 *     real                       number
 *     list                       array, whatever its bracket
 *     map, record                object without prototype; in also any plain object or a Map
 *     bytes                      Uint8Array, copied
 *     error                      SxsError
 *     symbol, fn, task           themselves, opaque
 *
 * What JavaScript cannot tell apart is told by the declared type: under `:real` the number 2 is 2.0, under `:any` it is 2.
 */

/** What a program gives to JavaScript. */
export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | SxsError
  | Sym
  | Closure
  | TaskRef
  | ReadonlyArray<PlainValue>
  | { readonly [key: string]: PlainValue }

/** An error value, `@content`: an ordinary value that says that something did not succeed. It is returned, never thrown. */
export class SxsError {
  readonly content: PlainValue
  /** Where it was made: `line:column`, with the file before it unless it is the program's own; empty when it came from
   * elsewhere. */
  readonly place: string
  constructor(content: PlainValue, place = "") {
    this.content = content
    this.place = place
  }
}

// ─── out ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The value for JavaScript. Throws `Fault` when more than `limits.valueDepthMax` containers stand inside each other. */
export const toPlain = (value: Value): PlainValue => outOf(value, 0)

const outOf = (value: Value, depth: number): PlainValue => {
  if (value === null || typeof value !== "object") return value
  if (value instanceof Real) return value.value
  if (value instanceof Bytes) return new Uint8Array(value.bytes)
  if (value instanceof Sym || value instanceof Closure || value instanceof TaskRef) return value
  if (depth >= limits.valueDepthMax) throw tooDeep()
  if (value instanceof List) return value.toArray().map((item) => outOf(item, depth + 1))
  if (value instanceof ErrorValue) return new SxsError(outOf(value.content, depth + 1), value.place)
  return outOfMap(value, depth)
}

const outOfMap = (map: SxsMap, depth: number): PlainValue => {
  // Without a prototype `__proto__` is a key like any other.
  const object = Object.create(null) as Record<string, PlainValue>
  for (const [key, value] of map.entries) object[key] = outOf(value, depth + 1)
  return object
}

const tooDeep = (): Fault =>
  new Fault(faultCodes.tooDeep, `a value has at most ${limits.valueDepthMax} lists and maps inside each other`)

// ─── in ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a value is read with. */
interface Reading {
  /** Written as in the source: `:int`, `:point`. */
  readonly type: string
  readonly records: RecordTypes
  /** Begins the message of a mistake; as a function it is called for that only. */
  readonly what: string | (() => string)
}

/**
 * The JavaScript value as one of the type. Throws `TypeError` when it has no such form; the message begins with `what` and names
 * the place inside it.
 */
export const fromPlain = (plain: unknown, reading: Reading): Value =>
  // As most arguments are: without what a container is read with.
  typeof plain === "string" && (reading.type === ":str" || reading.type === ":any")
    ? plain
    : new Reader(reading).read(plain, reading.type, root)

/** Where in the value, as the steps that lead there. */
interface Path {
  readonly outer: Path | undefined
  readonly step: string
  readonly depth: number
}

const root: Path = { outer: undefined, step: "", depth: 0 }

class Reader {
  readonly #records: RecordTypes
  readonly #what: Reading["what"]
  /** Containers that were read, by type: an object that is named often is read once. */
  readonly #known = new Map<string, Map<object, Value>>()
  /** The containers around the place that is read. */
  readonly #around = new Set<object>()

  constructor({ records, what }: Reading) {
    this.#records = records
    this.#what = what
  }

  read(plain: unknown, type: string, path: Path): Value {
    const value = type === ":any" ? this.#any(plain, path) : this.#typed(plain, type, path)
    if (value === undefined)
      throw this.#mistake(`${expected(type)}, got ${describe(plain)}${adviceFor(plain, type)}`, path)
    return value
  }

  #any(plain: unknown, path: Path): Value | undefined {
    if (plain === null || typeof plain === "boolean" || typeof plain === "string") return plain
    if (typeof plain === "number" || typeof plain === "bigint") return intOf(plain) ?? new Real(Number(plain))
    if (Array.isArray(plain)) return this.#list(plain, "(", path)
    return this.#error(plain, path) ?? scalarOf(plain) ?? this.#map(plain, ":map", path)
  }

  #typed(plain: unknown, type: string, path: Path): Value | undefined {
    const bracket = brackets.get(type)
    if (bracket !== undefined) return Array.isArray(plain) ? this.#list(plain, bracket, path) : undefined
    if (type === ":map" || this.#records.has(type.slice(1))) return this.#map(plain, type, path)
    return type === ":error" ? this.#error(plain, path) : scalarsOf.get(type)?.(plain)
  }

  #list(plain: ReadonlyArray<unknown>, bracket: Bracket, path: Path): Value {
    const item = (value: unknown, index: number) => this.read(value, ":any", into(path, `[${index}]`))
    // Not `map`, which passes over holes.
    return this.#once(plain, bracket, path, () => new List(bracket, Array.from(plain, item)))
  }

  #error(plain: unknown, path: Path): Value | undefined {
    if (!(plain instanceof SxsError)) return undefined
    const content = () => this.read(plain.content, ":any", into(path, ".content"))
    return this.#once(plain, ":error", path, () => new ErrorValue(content(), String(plain.place)))
  }

  #map(plain: unknown, type: string, path: Path): Value | undefined {
    const entries = entriesOf(plain)
    if (entries === undefined) return undefined
    const fields = this.#records.get(type.slice(1))?.fields ?? []
    const types = new Map(fields.map((field) => [field.name, field.type]))
    return this.#once(plain as object, type, path, () => {
      const values = new Map<string, Value>()
      for (const [key, item] of entries) {
        if (typeof key !== "string") throw this.#mistake(`a key must be a string, got ${describe(key)}`, path)
        values.set(key, this.read(item, types.get(key) ?? ":any", into(path, stepTo(key))))
      }
      const missing = fields.find((field) => !values.has(field.name))
      if (missing === undefined) return new SxsMap(values)
      throw this.#mistake(`the field ${printText(missing.name)} of ${type} is missing`, path)
    })
  }

  /** Reads a container unless that was done. */
  #once(container: object, type: string, path: Path, read: () => Value): Value {
    const known = this.#known.get(type)?.get(container)
    if (known !== undefined) return known
    if (this.#around.has(container)) throw this.#mistake("it contains itself", path)
    if (path.depth >= limits.valueDepthMax) {
      throw this.#mistake(`more than ${limits.valueDepthMax} arrays and objects stand inside each other`, path)
    }
    this.#around.add(container)
    const value = read()
    this.#around.delete(container)
    const ofType = this.#known.get(type) ?? new Map<object, Value>()
    this.#known.set(type, ofType.set(container, value))
    return value
  }

  #mistake(problem: string, path: Path): TypeError {
    const place = printPath(path)
    const what = typeof this.#what === "string" ? this.#what : this.#what()
    return new TypeError(`${what}${place === "" ? "" : `, at ${place}`}: ${problem}`)
  }
}

const brackets: ReadonlyMap<string, Bracket> = new Map([
  [":list", "("],
  [":list-p", "("],
  [":list-b", "["],
  [":list-c", "{"]
])

/** An integer number is an int while it is safe; `-0` is `0`. */
const intOf = (plain: unknown): Value | undefined => {
  if (typeof plain === "bigint") return normalise(plain)
  return Number.isSafeInteger(plain) ? (plain as number) + 0 : undefined
}

const realOf = (plain: unknown): Value | undefined => (typeof plain === "number" ? new Real(plain) : undefined)

const scalarOf = (plain: unknown): Value | undefined => {
  if (plain instanceof Uint8Array) return new Bytes(new Uint8Array(plain))
  return plain instanceof Sym || plain instanceof Closure || plain instanceof TaskRef ? plain : undefined
}

const scalarsOf: ReadonlyMap<string, (plain: unknown) => Value | undefined> = new Map<
  string,
  (plain: unknown) => Value | undefined
>([
  [":none", (plain) => (plain === null ? null : undefined)],
  [":bool", (plain) => (typeof plain === "boolean" ? plain : undefined)],
  [":int", intOf],
  [":real", realOf],
  [":number", (plain) => intOf(plain) ?? realOf(plain)],
  [":str", (plain) => (typeof plain === "string" ? plain : undefined)],
  [":bytes", (plain) => (plain instanceof Uint8Array ? scalarOf(plain) : undefined)],
  [":symbol", (plain) => (plain instanceof Sym ? plain : undefined)],
  [":fn", (plain) => (plain instanceof Closure ? plain : undefined)],
  [":task", (plain) => (plain instanceof TaskRef ? plain : undefined)]
])

/** What a plain object or a Map holds; undefined for anything else, also for instances of classes. */
const entriesOf = (plain: unknown): Iterable<readonly [key: unknown, value: unknown]> | undefined => {
  if (typeof plain !== "object" || plain === null) return undefined
  if (plain instanceof Map) return plain
  const prototype: unknown = Object.getPrototypeOf(plain)
  // `Object.prototype`, also that of another realm.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  return isPlain && !Array.isArray(plain) ? Object.entries(plain) : undefined
}

// ─── messages ────────────────────────────────────────────────────────────────────────────────────────────────────

const into = (outer: Path, step: string): Path => ({ outer, step, depth: outer.depth + 1 })

const stepTo = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${clip(printText(key))}]`)

/** Steps that a message shows; of a longer path the last ones. */
const stepsShownMax = 12

const printPath = (path: Path): string => {
  const steps: Array<string> = []
  for (let at: Path | undefined = path; at !== undefined; at = at.outer) steps.unshift(at.step)
  return steps.length <= stepsShownMax ? steps.join("") : `…${steps.slice(-stepsShownMax).join("")}`
}

const expected = (type: string): string => (type === ":any" ? "expected a value that sxs has" : `expected ${type}`)

const adviceFor = (plain: unknown, type: string): string => {
  if (type === ":int" && Number.isInteger(plain)) return ", which is not a safe integer: pass a bigint"
  if (type === ":error") return ": pass an SxsError"
  return ""
}

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

const describe = (plain: unknown): string => {
  if (plain === null || plain === undefined || typeof plain === "boolean") return String(plain)
  if (typeof plain === "string") return `the string ${clip(printText(plain))}`
  if (typeof plain === "number" || typeof plain === "bigint") return `the ${typeof plain} ${clip(String(plain))}`
  if (typeof plain === "function" || typeof plain === "symbol") return `a ${typeof plain}`
  if (Array.isArray(plain)) return "an array"
  return entriesOf(plain) === undefined ? `an instance of ${clip(className(plain))}` : "an object"
}

const className = (instance: object): string => {
  const made = (instance as { readonly constructor?: unknown }).constructor
  return typeof made === "function" && made.name !== "" ? made.name : "a class"
}
