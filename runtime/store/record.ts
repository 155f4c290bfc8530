import { crc32 } from "node:zlib"
import { invariant } from "../errors.ts"
import { StoreUnavailable } from "./store.ts"

/**
 * What the store holds under a key:
 *
 *     record   = version checksum payload
 *     version  = "1"
 *     checksum = 8 lower-case hex digits: CRC-32 of the UTF-8 bytes of key, NUL, payload
 *
 * The key is part of the checksum, so that a record found under another key does not pass for its own.
 */
export const recordVersion = "1"

const payloadStart = 1 + 8

/** The record of a payload, which must be well-formed text. `ofKey`: what `keyChecksum` gives, where that is known. */
export const seal = (key: string, payload: string, ofKey?: number): string => {
  invariant(payload.isWellFormed(), "a payload is well-formed text: the store would change it")
  // One call takes less than two, as each begins outside of JavaScript.
  const sum = ofKey === undefined ? crc32(`${key}\0${payload}`) : payload === "" ? ofKey : crc32(payload, ofKey)
  return recordVersion + hexOf(sum) + payload
}

/** The beginning of the checksum of all records under the key. */
export const keyChecksum = (key: string): number => crc32(`${key}\0`)

/** The payload of a record. Throws `StoreUnavailable`: `format` for an unknown version, `damaged` when the check fails. */
export const unseal = (key: string, record: string): string => {
  if (record.length >= payloadStart && record[0] !== recordVersion) throw unknownVersion(key, record[0]!)
  const payload = payloadOf(record)
  if (record.length < payloadStart || record.slice(1, payloadStart) !== checksum(key, payload))
    throw damagedRecord(key, "its checksum is wrong")
  return payload
}

/** What stands where the payload of a record stands, unchecked. */
export const payloadOf = (record: string): string => record.slice(payloadStart)

/** For a record that cannot be what was written under `key`. */
export const damagedRecord = (key: string, why: string): StoreUnavailable =>
  new StoreUnavailable({
    operation: "read",
    reason: "damaged",
    key,
    detail: `the record ${JSON.stringify(key)} is damaged: ${why}`
  })

const unknownVersion = (key: string, version: string): StoreUnavailable =>
  new StoreUnavailable({
    operation: "read",
    reason: "format",
    key,
    detail: `the record ${JSON.stringify(key)} has version ${JSON.stringify(version)}, this program reads version ${recordVersion}`
  })

const checksum = (key: string, payload: string): string => hexOf(crc32(`${key}\0${payload}`))

const hexOfByte: ReadonlyArray<string> = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

// From a table: `toString(16)` takes longer than the checksum itself, as most checksums are no small ints of V8.
const hexOf = (sum: number): string =>
  hexOfByte[sum >>> 24]! + hexOfByte[(sum >>> 16) & 0xff]! + hexOfByte[(sum >>> 8) & 0xff]! + hexOfByte[sum & 0xff]!
