import * as fc from "fast-check"
import { readsAsNumber } from "../../compiler/1-read/atom.ts"
import type { Datum } from "../../compiler/1-read/datum.ts"

const span = { start: 0, end: 0 }

/** A symbol name that the reader can make: no number, no prefix in front, nothing that ends a symbol. */
const symbolName: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(
      "+",
      "-",
      ".",
      "...",
      "a'b",
      "a@b",
      "a#b",
      ":int",
      "$name",
      "core/kv/set",
      "user:1:name",
      "__proto__",
      "-a",
      "inf",
      "é",
      "\\"
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
    fc.string({
      unit: fc.constantFrom("-", "+", ".", "e", "1", "n", "a", "\ud800", "\udc00", "\0"),
      minLength: 1,
      maxLength: 6
    })
  )
  .map((name) => name.replace(/[()[\]{}";\s\ufeff\u00a0]/gu, ""))
  .filter((name) => name !== "" && !/^['@#]/.test(name) && !readsAsNumber(name))

const int: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }).map((value) => (isSafe(value) ? Number(value) : value)),
  fc.constantFrom(0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2n ** 53n, -(2n ** 53n))
)

const isSafe = (value: bigint): boolean => value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER

/** Any sequence of UTF-16 units, so also halves of surrogate pairs, controls and the reader's own characters. */
const textValue: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.string({
    unit: fc.constantFrom('"', "\\", "\n", "u", "{", "}", "0", "n", ";", "\ud83d", "\ude00", "\u202e", "\0")
  })
)

/** Any datum of up to about fifty parts that the reader can make; its spans say nothing. */
export const datumArbitrary: fc.Arbitrary<Datum> = fc.letrec<{ datum: Datum; list: Datum }>((tie) => ({
  datum: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    symbolName.map((name): Datum => ({ kind: "symbol", name, span })),
    int.map((value): Datum => ({ kind: "int", value, span })),
    fc.double().map((value): Datum => ({ kind: "real", value, span })),
    textValue.map((value): Datum => ({ kind: "string", value, span })),
    tie("list"),
    fc
      .tuple(fc.constantFrom("quote" as const, "error" as const), tie("datum"))
      .map(([kind, item]): Datum => ({ kind, item, span })),
    tie("list").map(
      (item): Datum => (item.kind === "list" && item.bracket === "(" ? { kind: "directive", item, span } : item)
    )
  ),
  list: fc
    .tuple(fc.constantFrom("(" as const, "[" as const, "{" as const), fc.array(tie("datum"), { maxLength: 6 }))
    .map(([bracket, items]): Datum => ({ kind: "list", bracket, items, span }))
})).datum
