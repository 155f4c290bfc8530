import { isUtf8 } from "node:buffer"
import { base64 } from "../../runtime/value/print.ts"
import { Bytes, ErrorValue, List, type Value } from "../../runtime/value/value.ts"
import { refuseLongBytes, refuseLongList, refuseLongText } from "./bounds.ts"
import { define, defineRest, type ImplementationTable, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import { clampIndex } from "./index-range.ts"
import * as kind from "./kinds.ts"

/** `core/bytes`. */
export const bytes: ImplementationTable = tableOf([
  define("core/bytes/from-text", [kind.text], (text) => {
    refuseLongBytes(Buffer.byteLength(text))
    return new Bytes(bytesOf(text))
  }),
  define("core/bytes/to-text", [kind.bytes], ({ bytes }) =>
    isUtf8(bytes) ? viewOf(bytes).toString("utf8") : new ErrorValue("not UTF-8")
  ),
  define("core/bytes/from-list", [kind.list], fromList),
  define("core/bytes/to-list", [kind.bytes], ({ bytes }) => {
    refuseLongList(bytes.length)
    return new List("(", Array.from(bytes))
  }),
  define("core/bytes/hex", [kind.bytes], ({ bytes }) => {
    refuseLongText(bytes.length * 2)
    return viewOf(bytes).toString("hex")
  }),
  define("core/bytes/from-hex", [kind.text], fromHex),
  define("core/bytes/base64", [kind.bytes, kind.optional(kind.text)], toBase64),
  define("core/bytes/from-base64", [kind.text], fromBase64),
  defineRest("core/bytes/concat", [], kind.bytes, concat),
  define("core/bytes/slice", [kind.bytes, kind.int, kind.optional(kind.int)], ({ bytes }, start, end) => {
    const from = clampIndex(start, bytes.length)
    const to = end === undefined ? bytes.length : clampIndex(end, bytes.length)
    return new Bytes(bytes.slice(from, Math.max(from, to)))
  }),
  define("core/bytes/len", [kind.bytes], ({ bytes }) => bytes.length),
  define("core/bytes/at", [kind.int, kind.bytes], (index, { bytes }) => {
    const byte = typeof index === "number" ? bytes[index] : undefined
    return byte === undefined ? new ErrorValue("index out of range") : byte
  })
])

/** UTF-8 of a text, the bytes themselves otherwise. */
export const bytesOf = (data: string | Bytes): Uint8Array =>
  typeof data === "string" ? new Uint8Array(Buffer.from(data)) : data.bytes

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function fromList(items: List): Bytes {
  const made = new Uint8Array(items.size)
  for (let i = 0; i < items.size; i++) {
    const item = items.items[i]!
    refuseUnless(
      typeof item === "number" && item >= 0 && item <= 255,
      () => `expected ints from 0 to 255, got ${describe(item)} at index ${i}`
    )
    made[i] = item
  }
  return new Bytes(made)
}

// `Buffer` stops at the first character that does not fit, so the size tells whether all did.

function fromHex(text: string): Value {
  refuseLongBytes(Math.ceil(text.length / 2))
  const made = new Uint8Array(Buffer.from(text, "hex"))
  return made.length * 2 === text.length ? new Bytes(made) : new ErrorValue("not hex")
}

function toBase64({ bytes }: Bytes, alphabet: string | undefined): string {
  refuseUnless(
    alphabet === undefined || alphabet === "url",
    () => `the only other alphabet is "url", got ${describe(alphabet)}`
  )
  refuseLongText(Math.ceil(bytes.length / 3) * 4)
  return alphabet === "url" ? viewOf(bytes).toString("base64url") : base64(bytes)
}

/** Strict: one alphabet, padding right or none, and no bits set behind the last byte, so that a text has one reading only. */
function fromBase64(text: string): Value {
  refuseLongBytes(Math.ceil((text.length * 3) / 4))
  const made = new Uint8Array(Buffer.from(text, "base64"))
  const standard = base64(made)
  const url = viewOf(made).toString("base64url")
  const unpadded = standard.replace(/=+$/, "")
  const isSame = [standard, unpadded, url, url + "=".repeat(standard.length - unpadded.length)].includes(text)
  return isSame ? new Bytes(made) : new ErrorValue("not Base64")
}

function concat(parts: ReadonlyArray<Bytes>): Bytes {
  refuseLongBytes(parts.reduce((size, { bytes }) => size + bytes.length, 0))
  return new Bytes(new Uint8Array(Buffer.concat(parts.map(({ bytes }) => bytes))))
}
