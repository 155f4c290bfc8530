import { optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

/** Byte strings, of at most 2^24 bytes. They compare with `eq` and `=`; `len` and `at` know them too. */
export const bytes: ReadonlyArray<Signature> = [
  {
    name: "core/bytes/from-text",
    aliases: ["bytes/from-text"],
    params: [required("text", ":str")],
    result: ":bytes",
    effect: "pure",
    doc: "The text as UTF-8; half of a surrogate pair becomes U+FFFD.",
    example: '(bytes/from-text "é")',
    yields: '#(bytes "w6k=")'
  },
  {
    name: "core/bytes/to-text",
    aliases: ["bytes/to-text"],
    params: [required("bytes", ":bytes")],
    result: ":str",
    mayError: true,
    effect: "pure",
    doc: 'The text whose UTF-8 the bytes are; else the error value `@"not UTF-8"`.',
    example: '(bytes/to-text (insist (bytes/from-hex "c3a9")))',
    yields: '"é"'
  },
  {
    name: "core/bytes/from-list",
    aliases: ["bytes/from-list"],
    params: [required("items", ":list")],
    result: ":bytes",
    effect: "pure",
    doc: "Bytes from ints from 0 to 255.",
    example: "(bytes/from-list (list 1 2))",
    yields: '#(bytes "AQI=")'
  },
  {
    name: "core/bytes/to-list",
    aliases: ["bytes/to-list"],
    params: [required("bytes", ":bytes")],
    result: ":list",
    effect: "pure",
    doc: "The bytes as ints from 0 to 255.",
    example: '(bytes/to-list (bytes/from-text "é"))',
    yields: "(195 169)"
  },
  {
    name: "core/bytes/hex",
    aliases: ["bytes/hex"],
    params: [required("bytes", ":bytes")],
    result: ":str",
    effect: "pure",
    doc: "Two hex digits for each byte, in lower case.",
    example: "(bytes/hex (bytes/from-list (list 0 255)))",
    yields: '"00ff"'
  },
  {
    name: "core/bytes/from-hex",
    aliases: ["bytes/from-hex"],
    params: [required("text", ":str")],
    result: ":bytes",
    mayError: true,
    effect: "pure",
    doc: 'The bytes of hex digits in either case, two for each and nothing between them; else the error value `@"not hex"`.',
    example: '(bytes/from-hex "00FF")',
    yields: '#(bytes "AP8=")'
  },
  {
    name: "core/bytes/base64",
    aliases: ["bytes/base64"],
    params: [required("bytes", ":bytes"), optional("alphabet", ":str")],
    result: ":str",
    effect: "pure",
    doc: 'In Base64 with padding; with the alphabet `"url"` with `-` and `_`, without padding (RFC 4648).',
    example: '(bytes/base64 (bytes/from-text "hello"))',
    yields: '"aGVsbG8="'
  },
  {
    name: "core/bytes/from-base64",
    aliases: ["bytes/from-base64"],
    params: [required("text", ":str")],
    result: ":bytes",
    mayError: true,
    effect: "pure",
    doc: 'The bytes of Base64 in either alphabet, with or without padding; else the error value `@"not Base64"`.',
    example: '(bytes/to-text (insist (bytes/from-base64 "aGVsbG8=")))',
    yields: '"hello"'
  },
  {
    name: "core/bytes/concat",
    aliases: ["bytes/concat"],
    params: [],
    rest: required("parts", ":bytes"),
    result: ":bytes",
    effect: "pure",
    doc: "The parts one after another.",
    example: '(bytes/concat (bytes/from-text "a") (bytes/from-text "b"))',
    yields: '#(bytes "YWI=")'
  },
  {
    name: "core/bytes/slice",
    aliases: ["bytes/slice"],
    params: [required("bytes", ":bytes"), required("start", ":int"), optional("end", ":int")],
    result: ":bytes",
    effect: "pure",
    doc: "Bytes from `start` up to, not including, `end` (the end). Negative ones count from the end; what lies outside is left out.",
    example: '(bytes/to-text (bytes/slice (bytes/from-text "durable") -4))',
    yields: '"able"'
  },
  {
    name: "core/bytes/len",
    aliases: ["bytes/len"],
    params: [required("bytes", ":bytes")],
    result: ":int",
    effect: "pure",
    doc: "How many bytes there are.",
    example: '(bytes/len (bytes/from-text "é"))',
    yields: "2"
  },
  {
    name: "core/bytes/at",
    aliases: ["bytes/at"],
    params: [required("index", ":int"), required("bytes", ":bytes")],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: 'The byte at the index as an int; outside the error value `@"index out of range"`.',
    example: '(bytes/at 0 (bytes/from-text "a"))',
    yields: "97"
  }
]
