import * as fc from "fast-check"
import { expect, test } from "vitest"
import { sha256By, sha256Hex } from "../../../compiler/sha256.ts"

test("a host without Node's hashes gives the same ones, of texts and of bytes", () => {
  const portable = sha256By(undefined)
  expect(portable("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  const content = fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array({ maxLength: 200 }), fc.constant("a\ud800b"))
  fc.assert(fc.property(content, (each) => portable(each) === sha256Hex(each)))
})
