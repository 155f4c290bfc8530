import { notUtf8, nulCharacter } from "../catalog.ts"
import type { Outcome } from "../diagnostic.ts"
import type { Source } from "../source.ts"

/**
 * Bytes of a file to its text: strict UTF-8, a byte order mark at the start skipped. When the outcome has an error the
 * text is only good for showing the place; do not read it.
 */
export const decodeSource = (name: string, bytes: Uint8Array): Outcome<Source> => {
  const utf16 = utf16Of(bytes)
  if (utf16 !== undefined) {
    const source = { name, text: new TextDecoder(utf16).decode(bytes) }
    return { value: source, diagnostics: [notUtf8.at({ start: 0, end: 0 }, { encoding: "UTF-16", byte: bytes[0]! })] }
  }
  const badOffset = firstBadByte(bytes)
  const source = { name, text: new TextDecoder().decode(bytes) }
  if (badOffset === undefined) return { value: source, diagnostics: nulDiagnostics(source.text) }
  const start = new TextDecoder().decode(bytes.subarray(0, badOffset)).length
  const params = { encoding: undefined, byte: bytes[badOffset]! }
  return { value: source, diagnostics: [notUtf8.at({ start, end: start + 1 }, params)] }
}

const utf16Of = (bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le"
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be"
  return undefined
}

const nulDiagnostics = (text: string): Outcome<Source>["diagnostics"] => {
  const start = text.indexOf("\0")
  if (start < 0) return []
  return [nulCharacter.at({ start, end: start + 1 }, { count: text.split("\0").length - 1 })]
}

/**
 * Offset of the first byte that begins no well-formed sequence (Unicode 16, table 3-7). `TextDecoder` says only that
 * there is one, and searching for U+FFFD in what it makes of it would find those that the user wrote.
 */
const firstBadByte = (bytes: Uint8Array): number | undefined => {
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return undefined
}

/** Bytes of the sequence at `at`; 0 when it is not well-formed. */
const sequenceLength = (bytes: Uint8Array, at: number): 0 | 1 | 2 | 3 | 4 => {
  const lead = bytes[at]!
  if (lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4) return 0
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  // The second byte is what keeps out overlong forms, surrogates and codes beyond 10FFFF.
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  const second = bytes[at + 1] ?? 0
  if (second < lowest || second > highest) return 0
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}
