import { Fault } from "../errors.ts"
import { limits } from "../limits.ts"
import { Bookmark } from "../store/entry.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { add } from "../value/arithmetic.ts"
import { decode, encode } from "../value/codec.ts"
import { equal } from "../value/equal.ts"
import { print } from "../value/print.ts"
import { ErrorValue, isInt, type Value } from "../value/value.ts"
import { spend } from "../value/work.ts"
import { damageFault, orDamageFault } from "./damage.ts"
import { fault } from "./faults.ts"
import type { Places } from "./places.ts"
import { isTaskKey, readTaskKey } from "./task-keys.ts"

/** What is decoded anew takes memory; what was decoded before is shared. */
const decodeUsers = (text: string): Value => {
  spend(text.length * bytesPerUnit)
  return decode(text)
}

/** A value in memory is so many times its text, but for lists of nothing but small lists. */
const bytesPerUnit = 4

/** A key as the program wrote it, and the scope in force. */
export interface UserKey {
  readonly scope: string
  readonly key: string
}

// Without a scope, as most programs are, the text itself: it is hashed already, a joined one is not.
const fullKey = ({ scope, key }: UserKey): string => (scope === "" ? key : scope + key)

const readOnly = (): ErrorValue => new ErrorValue("only the runtime writes keys under `fn:`")

/** The keys that a task has used last: mostly the next one is among them. */
export class KeyMarks {
  readonly #known: Array<UserKey & { readonly mark: Bookmark }> = []
  /** Where the next one goes when there are enough. */
  #oldest = 0

  find({ key, scope }: UserKey): Bookmark | undefined {
    for (let index = 0; index < this.#known.length; index++) {
      const known = this.#known[index]!
      if (known.key === key && known.scope === scope) return known.mark
    }
    return undefined
  }

  /** The task uses more of them than are known. */
  get isFull(): boolean {
    return this.#known.length === limits.keyMarksMax
  }

  add({ key, scope }: UserKey, mark: Bookmark): void {
    this.#known[this.#oldest] = { key, scope, mark }
    this.#oldest = (this.#oldest + 1) % limits.keyMarksMax
  }
}

/**
 * `core/kv` on the current write set, as scripts and the command line see it. Keys under `fn:` are computed from the
 * task records and cannot be written. Broken rules are faults that name the key.
 */
export class KeyValues {
  readonly #view: View
  readonly #keys: Keys
  readonly #places: Places
  /** Of who runs. */
  marks = new KeyMarks()

  constructor(view: View, keys: Keys, places: Places) {
    this.#view = view
    this.#keys = keys
    this.#places = places
  }

  get(at: UserKey): Value | undefined {
    const mark = this.#markOf(at)
    return mark === undefined ? this.#readTask(fullKey(at)) : this.#read(mark, decodeUsers)
  }

  has(at: UserKey): boolean {
    const mark = this.#markOf(at)
    return mark === undefined ? this.#readTask(fullKey(at)) !== undefined : this.#has(mark)
  }

  /** True, or an error value when only the runtime writes the key. */
  set(at: UserKey, value: Value): Value {
    const mark = this.#markOf(at)
    if (mark === undefined) return readOnly()
    this.#view.putAt(mark, this.#encode(at, value), value)
    return true
  }

  delete(at: UserKey): Value {
    const mark = this.#markOf(at)
    if (mark === undefined) return readOnly()
    this.#view.deleteAt(mark)
    return true
  }

  setIfMissing(at: UserKey, value: Value): Value {
    const mark = this.#markOf(at)
    if (mark === undefined) return readOnly()
    if (this.#has(mark)) return false
    this.#view.putAt(mark, this.#encode(at, value), value)
    return true
  }

  /** Replaces the value if it equals `old`; a missing key equals nothing. */
  swap(at: UserKey, old: Value, value: Value): Value {
    const mark = this.#markOf(at)
    if (mark === undefined) return readOnly()
    const present = this.#read(mark, decode)
    if (present === undefined || !equal(present, old)) return false
    this.#view.putAt(mark, this.#encode(at, value), value)
    return true
  }

  /** Adds `by` to the int under the key, from 0 when it is missing. */
  increment(at: UserKey, by: number | bigint): Value {
    const mark = this.#markOf(at)
    if (mark === undefined) return readOnly()
    const present = this.#read(mark, decode) ?? 0
    if (!isInt(present)) throw fault("wrong type", `core/kv/incr: \`${at.key}\` holds ${print(present)}, not an int`)
    const sum = add(present, by) as Value
    this.#view.putAt(mark, this.#encode(at, sum), sum)
    return sum
  }

  // What is damaged is a fault of who reads it, and may be written over.

  #read(mark: Bookmark, decodeValue: (text: string) => Value): Value | undefined {
    try {
      return this.#view.readAt(mark, decodeValue)
    } catch (thrown) {
      throw damageFault(this.#keys, thrown) ?? thrown
    }
  }

  #has(mark: Bookmark): boolean {
    return orDamageFault(this.#keys, () => this.#view.hasAt(mark))
  }

  #readTask(key: string): Value | undefined {
    return orDamageFault(this.#keys, () => readTaskKey(this.#places, key))
  }

  /** Undefined: the key is computed from a task's record. Throws `Fault` when it breaks the rules. */
  #markOf(at: UserKey): Bookmark | undefined {
    const known = this.marks.find(at)
    if (known !== undefined) return known
    const full = fullKey(at)
    if (isTaskKey(full)) return undefined
    if (at.key === "") throw fault("wrong key", "a key has at least 1 byte, got an empty text")
    const mark = new Bookmark(this.marks.isFull ? this.#keys.recurringUser(full) : this.#keys.user(full))
    this.marks.add(at, mark)
    return mark
  }

  #encode(at: UserKey, value: Value): string {
    try {
      return encode(value)
    } catch (cause) {
      if (cause instanceof Fault) throw fault("not storable", `core/kv: the value for \`${at.key}\`: ${cause.message}`)
      throw cause
    }
  }
}
