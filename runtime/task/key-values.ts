import { Fault } from "../errors.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { add } from "../value/arithmetic.ts"
import { decode, encode } from "../value/codec.ts"
import { equal } from "../value/equal.ts"
import { print } from "../value/print.ts"
import { ErrorValue, isInt, type Value } from "../value/value.ts"
import { fault } from "./faults.ts"
import type { Places } from "./places.ts"
import { isTaskKey, readTaskKey } from "./task-keys.ts"

/** A key as the program wrote it, and the scope in force. */
export interface UserKey {
  readonly scope: string
  readonly key: string
}

/**
 * `core/kv` on the current write set, as scripts and the command line see it. Keys under `fn:` are computed from the
 * task records and cannot be written. Broken rules are faults that name the key.
 */
export class KeyValues {
  readonly #view: View
  readonly #keys: Keys
  readonly #places: Places

  constructor(view: View, keys: Keys, places: Places) {
    this.#view = view
    this.#keys = keys
    this.#places = places
  }

  get(at: UserKey): Value | undefined {
    const full = at.scope + at.key
    if (isTaskKey(full)) return readTaskKey(this.#places, full)
    return this.#view.read(this.#physical(at), decode)
  }

  has(at: UserKey): boolean {
    const full = at.scope + at.key
    return isTaskKey(full) ? readTaskKey(this.#places, full) !== undefined : this.#view.has(this.#physical(at))
  }

  /** True, or an error value when only the runtime writes the key. */
  set(at: UserKey, value: Value): Value {
    return this.#write(at, (key) => {
      this.#view.put(key, this.#encode(at, value), value)
      return true
    })
  }

  delete(at: UserKey): Value {
    return this.#write(at, (key) => {
      this.#view.delete(key)
      return true
    })
  }

  setIfMissing(at: UserKey, value: Value): Value {
    return this.#write(at, (key) => {
      if (this.#view.has(key)) return false
      this.#view.put(key, this.#encode(at, value), value)
      return true
    })
  }

  /** Replaces the value if it equals `old`; a missing key equals nothing. */
  swap(at: UserKey, old: Value, value: Value): Value {
    return this.#write(at, (key) => {
      const present = this.#view.read(key, decode)
      if (present === undefined || !equal(present, old)) return false
      this.#view.put(key, this.#encode(at, value), value)
      return true
    })
  }

  /** Adds `by` to the int under the key, from 0 when it is missing. */
  increment(at: UserKey, by: number | bigint): Value {
    return this.#write(at, (key) => {
      const present = this.#view.read(key, decode) ?? 0
      if (!isInt(present)) throw fault("wrong type", `core/kv/incr: \`${at.key}\` holds ${print(present)}, not an int`)
      const sum = add(present, by) as Value
      this.#view.put(key, this.#encode(at, sum), sum)
      return sum
    })
  }

  #write(at: UserKey, write: (key: string) => Value): Value {
    if (isTaskKey(at.scope + at.key)) return new ErrorValue("only the runtime writes keys under `fn:`")
    return write(this.#physical(at))
  }

  #physical(at: UserKey): string {
    if (at.key === "") throw fault("wrong key", "a key has at least 1 byte, got an empty text")
    return this.#keys.user(at.scope + at.key)
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
