import { randomBytes, randomInt } from "node:crypto"
import { Bytes, ErrorValue, List, normalise, Real, type Value } from "../../runtime/value/value.ts"
import { define, type ImplementationTable, refuseLargerThan, refuseUnless, tableOf } from "./define.ts"
import * as kind from "./kinds.ts"

/** Bytes that are made at once, 1 MiB: they take about a millisecond. */
const randomBytesMax = 2 ** 20

/** `core/random`. Not pure, as each call gives another result. */
export const random: ImplementationTable = tableOf([
  define("core/random/int", [kind.int, kind.int], int),
  define("core/random/real", [], () => new Real(bits53() / 2 ** 53)),
  define("core/random/bool", [], () => randomInt(2) === 1),
  define("core/random/pick", [kind.list], (items) =>
    items.size === 0 ? new ErrorValue("empty list") : items.items[randomInt(items.size)]!
  ),
  define("core/random/shuffle", [kind.list], shuffle),
  define("core/random/bytes", [kind.count], bytes),
  define("core/crypto/random-bytes", [kind.count], bytes)
])

function bytes(count: number): Bytes {
  refuseLargerThan(randomBytesMax, count, { what: "byte string", unit: "bytes" })
  return new Bytes(new Uint8Array(randomBytes(count)))
}

const bits53 = (): number => Number(randomBytes(8).readBigUInt64LE() >> 11n)

/** Distances below this `randomInt` takes. */
const distanceSmall = 2n ** 48n

function int(from: number | bigint, to: number | bigint): Value {
  refuseUnless(from < to, () => "there is no int in an empty range")
  const distance = BigInt(to) - BigInt(from)
  const step = distance < distanceSmall ? BigInt(randomInt(Number(distance))) : largeBelow(distance)
  return normalise(BigInt(from) + step)
}

/** Draws as many bits as the bound has until they are below it: after two times on average. */
const largeBelow = (bound: bigint): bigint => {
  const hexDigits = (bound - 1n).toString(16)
  const byteCount = Math.ceil(hexDigits.length / 2)
  const topBits = Number.parseInt(hexDigits[0]!, 16).toString(2).length + (hexDigits.length % 2 === 0 ? 4 : 0)
  for (;;) {
    const drawn = randomBytes(byteCount)
    drawn[0]! &= 2 ** topBits - 1
    const value = BigInt(`0x${drawn.toString("hex")}`)
    if (value < bound) return value
  }
}

/** Fisher and Yates, from the end. */
function shuffle(items: List): List {
  const made = [...items.toArray()]
  for (let last = made.length - 1; last > 0; last--) {
    const other = randomInt(last + 1)
    const item = made[last]!
    made[last] = made[other]!
    made[other] = item
  }
  return new List(items.bracket, made)
}
