import { createHash, createHmac } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Bytes, ErrorValue, type Value } from "../../../runtime/value/value.ts"
import { anyInt, anyText, call, itemsOf, numRuns, paren } from "./support.ts"

const anyBytes = fc.uint8Array({ maxLength: 20 }).map((bytes) => new Bytes(bytes))
const raw = (value: Value): ReadonlyArray<number> => {
  if (!(value instanceof Bytes)) throw new Error("no bytes")
  return [...value.bytes]
}

const property = <A>(arbitrary: fc.Arbitrary<A>, holds: (value: A) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns })

describe("core/bytes", () => {
  test("bytes survive hex, both kinds of Base64, and a list", () => {
    property(anyBytes, (bytes) => {
      const same = raw(bytes)
      expect(raw(call("core/bytes/from-hex", call("core/bytes/hex", bytes)))).toEqual(same)
      expect(raw(call("core/bytes/from-base64", call("core/bytes/base64", bytes)))).toEqual(same)
      expect(raw(call("core/bytes/from-base64", call("core/bytes/base64", bytes, "url")))).toEqual(same)
      expect(raw(call("core/bytes/from-list", call("core/bytes/to-list", bytes)))).toEqual(same)
      expect(itemsOf(call("core/bytes/to-list", bytes))).toEqual(same)
      expect(call("core/bytes/len", bytes)).toBe(same.length)
    })
  })

  test("a text survives UTF-8, and what is not UTF-8 is an error value", () => {
    property(anyText, (text) => {
      expect(call("core/bytes/to-text", call("core/bytes/from-text", text))).toBe(text)
    })
    expect(raw(call("core/bytes/from-text", "\ud800"))).toEqual([0xef, 0xbf, 0xbd])
    expect(call("core/bytes/to-text", call("core/bytes/from-text", "\ufeffx"))).toBe("\ufeffx")
    for (const bytes of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]]) {
      expect(call("core/bytes/to-text", call("core/bytes/from-list", paren(...bytes)))).toEqual(
        new ErrorValue("not UTF-8")
      )
    }
  })

  test("what is not hex or Base64 is an error value", () => {
    for (const text of ["0", "0g", "00 ", "0x00", "é0", "00\n"]) {
      expect(call("core/bytes/from-hex", text), text).toEqual(new ErrorValue("not hex"))
    }
    // The last bits of `QR==` belong to no byte and must be 0; `-+` mixes the alphabets.
    for (const text of ["A", "QQ=", "QQ===", "QR==", "Q Q==", "QQ==\n", "=", "-+__", "Q*=="]) {
      expect(call("core/bytes/from-base64", text), text).toEqual(new ErrorValue("not Base64"))
    }
    for (const text of ["QQ==", "QQ"]) expect(raw(call("core/bytes/from-base64", text))).toEqual([65])
    expect(raw(call("core/bytes/from-base64", "-_8="))).toEqual([0xfb, 0xff])
    expect(raw(call("core/bytes/from-base64", "+/8"))).toEqual([0xfb, 0xff])
    expect(() => call("core/bytes/base64", new Bytes(new Uint8Array()), "hex")).toThrow(
      'the only other alphabet is "url"'
    )
  })

  test("slice, at and concat are those of arrays, and the parts do not change", () => {
    property(fc.tuple(anyBytes, anyBytes, anyInt, fc.option(anyInt)), ([a, b, start, end]) => {
      const [x, y] = [raw(a), raw(b)]
      const slice = end === null ? call("core/bytes/slice", a, start) : call("core/bytes/slice", a, start, end)
      expect(raw(slice)).toEqual(x.slice(start, end ?? undefined))
      expect(call("core/bytes/at", start, a)).toEqual(
        start < 0 ? new ErrorValue("index out of range") : (x[start] ?? new ErrorValue("index out of range"))
      )
      expect(raw(call("core/bytes/concat", a, b, a))).toEqual([...x, ...y, ...x])
      expect([raw(a), raw(b)]).toEqual([x, y])
    })
    expect(raw(call("core/bytes/concat"))).toEqual([])
    expect(call("core/bytes/at", 2n ** 60n, call("core/bytes/from-text", "a"))).toEqual(
      new ErrorValue("index out of range")
    )
  })

  test("a list of anything but ints from 0 to 255 is refused, and so is what is too large", () => {
    for (const item of [256, -1, "a", null, 2n ** 60n]) {
      expect(() => call("core/bytes/from-list", paren(1, item))).toThrow(
        /expected ints from 0 to 255, got .* at index 1/
      )
    }
    const half = new Bytes(new Uint8Array(2 ** 23))
    expect(() => call("core/bytes/concat", half, half, half)).toThrow("at most 16777216 are allowed")
    expect(() => call("core/bytes/from-text", "é".repeat(2 ** 23 + 1))).toThrow("at most 16777216 are allowed")
    expect(() => call("core/bytes/to-list", half)).toThrow("at most 1048576 are allowed")
    expect(() => call("core/bytes/hex", new Bytes(new Uint8Array(2 ** 23 + 1)))).toThrow("at most 16777216 are allowed")
  })
})

describe("core/crypto", () => {
  test("hashes are those of a text's UTF-8 and of bytes", () => {
    property(fc.tuple(anyText, anyBytes), ([text, { bytes }]) => {
      for (const name of ["sha256", "sha512"]) {
        expect(raw(call(`core/crypto/${name}`, text))).toEqual([...createHash(name).update(text).digest()])
        expect(raw(call(`core/crypto/${name}`, new Bytes(bytes)))).toEqual([...createHash(name).update(bytes).digest()])
      }
      expect(raw(call("core/crypto/hmac", new Bytes(bytes), text))).toEqual([
        ...createHmac("sha256", bytes).update(text).digest()
      ])
    })
    expect(() => call("core/crypto/sha256", 5)).toThrow("expected a text or bytes, got the int 5")
    expect(() => call("core/crypto/hmac", "key", null)).toThrow("expected a text or bytes as argument 2, got none")
  })

  test("equal compares the bytes, of any lengths", () => {
    property(fc.tuple(anyBytes, anyBytes), ([a, b]) => {
      expect(call("core/crypto/equal", a, b)).toBe(raw(a).join() === raw(b).join())
      expect(call("core/crypto/equal", a, new Bytes(a.bytes.slice()))).toBe(true)
    })
    expect(call("core/crypto/equal", "é", call("core/bytes/from-text", "é"))).toBe(true)
  })
})
