import { required } from "./param.ts"
import type { Signature } from "./signature.ts"

/** Hashes and ids. A text stands for its UTF-8; hashes are bytes, shown with `bytes/hex` or `bytes/base64`. */
export const crypto: ReadonlyArray<Signature> = [
  {
    name: "core/crypto/sha256",
    aliases: ["crypto/sha256"],
    params: [required("data")],
    result: ":bytes",
    effect: "pure",
    doc: "SHA-256 of a text or bytes: 32 bytes.",
    example: '(bytes/hex (crypto/sha256 "abc"))',
    yields: '"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"'
  },
  {
    name: "core/crypto/sha512",
    aliases: ["crypto/sha512"],
    params: [required("data")],
    result: ":bytes",
    effect: "pure",
    doc: "SHA-512 of a text or bytes: 64 bytes.",
    example: '(bytes/base64 (bytes/slice (crypto/sha512 "abc") 0 6))',
    yields: '"3a81oZNh"'
  },
  {
    name: "core/crypto/hmac",
    aliases: ["crypto/hmac"],
    params: [required("key"), required("data")],
    result: ":bytes",
    effect: "pure",
    doc: "HMAC with SHA-256, of texts or bytes: 32 bytes.",
    example: '(bytes/hex (bytes/slice (crypto/hmac "key" "data") 0 4))',
    yields: '"5031fe3d"'
  },
  {
    name: "core/crypto/equal",
    aliases: ["crypto/equal"],
    params: [required("a"), required("b")],
    result: ":bool",
    effect: "pure",
    doc: "Whether two texts or bytes are the same bytes, in a time that does not depend on where they differ: for secrets.",
    example: '(crypto/equal "secret" "secreT")',
    yields: "false"
  },
  {
    name: "core/crypto/uuid",
    aliases: ["crypto/uuid"],
    params: [],
    result: ":str",
    effect: "store",
    doc: "A new UUID of chance (version 4).",
    example: "(crypto/uuid)"
  },
  {
    name: "core/crypto/uuid7",
    aliases: ["crypto/uuid7"],
    params: [],
    result: ":str",
    effect: "store",
    doc: "A new UUID that begins with the time (version 7): later ones of a process come later in the order of texts.",
    example: "(crypto/uuid7)"
  },
  {
    name: "core/crypto/random-bytes",
    aliases: ["crypto/random-bytes"],
    params: [required("count", ":int")],
    result: ":bytes",
    effect: "store",
    doc: "The same as `random/bytes`: so many bytes of chance, at most 2^20.",
    example: "(crypto/random-bytes 32)"
  }
]
