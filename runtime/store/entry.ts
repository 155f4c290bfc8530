import { invariant } from "../errors.ts"
import { keyChecksum, seal } from "./record.ts"
import type { Write } from "./store.ts"

/** Stands for a decoded value that is not there yet; a value of its own, as `undefined` and `null` may be decoded ones. */
export const undecoded = Symbol("undecoded")

/** `decoded` of what stands for a key that was written without being read before. */
const unread = Symbol("unread")

/** Makes the payload of a value. Called late, or never when a later write hides this one: so it must not fail. */
export type EncodeLater = (value: unknown) => string

/**
 * What one write leaves under its key, for good: who holds one sees what it was, whatever is written later. The payload of a
 * value that is certain to be storable is made when it is needed first, which a busy task's frames never are but for the
 * last of a batch.
 */
export class Written {
  readonly entry: Entry
  readonly #payload: string | undefined
  /** The value of the payload; `undecoded` until somebody asked for it. */
  decoded: unknown
  readonly #encode: EncodeLater | undefined
  readonly isDeleted: boolean
  /** Size in UTF-16 units of key and payload; about that size when the payload is made later. */
  readonly units: number

  private constructor(
    entry: Entry,
    payload: string | undefined,
    decoded: unknown,
    encode: EncodeLater | undefined,
    units: number,
    isDeleted: boolean
  ) {
    this.entry = entry
    this.#payload = payload
    this.decoded = decoded
    this.#encode = encode
    this.units = units
    this.isDeleted = isDeleted
  }

  static payload(entry: Entry, payload: string, decoded: unknown): Written {
    return new Written(entry, payload, decoded, undefined, entry.key.length + payload.length, false)
  }

  static later(entry: Entry, value: unknown, encode: EncodeLater, units: number): Written {
    return new Written(entry, undefined, value, encode, entry.key.length + units, false)
  }

  static deleted(entry: Entry): Written {
    return new Written(entry, undefined, undecoded, undefined, entry.key.length, true)
  }

  static unread(entry: Entry): Written {
    return new Written(entry, undefined, unread, undefined, entry.key.length, true)
  }

  /** Nobody knows what the store has: a write before which there was no need to read it. */
  get isUnread(): boolean {
    return this.decoded === unread
  }

  /** It is deleted, or empty. */
  get isBare(): boolean {
    return this.isDeleted || this.#payload === ""
  }

  /** Of what is not deleted. */
  get payload(): string {
    if (this.#payload !== undefined) return this.#payload
    invariant(this.#encode !== undefined, "what is deleted has no payload")
    return this.#encode(this.decoded)
  }

  /** As it goes to the store. */
  get sealed(): Write {
    const { entry } = this
    const { key } = entry
    if (this.isDeleted) return { type: "del", key }
    return { type: "put", key, value: seal(key, this.payload, entry.takeChecksum()) }
  }
}

/** A key that is used again and again: who keeps this need not have its entry looked for each time. */
export class Bookmark {
  readonly key: string
  /** The one that was found last. */
  entry: Entry | undefined
  /** Nothing was ever written under the key, so that no entry of it need be looked for. */
  isNew: boolean

  constructor(key: string, isNew = false) {
    this.key = key
    this.isNew = isNew
  }
}

/** `#checksum` of an entry that was never sealed. */
const unasked = -1

/** `commit` of an entry that the running segment has written. */
export const ownCommit = Number.POSITIVE_INFINITY

/**
 * A key with the newest that is known of it. While a write of it is not durable its view has no other entry of that key but those
 * of `putIndex`, and so everybody compares entries instead of keys.
 */
export class Entry {
  readonly key: string
  /** Deleted also stands for a key that the store does not have. */
  written: Written
  /** The commit that wrote it last; 0: it was only read. */
  commit = 0
  /** Nothing was ever written under the key, but by the running segment. */
  isAbsent = false
  /** It is not kept when it is durable. */
  isPassing = false
  /** Number of the batch that it was put into last: see `joinWrites`. */
  batch = 0
  /** For the cache: in which generation it was used last. That and the one before are kept. 0: it is in none. */
  generation = 0
  #checksum: number | undefined = unasked

  /** `isRead`: what the store has under the key is known, and it has nothing. */
  constructor(key: string, isRead = true) {
    this.key = key
    this.written = isRead ? Written.deleted(this) : Written.unread(this)
  }

  /** Whether it was ever one of those that are found by their keys. */
  get isListed(): boolean {
    return this.generation !== 0
  }

  /** The key's part in the checksum of its records; undefined the first time, as most keys are written once. */
  takeChecksum(): number | undefined {
    if (this.#checksum === unasked) {
      this.#checksum = undefined
      return undefined
    }
    this.#checksum ??= keyChecksum(this.key)
    return this.#checksum
  }
}
