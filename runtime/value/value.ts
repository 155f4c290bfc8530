/**
 * What a value is. All values are immutable; each can be compared, printed and stored.
 *
 *   none   null                 str     string
 *   bool   boolean              symbol  Sym
 *   int    number or bigint     list    List (bracket kept)
 *   real   Real (a box, so that the kind survives)    map     SxsMap
 *   bytes  Bytes                error   ErrorValue
 *   fn     Closure              task    TaskRef
 *
 * An int is a JavaScript number while it is a safe integer and a BigInt beyond, always normalised (`normalise`).
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Real
  | Sym
  | List
  | SxsMap
  | Bytes
  | ErrorValue
  | Closure
  | TaskRef

// `declare` where many are made: as a field of the class each would be set to undefined first, and V8 would then keep the
// number of a real in a box of its own.

export class Real {
  /** One that is always there, and has a fraction: where the garbage collector finds none such, V8 forgets how reals are laid out,
   * and with that all code that makes one. */
  static readonly half: Real = new Real(0.5)
  declare readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

export class Sym {
  readonly name: string
  private constructor(name: string) {
    this.name = name
  }
  static readonly #known = new Map<string, WeakRef<Sym>>()
  // A program can make symbols of texts without end.
  static readonly #gone = new FinalizationRegistry<string>((name) => {
    if (Sym.#known.get(name)?.deref() === undefined) Sym.#known.delete(name)
  })
  /** The one symbol of that name: symbols compare by identity. */
  static of(name: string): Sym {
    const known = Sym.#known.get(name)?.deref()
    if (known !== undefined) return known
    const made = new Sym(name)
    Sym.#known.set(name, new WeakRef(made))
    Sym.#gone.register(made, name)
    return made
  }
}

export type Bracket = "(" | "[" | "{"

/**
 * A list. `append` shares the array while this list is its longest owner, so building a list of n items one by one is
 * linear; a reader must therefore stop at `size` and never look at `items.length`.
 */
export class List {
  declare readonly bracket: Bracket
  declare readonly items: ReadonlyArray<Value>
  declare readonly size: number
  constructor(bracket: Bracket, items: ReadonlyArray<Value>, size: number = items.length) {
    this.bracket = bracket
    this.items = items
    this.size = size
  }
  append(value: Value): List {
    if (this.items.length === this.size) {
      ;(this.items as Array<Value>).push(value)
      return new List(this.bracket, this.items, this.size + 1)
    }
    return new List(this.bracket, [...this.items.slice(0, this.size), value])
  }
  /** The same of several. The array is the list's from then on. */
  appendAll(more: Array<Value>): List {
    if (more.length === 0) return this
    if (this.size === 0) return new List(this.bracket, more)
    if (this.items.length !== this.size) return new List(this.bracket, this.items.slice(0, this.size).concat(more))
    // Not spread over the arguments of one push: there may be more than JavaScript takes.
    for (const value of more) (this.items as Array<Value>).push(value)
    return new List(this.bracket, this.items)
  }
  /** The items as an array of their own length; do not change it. */
  toArray(): ReadonlyArray<Value> {
    return this.items.length === this.size ? this.items : this.items.slice(0, this.size)
  }
}

/** String keys in insertion order. */
export class SxsMap {
  declare readonly entries: ReadonlyMap<string, Value>
  constructor(entries: ReadonlyMap<string, Value>) {
    this.entries = entries
  }
}

export class Bytes {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** `@content`: an ordinary value that says an operation did not succeed. `place` is where it was made: `line:column`, with
 * the file before it (`pay.sxs:5:36`) when that is not the program's own. */
export class ErrorValue {
  readonly content: Value
  readonly place: string
  constructor(content: Value, place = "") {
    this.content = content
    this.place = place
  }
}

/** Code by bundle hash and function index, with its captured values. */
export class Closure {
  declare readonly bundle: string
  declare readonly index: number
  declare readonly captured: ReadonlyArray<Value>
  constructor(bundle: string, index: number, captured: ReadonlyArray<Value>) {
    this.bundle = bundle
    this.index = index
    this.captured = captured
  }
}

export class TaskRef {
  readonly id: string
  constructor(id: string) {
    this.id = id
  }
}

/** A BigInt as an int: a number when it is a safe integer. */
export const normalise = (value: bigint): number | bigint =>
  value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value

export const isInt = (value: Value): value is number | bigint => typeof value === "number" || typeof value === "bigint"

/** False for `false`, `0` and `none`; true for everything else, also for `0.0`, an empty text and an error value. */
export const isTrue = (value: Value): boolean => value !== false && value !== 0 && value !== null
