import { expect, test } from "vitest"
import { decodeSource } from "../../../../compiler/1-read/decode.ts"
import { LineTable } from "../../../../compiler/source.ts"

const decode = (...bytes: ReadonlyArray<number | string>) =>
  decodeSource(
    "test.sxs",
    Buffer.concat(bytes.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.of(part))))
  )

test("a byte order mark is skipped, and only at the start", () => {
  expect(decode("\ufeffa").value.text).toBe("a")
  expect(decode("a\ufeffb").value.text).toBe("a\ufeffb")
})

test("the first bad byte is named with its line and column, counted as in every other message", () => {
  const { diagnostics, value } = decode("é 😀\n名前 ", 0xe9, 0xff)
  expect(diagnostics).toHaveLength(1)
  expect(diagnostics[0]).toMatchObject({ code: "SXS1012", message: expect.stringContaining("0xe9") })
  expect(new LineTable(value.text).position(diagnostics[0]!.span.start)).toEqual({ line: 2, column: 4 })
})

test("a replacement character that the user wrote is no mistake", () => {
  expect(decode("\ufffd").diagnostics).toEqual([])
})

test.each([
  ["an overlong form", [0xc0, 0xaf]],
  ["a longer overlong form", [0xe0, 0x9f, 0xbf]],
  ["half of a surrogate pair", [0xed, 0xa0, 0x80]],
  ["a code beyond 10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ["a sequence cut off by the end", [0xf0, 0x9f, 0x98]],
  ["a byte that only continues", [0x80]]
])("%s is refused", (_, bytes) => {
  expect(decode("ab", ...bytes).diagnostics.map(({ span }) => span)).toEqual([{ start: 2, end: 3 }])
})

test("UTF-16 is recognised in both orders and can be shown", () => {
  const text = Buffer.from("\ufeff(a)", "utf16le")
  for (const bytes of [text, Buffer.from(text).swap16()]) {
    const { diagnostics, value } = decodeSource("test.sxs", bytes)
    expect(diagnostics.map(({ message }) => message)).toEqual(["the file is encoded in UTF-16, not in UTF-8"])
    expect(value.text).toBe("(a)")
  }
})

test("many NUL characters are one diagnostic", () => {
  expect(decode("a\0b\0c\0").diagnostics).toMatchObject([{ code: "SXS1013", span: { start: 1, end: 2 } }])
})
