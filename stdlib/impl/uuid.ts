import { randomBytes } from "node:crypto"

/** What `rand_a` of a UUID of version 7 can count, 12 bits. */
const countMax = 0xfff

/**
 * UUIDs of version 7 (RFC 9562), in ascending order. Within one ms, or when the clock goes back, the 12 bits behind the time
 * count up; when they are spent, the time goes on by a ms before the clock does.
 */
export class TimeOrderedIds {
  #ms = 0
  #count = 0

  /** `now` in ms since 1970. */
  next(now: number): string {
    if (now > this.#ms) {
      this.#ms = now
      // The upper half is left for counting.
      this.#count = randomBytes(2).readUInt16BE() & (countMax >> 1)
    } else if (this.#count < countMax) {
      this.#count++
    } else {
      this.#ms++
      this.#count = 0
    }
    const bytes = randomBytes(16)
    bytes.writeUIntBE(this.#ms, 0, 6)
    bytes.writeUInt16BE(0x7000 | this.#count, 6)
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    return hyphenated(bytes.toString("hex"))
  }
}

const hyphenated = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
